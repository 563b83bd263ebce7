import type { MailboxId, OrganizationId } from '#src/base/ids.ts'
import type { BodyNo, Item, ItemNo } from '../../mailbox/item.ts'
import { ensureServiceFolder, findServiceFolder } from '../../mailbox/service-mailbox.ts'
import type { MailboxRef, StagedBody } from '../../mailbox/store.ts'
import type { Store } from '../../store.ts'

/** What is known of a book besides its octets. */
export type OfflineBook = {
  /** Grows with each book whose entries are not those of the one before. */
  sequence: number
  entries: number
  /** Of the file as clients fetch it, and as they unpack it. */
  sizeBytes: number
  unpackedBytes: number
  /** SHA-1 of the file as clients fetch it, in hex (MS-OXWOAB). */
  sha1: string
  /** Epoch milliseconds. */
  madeAt: number
  /** When it was last found to be as the address book is. */
  checkedAt: number
}

/** `digest`: what the next book is compared by, SHA-256 over the records in hex. */
export type KeptBook = { book: OfflineBook; digest: string; item: ItemNo; body: BodyNo }

/** Books are items of a mailbox that nobody has (decision 8). */
const offlineBooks = 'offline-books' as MailboxId
const PROPERTY = 'offline-book'
/** More are not kept, however often one is made. */
const MOST_KEPT = 5

const booksFolder = { distinguished: 'books', name: 'Offline address books' } as const

const mailboxOf = (organization: OrganizationId): MailboxRef => ({ organization, mailbox: offlineBooks })

/** The books of an organisation, newest first; none before the first was made. */
export async function listBooks(store: Store, organization: OrganizationId): Promise<readonly KeptBook[]> {
  const at = mailboxOf(organization)
  const folder = await findServiceFolder(store, at, booksFolder)
  if (folder === undefined) return []
  const { rows } = await store.mailboxes.listItems(at, folder, {
    order: 'newest',
    limit: MOST_KEPT + 1,
    parts: ['properties'],
  })
  return rows.map(keptOf).toSorted((a, b) => b.book.sequence - a.book.sequence)
}

const keptOf = ({ no, body, properties }: Item): KeptBook => {
  const { book, digest } = properties![PROPERTY] as Omit<KeptBook, 'item' | 'body'>
  return { book, digest, item: no, body: body! }
}

/** Octets of a book from `start` to before `end`. */
export const readBook = (
  store: Store,
  organization: OrganizationId,
  { body }: Pick<KeptBook, 'body'>,
  range: { start?: number; end?: number },
): AsyncIterable<Uint8Array> => store.mailboxes.readBody(mailboxOf(organization), body, range)

/** Takes in the octets of a book that is to be kept. */
export async function stageBook(
  store: Store,
  organization: OrganizationId,
  sizeBytes: number,
  source: AsyncIterable<Uint8Array>,
): Promise<StagedBody> {
  const at = mailboxOf(organization)
  await ensureServiceFolder(store, at, booksFolder)
  return store.stageBody(at, sizeBytes, source)
}

/**
 * Keeps a book, at once with its octets. Older ones stay for those who have read an older manifest, until `isOver` says that they
 * are; at most five are kept.
 */
export async function keepBook(
  store: Store,
  organization: OrganizationId,
  { book, digest, body }: { book: OfflineBook; digest: string; body: StagedBody },
  isOver: (replacedAt: number) => boolean,
): Promise<void> {
  const at = mailboxOf(organization)
  const folder = await ensureServiceFolder(store, at, booksFolder)
  const before = await listBooks(store, organization)
  // Each was replaced when the one before it in this list was made.
  const over = before.filter(
    (_, index) =>
      index >= MOST_KEPT - 1 || isOver(index === 0 ? book.madeAt : before[index - 1]!.book.madeAt),
  )
  await store.transact({ organization, mailboxes: [at.mailbox] }, async ({ mailboxes }) => {
    await mailboxes.appendItem(at, {
      folder,
      class: 'message',
      receivedAt: book.madeAt,
      body,
      summary: { subject: '' },
      properties: { [PROPERTY]: { book, digest } },
    })
    if (over.length > 0)
      await mailboxes.removeItems(
        at,
        over.map(({ item }) => item),
      )
  })
}

/** Notes that a book is still what the address book says. */
export async function noteChecked(
  store: Store,
  organization: OrganizationId,
  { book, digest, item }: Omit<KeptBook, 'body'>,
): Promise<void> {
  const at = mailboxOf(organization)
  await store.transact({ organization, mailboxes: [at.mailbox] }, ({ mailboxes }) =>
    mailboxes.changeItem(at, item, { properties: { [PROPERTY]: { book, digest } } }),
  )
}
