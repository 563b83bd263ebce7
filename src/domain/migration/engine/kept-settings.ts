import type { MailboxReader, MailboxRef, MailboxWriter } from '../../mailbox/store.ts'
import type { LeftRule } from '../inbox-rules.ts'
import type { SourceSettings } from '../source.ts'
import { commit, type PassRun } from './page-run.ts'

/** `leftRules`: those that did not come at the flip, and are not among the others from then on. */
export type KeptSettings = SourceSettings & { leftRules?: readonly LeftRule[] }

/** Settings of a source, kept with the mailbox until they are applied. */
export const KEPT_SETTINGS = 'Landbridge.Migration.Settings'

export async function keptSettings(
  mailboxes: MailboxReader,
  at: MailboxRef,
): Promise<KeptSettings | undefined> {
  const root = await mailboxes.findFolder(at, { distinguished: 'root' })
  const kept = root && (await mailboxes.findConfiguration(at, root.no, KEPT_SETTINGS))
  return kept?.content.settings as KeptSettings | undefined
}

/** Within a transaction; nothing where none are kept. */
export async function changeKept(
  mailboxes: MailboxWriter,
  at: MailboxRef,
  change: Partial<KeptSettings>,
): Promise<void> {
  const root = await mailboxes.findFolder(at, { distinguished: 'root' })
  const kept = root && (await mailboxes.findConfiguration(at, root.no, KEPT_SETTINGS))
  if (kept === undefined) return
  const settings = { ...(kept.content.settings as KeptSettings), ...change }
  await mailboxes.putConfiguration(at, root!.no, KEPT_SETTINGS, { ...kept.content, settings })
}

/** The source has these from now on. */
export const noteThere = (run: PassRun, change: Partial<SourceSettings>): Promise<void> =>
  commit(run, ({ mailboxes }) => changeKept(mailboxes, run.at, change))
