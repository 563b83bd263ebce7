import type { MailboxReader } from '#src/domain/mailbox/store.ts'
import type { Bodies } from '../bodies/bodies.ts'
import type { Session } from '../session.ts'
import { changes } from './changes.ts'
import { toFolder } from './folder-row.ts'
import { findFolder, getFolderRow, listFolders } from './folders.ts'
import { getItems, getItemsByUid, listItems } from './items.ts'
import { listKeywords } from './keywords.ts'
import { getMailbox } from './mailboxes.ts'

/** Mailboxes as this session sees them. Every call opens the mailbox first: that is where organisations are kept apart. */
export function mailboxReader(session: Session, bodies: Bodies): MailboxReader {
  const { sql, keys } = session
  return {
    getMailbox: async (at) => getMailbox(sql, await keys.mailbox(at), at),
    listFolders: async (at) => listFolders(sql, await keys.mailbox(at)),
    getFolder: async (at, folder) => {
      const open = await keys.mailbox(at)
      return toFolder(open, await getFolderRow(sql, open, folder))
    },
    findFolder: async (at, by) => findFolder(sql, await keys.mailbox(at), by),
    listItems: async (at, folder, options) => listItems(sql, await keys.mailbox(at), folder, options),
    getItems: async (at, items, parts) => getItems(sql, await keys.mailbox(at), items, parts),
    getItemsByUid: async (at, folder, uids, parts) =>
      getItemsByUid(sql, await keys.mailbox(at), folder, uids, parts),
    changes: async (at, query) => changes(sql, await keys.mailbox(at), at, query),
    listKeywords: async (at) => listKeywords(sql, await keys.mailbox(at)),
    readBody: (at, body, range) => bodies.read(session, at, body, range),
  }
}
