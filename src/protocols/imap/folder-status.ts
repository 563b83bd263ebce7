import type { Folder } from '#src/domain/mailbox/folder.ts'
import { Flag } from '#src/domain/mailbox/item.ts'
import { Pace } from '#src/domain/mailbox/pace.ts'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import type { MailboxStatus, StatusItem } from '#src/wire/imap/mailbox-status.ts'
import { mailboxIdOf } from './object-ids.ts'
import type { NamedFolder } from './reachable-mailboxes.ts'
import type { ImapSession } from './session.ts'

/** What STATUS tells of a folder; all of it is kept with the folder, so that nothing is counted but for DELETED-STORAGE. */
export async function statusOf(
  session: ImapSession,
  { mailbox, folder }: Pick<NamedFolder, 'mailbox' | 'folder'>,
  items: readonly StatusItem[],
): Promise<MailboxStatus> {
  const deletedStorage = items.includes('DELETED-STORAGE')
    ? await deletedKilobytes(session, mailbox.at, folder)
    : 0
  const all: MailboxStatus = {
    MESSAGES: folder.items,
    UIDNEXT: folder.uidNext,
    UIDVALIDITY: folder.uidValidity,
    UNSEEN: folder.unseen,
    DELETED: folder.deleted,
    SIZE: folder.sizeBytes,
    RECENT: items.includes('RECENT') ? await recentCount(session, mailbox.at, folder) : 0,
    HIGHESTMODSEQ: folder.modseq,
    APPENDLIMIT: session.limits.messageBytes,
    'DELETED-STORAGE': deletedStorage,
    MAILBOXID: mailboxIdOf(mailbox.at, folder.no),
  }
  return Object.fromEntries(items.flatMap((item) => (item in all ? [[item, all[item]]] : [])))
}

/** Messages that no session was told of yet; of the selected folder, those of which this one was told first. */
async function recentCount(
  { options, selected, store }: ImapSession,
  at: MailboxRef,
  folder: Folder,
): Promise<number> {
  if (selected?.no === folder.no && selected.at.mailbox === at.mailbox) return selected.recentCount
  const from = options.folders.recent.from(at, folder)
  if (from >= folder.uidNext) return 0
  if (from === 1) return folder.items
  const uids = await options.folders.uids.read(store.mailboxes, at, folder)
  return uids.length - uids.findLastIndex((uid) => uid < from) - 1
}

/** Items looked at together; only those that are marked come out of the store. */
const AT_ONCE = 5_000

/** What EXPUNGE would free, in units of 1024 octets (RFC 9208 §4.1.4). Looks no further than the last that is marked. */
async function deletedKilobytes(
  { store }: ImapSession,
  at: MailboxRef,
  { no, deleted }: Folder,
): Promise<number> {
  const pace = new Pace()
  let octets = 0
  let seen = 0
  for (let uidFrom: number | null = 1; uidFrom !== null && seen < deleted; ) {
    const page: Awaited<ReturnType<typeof store.mailboxes.scanItems>> = await store.mailboxes.scanItems(
      at,
      no,
      {
        uidFrom,
        limit: AT_ONCE,
        only: { flagsSet: Flag.deleted },
      },
    )
    for (const { sizeBytes } of page.rows) octets += sizeBytes
    seen += page.rows.length
    uidFrom = page.scannedTo === null ? null : page.scannedTo + 1
    await pace.rest()
  }
  return Math.ceil(octets / 1024)
}
