import type { Folder } from '#src/domain/mailbox/folder.ts'
import { createFolderLine } from '#src/domain/mailbox/folders.ts'
import type { FolderNo } from '#src/domain/mailbox/item.ts'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import type { ImapSession } from './session.ts'

/** Makes a mailbox of that name with those above it, all of them or none. Refuses as `getPlaceFor` and `createFolder`. */
export async function makeMailbox(
  session: ImapSession,
  name: string,
): Promise<{ at: MailboxRef; folder: Folder }> {
  const { mailbox, parent, levels } = await session.mailboxes.getPlaceFor(name)
  const { at } = mailbox
  const line = { parent: parent.no, names: levels, class: 'message' } as const
  return { at, folder: await createFolderLine(session.store, at, line) }
}

/** Where a new name lies, once the folders above it have been made. Refuses as `makeMailbox`. */
export async function makeParents(
  session: ImapSession,
  name: string,
): Promise<{ parent: FolderNo; name: string }> {
  const { mailbox, parent, levels } = await session.mailboxes.getPlaceFor(name)
  const names = levels.slice(0, -1)
  const line = { parent: parent.no, names, class: 'message' } as const
  const lowest = names.length === 0 ? parent : await createFolderLine(session.store, mailbox.at, line)
  return { parent: lowest.no, name: levels.at(-1)! }
}
