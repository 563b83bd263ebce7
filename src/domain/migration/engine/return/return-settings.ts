import { hasOutOfOffice, outOfOffice } from '../../../calendar/out-of-office.ts'
import type { MailboxRef } from '../../../mailbox/store.ts'
import { type JunkLists, noJunkLists, plainEntry } from '../../../rules/junk-lists.ts'
import { junkLists } from '../../../rules/kept-rules.ts'
import type { Store } from '../../../store.ts'
import { type ChangedRules, changedRules } from '../../changed-rules.ts'
import { sameAs } from '../../inbox-rules.ts'
import type { Loss, SourceOutOfOffice, SourceSettings } from '../../source.ts'
import { SourceFailure } from '../../source-failure.ts'
import type { PassRun } from '../ledger/page-run.ts'
import { refusedThere } from '../ledger/refused-there.ts'
import { keptSettings, noteThere } from '../settings/kept-settings.ts'
import { changedConfigurations, returnConfigurations } from './return-configurations.ts'
import { returnRules } from './return-rules.ts'

type Readers = Pick<Store, 'mailboxes' | 'migration' | 'directory'>

/** What of a mailbox that is no item, no folder and no right stands otherwise here than at the source. */
export type ChangedSettings = {
  absence: SourceOutOfOffice | null
  rules: ChangedRules
  /** How many of those that programs keep with folders. */
  configurations: number
}

export async function changedSettings(
  readers: Readers,
  at: MailboxRef,
  source: string,
): Promise<ChangedSettings> {
  const kept = await keptSettings(readers.mailboxes, at)
  return {
    absence: await changedAbsence(readers, at, kept),
    rules: await changedRules(readers, at, source, kept ?? { rules: [] }),
    configurations: (await changedConfigurations(readers, at, source)).length,
  }
}

/** The absence as it is here, where the source does not have the same; null: it does. */
async function changedAbsence(
  { mailboxes }: Readers,
  at: MailboxRef,
  kept: Pick<SourceSettings, 'outOfOffice'> | undefined,
): Promise<SourceOutOfOffice | null> {
  if (!(await hasOutOfOffice(mailboxes, at))) return null
  const { state, from, to, externalAudience, internalText, externalText } = await outOfOffice(mailboxes, at)
  const here: SourceOutOfOffice = {
    ...{ state, audience: externalAudience, from, to },
    ...{ inside: internalText, outside: externalText },
  }
  return sameAbsence(here, kept?.outOfOffice ?? nobodyIsAway) ? null : here
}

const nobodyIsAway: SourceOutOfOffice = {
  ...{ state: 'disabled', audience: 'none', from: null, to: null, inside: '', outside: '' },
}

/** Times count only where there is a schedule, and whom it is for only where there is a text for them. */
const sameAbsence = (one: SourceOutOfOffice, other: SourceOutOfOffice): boolean =>
  one.state === other.state &&
  one.inside === other.inside &&
  one.outside === other.outside &&
  (one.audience === other.audience || one.outside === '') &&
  (one.state !== 'scheduled' || (one.from === other.from && one.to === other.to))

/**
 * Sets at the source the absence, the rules and what programs keep with folders, as far as they were set here since the move. Answers what
 * the source has not. May be run any number of times. Throws as `Lane.call`.
 */
export async function returnSettings(
  run: PassRun,
  { absence, rules }: ChangedSettings,
): Promise<readonly Loss[]> {
  return [
    ...(await returnAbsence(run, absence)),
    ...(await returnRules(run, rules)),
    ...(await returnConfigurations(run)),
  ]
}

/** No source takes lists of safe and blocked senders: it need not be asked. */
export async function junkLosses({ store, at }: Pick<PassRun, 'store' | 'at'>): Promise<readonly Loss[]> {
  const there = (await keptSettings(store.mailboxes, at))?.junk ?? noJunkLists
  const said = ({ blocked, safe, safeRecipients }: JunkLists) =>
    sameAs([blocked, safe, safeRecipients].map((list) => list.map(plainEntry).sort()))
  if (said(await junkLists(store.mailboxes, at)) === said(there)) return []
  const reason =
    'They were changed here, and are as they were there. Change them by hand: Set-MailboxJunkEmailConfiguration.'
  return [{ property: 'junk mail lists', reason, weight: 'metadata' }]
}

async function returnAbsence(run: PassRun, absence: SourceOutOfOffice | null): Promise<readonly Loss[]> {
  if (absence === null) return []
  const set = run.source.returns?.setOutOfOffice
  try {
    if (set === undefined) throw new SourceFailure('item-permanent', 'not-set', 'The source takes none.')
    await run.lane.call((signal) => set(absence, signal))
  } catch (error) {
    return [absenceLoss(refusedThere(error))]
  }
  await noteThere(run, { outOfOffice: absence })
  return []
}

const absenceLoss = (why: string): Loss => ({
  property: 'out of office',
  reason: `It was set here and is as it was there. ${why} Set it by hand.`,
  weight: 'visible',
})
