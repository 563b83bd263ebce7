import type { Folder } from '#src/domain/mailbox/folder.ts'
import type { MailboxReader, MailboxRef } from '#src/domain/mailbox/store.ts'

/** All lists together take no more than this. */
const MOST_BYTES = 32 * 1024 * 1024
/** What a list takes beside its UIDs. */
const ENTRY_BYTES = 256
/** UIDs read at once. */
const AT_ONCE = 5_000

type List = { uids: Uint32Array; uidValidity: number; uidNext: number }

/**
 * UIDs of folders that were selected lately, for one process: the next SELECT of a folder need not read them again, and
 * sessions that see the same share one list. The least recently used go when there is no room.
 *
 * A list is known by the next UID and the number of items: below one next UID nothing can come, only go, so as many as
 * before are the same as before, whatever happened to their flags.
 */
export class UidLists {
  /** Least recently used first. */
  readonly #lists = new Map<string, List>()
  readonly #mostBytes: number
  #bytes = 0

  constructor({ mostBytes = MOST_BYTES } = {}) {
    this.#mostBytes = mostBytes
  }

  /** UIDs of a folder below its next one, ascending, but for those that have gone since `folder` was read. Not to be changed. */
  async read(mailboxes: MailboxReader, at: MailboxRef, folder: Folder): Promise<Uint32Array> {
    const name = `${at.organization}/${at.mailbox}/${folder.no}`
    const known = this.#lists.get(name)
    if (known !== undefined && known.uidValidity === folder.uidValidity) {
      if (known.uidNext === folder.uidNext && known.uids.length === folder.items) {
        this.#keep(name, known)
        return known.uids
      }
      const grown = await this.#grown(mailboxes, at, folder, known)
      if (grown !== undefined) return this.#remember(name, folder, grown)
    }
    const uids = await readUids(mailboxes, at, folder, 0)
    // One that has lost something meanwhile is not what `folder` says.
    if (uids.length === folder.items) this.#remember(name, folder, uids)
    return uids
  }

  /** The list with what has come since; undefined when something has gone, too. */
  async #grown(
    mailboxes: MailboxReader,
    at: MailboxRef,
    folder: Folder,
    { uids: before, uidNext }: List,
  ): Promise<Uint32Array | undefined> {
    const added = folder.items - before.length
    if (added <= 0 || folder.uidNext - uidNext < added) return undefined
    const fresh = await readUids(mailboxes, at, folder, uidNext - 1)
    if (fresh.length !== added) return undefined
    // As many may have gone before as went while they were read: only where nothing has happened are these all.
    const after = await mailboxes.getFolder(at, folder.no)
    if (after.modseq !== folder.modseq) return undefined
    const uids = new Uint32Array(folder.items)
    uids.set(before)
    uids.set(fresh, before.length)
    return uids
  }

  #remember(name: string, { uidValidity, uidNext }: Folder, uids: Uint32Array): Uint32Array {
    this.#keep(name, { uids, uidValidity, uidNext })
    for (const oldest of this.#lists.keys()) {
      if (this.#bytes <= this.#mostBytes) break
      this.#forget(oldest)
    }
    return uids
  }

  #keep(name: string, list: List): void {
    this.#forget(name)
    this.#lists.set(name, list)
    this.#bytes += ENTRY_BYTES + list.uids.byteLength
  }

  #forget(name: string): void {
    const list = this.#lists.get(name)
    if (list === undefined) return
    this.#lists.delete(name)
    this.#bytes -= ENTRY_BYTES + list.uids.byteLength
  }
}

async function readUids(
  mailboxes: MailboxReader,
  at: MailboxRef,
  folder: Folder,
  from: number,
): Promise<Uint32Array> {
  let uids = new Uint32Array(Math.max(16, Math.min(folder.items, folder.uidNext - 1 - from)))
  let length = 0
  for (let after: number | null = from; after !== null; ) {
    const page = await mailboxes.listUids(at, folder.no, {
      after,
      uidTo: folder.uidNext - 1,
      limit: AT_ONCE,
    })
    for (const [first, last] of page.rows) {
      const end = length + last - first + 1
      if (end > uids.length) {
        const grown = new Uint32Array(end + (end >>> 1))
        grown.set(uids)
        uids = grown
      }
      for (let uid = first; uid <= last; uid++) uids[length++] = uid
    }
    after = page.next
  }
  return length === uids.length ? uids : uids.slice(0, length)
}
