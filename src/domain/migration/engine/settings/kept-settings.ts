import type { FolderNo } from '../../../mailbox/item.ts'
import type { MailboxReader, MailboxRef, MailboxWriter } from '../../../mailbox/store.ts'
import type { LeftRule } from '../../inbox-rules.ts'
import type { ToldCategories } from '../../merged-categories.ts'
import type { SourceRuleFolder, SourceSettings } from '../../source.ts'
import { commit, type PassRun } from '../ledger/page-run.ts'

/** What came of a source, and what it was then: who finds it otherwise knows that it was changed here. */
export type BroughtConfiguration = {
  source: string
  /** Where it lies there, and here. */
  at: SourceRuleFolder
  folder: FolderNo
  name: string
  /** Null: it is not there, as somebody here has taken it away there too. */
  digest: string | null
  /** Of properties of a folder: which of them came. */
  keys?: readonly string[]
  /** Of a list of categories: those of the source, as they were told last. */
  categories?: ToldCategories
}

/**
 * `leftRules`: those that did not come at the flip, and are not among the others from then on; `brought`: what lies in its folders
 * instead of among `configurations`.
 */
export type KeptSettings = Omit<SourceSettings, 'configurations'> & {
  leftRules?: readonly LeftRule[]
  brought?: readonly BroughtConfiguration[]
}

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
export const noteThere = (run: PassRun, change: Partial<KeptSettings>): Promise<void> =>
  commit(run, ({ mailboxes }) => changeKept(mailboxes, run.at, change))
