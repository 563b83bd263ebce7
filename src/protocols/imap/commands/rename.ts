import { FolderRight } from '#src/domain/directory/folder-permission.ts'
import { moveFolder, renameFolder } from '#src/domain/mailbox/folders.ts'
import { inPages, itemPages } from '#src/domain/mailbox/pages.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { command } from '../command.ts'
import { makeMailbox, makeParents } from '../make-folders.ts'
import type { NamedFolder } from '../reachable-mailboxes.ts'
import type { ImapSession } from '../session.ts'

/** RENAME, RFC 9051 §6.3.6. What lies below comes along. */
export const rename = command({
  name: 'RENAME',
  state: 'authenticated',

  parse: (args) => {
    const from = args.mailbox()
    args.space()
    const to = args.mailbox()
    args.end()
    return { from, to }
  },

  run: async (session, { from, to }, { signal }) => {
    const found = await session.mailboxes.get(from, FolderRight.owner)
    const { mailbox, folder } = found
    const target = await session.mailboxes.getPlaceFor(to)
    if (target.mailbox.at.mailbox !== mailbox.at.mailbox)
      throw new Refusal('not-supported', 'Mailboxes do not change their owner. Copy the messages instead.')
    if (folder.distinguished === 'inbox') return renameInbox(session, found, to, signal)
    if (target.parent.no === folder.parent && target.levels.length === 1) {
      await renameFolder(session.store, mailbox.at, folder.no, target.levels[0]!)
      return undefined
    }
    if (folder.distinguished !== null || target.parent.no === folder.no)
      throw new Refusal('folder-is-distinguished', `"${folder.name}" cannot be moved there.`)
    const { parent, name } = await makeParents(session, to)
    await moveFolder(session.store, mailbox.at, folder.no, { parent, name })
    return undefined
  },
})

/** INBOX stays and is empty afterwards; its messages are in the new one. */
async function renameInbox(
  session: ImapSession,
  { mailbox: { at }, folder }: NamedFolder,
  to: string,
  signal: AbortSignal,
): Promise<undefined> {
  const { store } = session
  const { folder: made } = await makeMailbox(session, to)
  for await (const page of itemPages(store, at, folder.no)) {
    const items = page.map(({ no }) => no)
    const moveAll: Parameters<typeof inPages>[3] = async (mailboxes, some) => {
      await mailboxes.moveItems(at, { items: some, to: made.no })
    }
    await inPages(store, at, items, moveAll, signal)
  }
}
