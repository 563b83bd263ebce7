import { createFolder } from '#src/domain/mailbox/folders.ts'
import type { FolderNo } from '#src/domain/mailbox/item.ts'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import type { ImapSession } from './session.ts'

/** Where a new name lies, once the folders above it have been made. Refuses as `getPlaceFor` and `createFolder`. */
export async function makeParents(
  session: ImapSession,
  name: string,
): Promise<{ at: MailboxRef; parent: FolderNo; name: string }> {
  const { mailbox, parent, levels } = await session.mailboxes.getPlaceFor(name)
  let no = parent.no
  for (const level of levels.slice(0, -1))
    no = (await createFolder(session.store, mailbox.at, { parent: no, name: level, class: 'message' })).no
  return { at: mailbox.at, parent: no, name: levels.at(-1)! }
}
