import type { MailboxReader, MailboxRef } from '../../mailbox/store.ts'
import type { SourceSettings } from '../source.ts'
import { commit, type PassRun } from './page-run.ts'

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

/** The source has these from now on. */
export async function noteThere(run: PassRun, change: Partial<SourceSettings>): Promise<void> {
  const { store, at } = run
  const root = await store.mailboxes.findFolder(at, { distinguished: 'root' })
  const kept = root && (await store.mailboxes.findConfiguration(at, root.no, KEPT_SETTINGS))
  if (kept === undefined) return
  const settings = { ...(kept.content.settings as SourceSettings), ...change }
  await commit(run, ({ mailboxes }) =>
    mailboxes.putConfiguration(at, root!.no, KEPT_SETTINGS, { ...kept.content, settings }),
  )
}
