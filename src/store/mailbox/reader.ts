import type { MailboxReader } from '#src/domain/mailbox/store.ts'
import type { Bodies } from '../bodies/bodies.ts'
import { readSmallBodies } from '../bodies/small-bodies.ts'
import type { Session } from '../session.ts'
import { changes } from './changes.ts'
import {
  findConfiguration,
  findConfigurations,
  listConfigurations,
  pageConfigurations,
} from './configurations.ts'
import { readDigests } from './digests.ts'
import { eventsByUid, eventsIn } from './events.ts'
import { listFlagStates } from './flags.ts'
import { toFolder } from './folder-row.ts'
import { findFolder, getFolderRow, listFolders } from './folders.ts'
import { getItems, getItemsByUid, listItems } from './items.ts'
import { listKeywords } from './keywords.ts'
import { getMailbox } from './mailboxes.ts'
import { scanItems } from './scan.ts'
import { listUids } from './uids.ts'

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
    listFlagStates: async (at, folder, uids) => listFlagStates(sql, await keys.mailbox(at), folder, uids),
    listUids: async (at, folder, options) => listUids(sql, await keys.mailbox(at), folder, options),
    scanItems: async (at, folder, scan) => scanItems(sql, await keys.mailbox(at), folder, scan),
    readDigests: async (at, aspect, blocks) => readDigests(sql, await keys.mailbox(at), aspect, blocks),
    eventsIn: async (at, query) => eventsIn(sql, await keys.mailbox(at), query),
    eventsByUid: async (at, uid) => eventsByUid(sql, await keys.mailbox(at), uid),
    findConfiguration: async (at, folder, name) =>
      findConfiguration(sql, await keys.mailbox(at), folder, name),
    findConfigurations: async (at, folders, name) =>
      findConfigurations(sql, await keys.mailbox(at), folders, name),
    listConfigurations: async (at, folder) => listConfigurations(sql, await keys.mailbox(at), folder),
    pageConfigurations: async (at, folder, after) =>
      pageConfigurations(sql, await keys.mailbox(at), folder, after),
    changes: async (at, query) => changes(sql, await keys.mailbox(at), at, query),
    listKeywords: async (at) => listKeywords(sql, await keys.mailbox(at)),
    readBody: (at, body, range) => bodies.read(session, at, body, range),
    readSmallBodies: async (at, numbers) => readSmallBodies(sql, await keys.mailbox(at), numbers),
  }
}
