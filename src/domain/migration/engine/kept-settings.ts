import type { MailboxReader, MailboxRef } from '../../mailbox/store.ts'
import type { SourceSettings } from '../source.ts'

/** Settings of a source, kept with the mailbox until they are applied. */
export const KEPT_SETTINGS = 'Landbridge.Migration.Settings'

export async function keptSettings(
  mailboxes: MailboxReader,
  at: MailboxRef,
): Promise<SourceSettings | undefined> {
  const root = await mailboxes.findFolder(at, { distinguished: 'root' })
  const kept = root && (await mailboxes.findConfiguration(at, root.no, KEPT_SETTINGS))
  return kept?.content.settings as SourceSettings | undefined
}
