import { counted } from '#src/base/figure-words.ts'
import type { MailboxRef } from '../../../mailbox/store.ts'
import type { Store } from '../../../store.ts'
import { orderLoss } from '../../changed-rules.ts'
import type { Loss } from '../../source.ts'
import { SourceFailure } from '../../source-failure.ts'
import { membersOf } from '../flip/flip.ts'
import { changedItems } from '../ledger/changed-items.ts'
import { lateItems, type Since, sinceFlip } from '../ledger/late-items.ts'
import type { PassRun } from '../ledger/page-run.ts'
import type { Batch, Member, Project } from '../project/project.ts'
import { isBack, memberAfter } from '../project/state.ts'
import { returnChanges } from './return-changes.ts'
import { findChangedFolders, returnFolders } from './return-folders.ts'
import { returnLate } from './return-late.ts'
import { findPlaces, type Places } from './return-places.ts'
import { changedSettings, junkLosses, returnSettings } from './return-settings.ts'
import { perhapsSubscribed, returnSubscriptions } from './return-subscriptions.ts'

/** How often a mailbox of the other side is tried that cannot be opened yet. */
const RETRY_MS = 5 * 60_000

type Returning = {
  base: Omit<PassRun, 'source'>
  member: Member
  open: () => Promise<PassRun['source']>
  running?: ((run: PassRun) => void) | undefined
  write: (change: (member: Member) => Partial<Member>) => Promise<void>
}

/**
 * Takes what came in or was changed here back to a mailbox that is at home on the other side again; then the mailbox is rolled
 * back. Waits, and says so, until it can be opened there. Throws as `returnLate`.
 */
export async function runReturn({ base, member, open, running, write }: Returning): Promise<void> {
  const { store, at, lane } = base
  const since = sinceFlip(member)
  // Whoever took the mailbox out meanwhile has settled what becomes of it.
  const writeReturning: typeof write = (change) =>
    write((present) => (present.state === 'returning' ? change(present) : {}))
  const settings = await changedSettings(store, at, member.source)
  const here = await store.mailboxes.listFolders(at)
  const rows = await store.migration.listLedgerFolders(at, member.source)
  const folders = await findChangedFolders(store, at, { source: member.source, since }, { here, rows })
  const subscriptions = perhapsSubscribed(here, rows, since)
  const notThere: Loss[] = []
  if (
    settings.absence !== null ||
    settings.rules.rules.some(({ kind }) => kind !== 'same') ||
    settings.configurations > 0 ||
    folders.length > 0 ||
    subscriptions.length > 0 ||
    (await hasLate(store, at, member.source, since)) ||
    (await hasChanged(store, at, member.source))
  ) {
    let source: PassRun['source'] | undefined
    try {
      source = await open()
      const run: PassRun = { ...base, source }
      running?.(run)
      if (folders.length > 0) await returnFolders(run, since, ['placed', 'made'])
      let found: Promise<Places> | undefined
      const places = () => (found ??= findPlaces(run))
      await returnLate(run, since, places)
      await returnChanges(run, places)
      // Folders go only now, as what lay in them may have to go elsewhere; and some names are free only then.
      if (folders.length > 0)
        notThere.push(...(await returnFolders(run, since, ['placed', 'made', 'removed'])))
      notThere.push(...(await returnSubscriptions(run, subscriptions)))
      notThere.push(...(await returnSettings(run, settings)))
    } catch (error) {
      if (!(error instanceof SourceFailure) || error.kind !== 'mailbox-permanent') throw error
      const cause = `What came in or was changed since waits until its mailbox there can be opened: ${error.message}`
      await writeReturning(() => ({ dueAt: lane.clock.now() + RETRY_MS, idle: 'server out of reach', cause }))
      return
    } finally {
      await source?.close().catch(() => undefined)
    }
  } else if (settings.rules.isReordered) notThere.push(orderLoss)
  notThere.push(...(await junkLosses({ store, at })))
  const settled = await store.migration.countReturns(at, member.source)
  const returned = settled.returned - (member.returnedBefore?.returned ?? 0)
  const left = settled.left - (member.returnedBefore?.left ?? 0)
  await writeReturning((present) => ({
    state: memberAfter(present.state, 'returned'),
    returned: { returned, left },
    dueAt: null,
    uncleanEnds: undefined,
    lostThere: { rights: present.lostThere?.rights ?? [], others: notThere },
    cause: leftSentence(
      left,
      (present.lostThere?.rights.length ?? 0) + notThere.length,
      'the lists of its items and losses name each',
    ),
  }))
}

/** What of a mailbox that went back stands otherwise here than there, beside its items. */
export const lostThereOf = ({ lostThere }: Pick<Member, 'lostThere'>): readonly Loss[] => [
  ...(lostThere?.rights ?? []),
  ...(lostThere?.others ?? []),
]

/** `3 items that came in or were changed since did not go back: the report names each.` Empty where nothing is left. */
function leftSentence(items: number, ofMailbox: number, where: string): string {
  const parts = [
    ...(items === 0
      ? []
      : [
          `${counted(items, 'item that', 'items that')} came in or ${items === 1 ? 'was' : 'were'} changed since`,
        ]),
    ...(ofMailbox === 0 ? [] : [`${counted(ofMailbox, 'change')} of folders, rules, rights or absence`]),
  ]
  return parts.length === 0 ? '' : `${parts.join(' and ')} did not go back: ${where}.`
}

/** Whether something is still to be done: what was settled already is no reason to open the source. */
async function hasLate(store: Store, at: MailboxRef, source: string, since: Since): Promise<boolean> {
  for await (const late of lateItems(store, at, since)) {
    const known = await store.migration.findReturns(
      at,
      source,
      late.map(({ no }) => no),
    )
    if (late.some(({ no }) => (known.get(no)?.state ?? 'sent') === 'sent')) return true
  }
  return false
}

/** The same of what was changed. */
async function hasChanged(store: Store, at: MailboxRef, source: string): Promise<boolean> {
  for await (const changed of changedItems(store, at, source)) {
    const known = await store.migration.findReturns(
      at,
      source,
      changed.map(({ row }) => row.item!),
    )
    if (changed.some(({ row }) => known.get(row.item!)?.state !== 'left')) return true
  }
  return false
}

/** Says on a batch that went back what it waits for, until the last of its mailboxes is through, and then what did not go back. */
export async function sayReturn(
  store: Store,
  { organization, id }: Pick<Project, 'organization' | 'id'>,
  no: number,
): Promise<void> {
  await store.transact({ organization }, async ({ migration }) => {
    const batch = await migration.getBatch(organization, id, no)
    if (!isBack(batch.state)) return
    const after = returningBatch(batch, await membersOf(migration, organization, id, no))
    if (after.cause !== batch.cause || after.state !== batch.state)
      await migration.putBatch(organization, after)
  })
}

/**
 * What `sayReturn` would have said, had its process not ended after the last mailbox: a batch that waits for nobody is rolled back. One
 * that an earlier version called so while mailboxes of it were on their way is not.
 */
export async function endReturn(
  store: Store,
  project: Pick<Project, 'organization' | 'id'>,
  { no, state }: Pick<Batch, 'no' | 'state'>,
): Promise<void> {
  const states = await store.migration.listMemberStates(project.organization, project.id, no)
  if (states.includes('returning') !== (state === 'rolling-back')) await sayReturn(store, project, no)
}

/** A batch that went back: rolled back only once nothing of it is on its way there. */
export function returningBatch(batch: Batch, members: readonly Member[]): Batch {
  const goesOn = members.some(({ state }) => state === 'returning')
  return { ...batch, state: goesOn ? 'rolling-back' : 'rolled-back', cause: returnCause(members) }
}

/** Why a batch that went back stands where it stands; empty where all of it is there. */
function returnCause(members: readonly Member[]): string {
  const open = members.filter(({ state }) => state === 'returning')
  const waiting = open.find(({ cause }) => cause !== '')
  if (waiting !== undefined) {
    const others =
      open.length === 1
        ? ''
        : ` ${counted(open.length - 1, 'other mailbox', 'other mailboxes')} of the batch go back too.`
    return `${waiting.address}: ${waiting.cause} "landbridge migrate retry" tries it at once.${others}`
  }
  if (open.length > 0)
    return `What came in or was changed since goes back to ${counted(open.length, 'mailbox', 'mailboxes')} there.`
  const left = members.reduce((total, { returned }) => total + (returned?.left ?? 0), 0)
  const ofMailbox = members.reduce((total, member) => total + lostThereOf(member).length, 0)
  return leftSentence(left, ofMailbox, 'the report names each')
}
