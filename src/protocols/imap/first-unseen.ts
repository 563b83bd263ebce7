import type { Folder } from '#src/domain/mailbox/folder.ts'
import { Flag } from '#src/domain/mailbox/item.ts'
import { Pace } from '#src/domain/mailbox/pace.ts'
import type { MailboxReader, MailboxRef } from '#src/domain/mailbox/store.ts'

/** Folders that are known; those that were opened longest ago are forgotten. */
const MOST_FOLDERS = 10_000
/** Items looked at together: few at first, since most people have read what is old or nothing. */
const AT_ONCE = [20, 500, 5_000]

/** Which message of a folder is the first that is not \Seen (RFC 3501 §7.1 UNSEEN), for one process; looked up anew once the folder has changed. */
export class FirstUnseen {
  /** Least recently used first. */
  readonly #folders = new Map<string, { modseq: number; uid: number | undefined }>()

  /** Its UID. */
  async find(mailboxes: MailboxReader, at: MailboxRef, folder: Folder): Promise<number | undefined> {
    if (folder.unseen === 0) return undefined
    const name = `${at.organization}/${at.mailbox}/${folder.no}`
    const known = this.#folders.get(name)
    this.#folders.delete(name)
    const uid = known?.modseq === folder.modseq ? known.uid : await firstOf(mailboxes, at, folder)
    this.#folders.set(name, { modseq: folder.modseq, uid })
    if (this.#folders.size > MOST_FOLDERS) this.#folders.delete(this.#folders.keys().next().value!)
    return uid
  }
}

async function firstOf(
  mailboxes: MailboxReader,
  at: MailboxRef,
  { no, uidNext }: Folder,
): Promise<number | undefined> {
  const pace = new Pace()
  const limits = [...AT_ONCE]
  for (let uidFrom: number | null = 1; uidFrom !== null; ) {
    const limit: number = limits.length > 1 ? limits.shift()! : limits[0]!
    const page: Awaited<ReturnType<typeof mailboxes.scanItems>> = await mailboxes.scanItems(at, no, {
      uidFrom,
      uidTo: uidNext - 1,
      limit,
      only: { flagsUnset: Flag.seen },
    })
    if (page.rows.length > 0) return page.rows[0]!.uid
    uidFrom = page.scannedTo === null ? null : page.scannedTo + 1
    await pace.rest()
  }
  return undefined
}
