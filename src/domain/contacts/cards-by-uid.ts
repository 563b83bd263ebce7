import type { Card } from '#src/formats/jscontact/card.ts'
import type { FolderNo, ItemNo } from '../mailbox/item.ts'
import type { Digests } from '../mailbox/search/digests.ts'
import type { ItemScan, MailboxReader, MailboxRef } from '../mailbox/store.ts'
import { cardOf } from './contacts.ts'

type FoundCard = { no: ItemNo; card: Card }

/** As lists name a card: without `urn:uuid:`. */
const plainUid = (uid: string): string => uid.replace(/^urn:uuid:/i, '')

const MOST_LOOKED_AT = 5_000
const PAGE = 500
const OPENED_AT_ONCE = 200

/**
 * Contacts and lists of a folder by the uids that lists name them by, as far as 5,000 of its newest items go. Which uid an item has is
 * remembered for a while, so that of a folder that was looked at only what changed since, and who is wanted, is opened.
 */
export class CardsByUid {
  readonly #mailboxes: MailboxReader
  readonly #digests: Digests
  readonly #at: MailboxRef
  readonly #folder: FolderNo
  #uids: Promise<ReadonlyMap<string, ItemNo>> | undefined

  constructor(
    { mailboxes, digests }: { mailboxes: MailboxReader; digests: Digests },
    at: MailboxRef,
    folder: FolderNo,
  ) {
    this.#mailboxes = mailboxes
    this.#digests = digests
    this.#at = at
    this.#folder = folder
  }

  /** By uid without `urn:uuid:`; those that are not there are left out. */
  async find(uids: Iterable<string>): Promise<ReadonlyMap<string, FoundCard>> {
    this.#uids ??= this.#learn()
    const known = await this.#uids
    const wanted = [...new Set(uids)].flatMap((uid) => known.get(uid) ?? [])
    const found = new Map<string, FoundCard>()
    for await (const [uid, one] of this.#open(wanted)) found.set(uid, one)
    return found
  }

  async #learn(): Promise<ReadonlyMap<string, ItemNo>> {
    const remembered = this.#digests.of<string>(this.#at, 'card-uid')
    const uids = new Map<string, ItemNo>()
    const scan: ItemScan = { falling: true, limit: PAGE }
    for (let looked = 0; looked < MOST_LOOKED_AT; looked += PAGE) {
      const { rows, scannedTo } = await this.#mailboxes.scanItems(this.#at, this.#folder, scan)
      const unknown = rows.filter((row) => row.class === 'contact' && remembered.get(row) === undefined)
      const learnt = new Map<ItemNo, string>()
      for await (const [uid, { no }] of this.#open(unknown.map(({ no }) => no))) learnt.set(no, uid)
      for (const row of unknown) {
        const uid = learnt.get(row.no)
        if (uid !== undefined) remembered.set(row, uid, uid.length)
      }
      for (const row of rows) {
        const uid = learnt.get(row.no) ?? remembered.get(row)
        // Of several with one uid the newest.
        if (uid !== undefined && !uids.has(uid)) uids.set(uid, row.no)
      }
      if (scannedTo === null) break
      scan.uidTo = scannedTo - 1
    }
    return uids
  }

  async *#open(items: readonly ItemNo[]): AsyncGenerator<[uid: string, FoundCard]> {
    for (let from = 0; from < items.length; from += OPENED_AT_ONCE) {
      const some = items.slice(from, from + OPENED_AT_ONCE)
      for (const item of await this.#mailboxes.getItems(this.#at, some, ['content'])) {
        const card = cardOf(item)
        if (card !== undefined) yield [plainUid(card.uid), { no: item.no, card }]
      }
    }
  }
}
