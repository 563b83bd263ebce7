import { createHash } from 'node:crypto'
import { Breath } from '#src/base/breath.ts'
import type { OrganizationId } from '#src/base/ids.ts'
import { containerBytes, containerOf } from '#src/formats/oab/compressed-file.ts'
import { DetailsFile } from '#src/formats/oab/details-file.ts'
import type { Spool, Spooled } from '../../delivery/spool.ts'
import { organizationGuid } from '../../organization/organization-guid.ts'
import { rowsOf } from '../../rows-of.ts'
import type { Store } from '../../store.ts'
import { isShown } from '../card.ts'
import { entryProperties, valuesOf } from './entry-properties.ts'
import {
  type KeptBook,
  keepBook,
  listBooks,
  noteChecked,
  type OfflineBook,
  readBook,
  stageBook,
} from './kept-books.ts'

/** As Exchange names the list of everybody, and the place of that list among others (MS-OXWOAB). */
export const BOOK_NAME = '\\Global Address List'
export const BOOK_DN = '/'

const PAGE = 500
/** Records that are written together. */
const WRITE_BYTES = 64 * 1024
const DAY_MS = 24 * 60 * 60_000
const MINUTE_MS = 60_000

type Deps = { store: Store; spool: Spool; now: () => number }

/** What making a book came to. */
type Making = { book: OfflineBook | undefined; changed: boolean }

/**
 * Offline address books (GAL-04): the shown entries of both sides in one file, which programs fetch and search by themselves. Each
 * is made from the entries a page at a time and lies in the spool, sealed, until it is whole.
 */
export class OfflineBooks {
  readonly #deps: Deps
  readonly #making = new Map<OrganizationId, Promise<Making>>()
  /** Not begun yet, so that whoever asks meanwhile can have the same. */
  readonly #next = new Map<OrganizationId, { made: Promise<Making>; signal: AbortSignal }>()

  constructor(deps: Deps) {
    this.#deps = deps
  }

  /** The newest book, if one was made. Refuses `key-unavailable`. */
  async newest(organization: OrganizationId): Promise<OfflineBook | undefined> {
    return (await this.#list(organization))[0]?.book
  }

  /** A book by its sequence number, while it is kept, and how its octets are read. */
  async find(
    organization: OrganizationId,
    sequence: number,
  ): Promise<
    | { book: OfflineBook; read: (range: { start?: number; end?: number }) => AsyncIterable<Uint8Array> }
    | undefined
  > {
    const kept = (await this.#list(organization)).find(({ book }) => book.sequence === sequence)
    if (kept === undefined) return undefined
    return { book: kept.book, read: (range) => readBook(this.#deps.store, organization, kept, range) }
  }

  /**
   * Makes a new book where the address book is not as the newest one says; one at a time, and one for all who ask while another is
   * being made. No book is made of an address book that has never had an entry. Refuses `key-unavailable`, and `try-later` without
   * room in the spool.
   */
  make(organization: OrganizationId, signal: AbortSignal): Promise<Making> {
    const begun = this.#making.get(organization)
    const waiting = this.#next.get(organization)
    // The one that is next begins a moment after the one before has ended.
    if (begun === undefined && waiting === undefined) return this.#begin(organization, signal)
    const next = waiting ?? { made: this.#after(begun!, organization, signal), signal }
    this.#next.set(organization, next)
    return next.made.catch((error: unknown) => {
      // Who asked first gave up, and the others did not.
      if (next.signal.aborted && !signal.aborted) return this.make(organization, signal)
      throw error
    })
  }

  async #after(begun: Promise<Making>, organization: OrganizationId, signal: AbortSignal): Promise<Making> {
    await begun.catch(() => undefined)
    this.#next.delete(organization)
    return this.#begin(organization, signal)
  }

  #begin(organization: OrganizationId, signal: AbortSignal): Promise<Making> {
    const making = this.#make(organization, signal).finally(() => this.#making.delete(organization))
    this.#making.set(organization, making)
    return making
  }

  /** Waits for what is being made. */
  async close(): Promise<void> {
    await Promise.allSettled([...this.#making.values(), ...[...this.#next.values()].map(({ made }) => made)])
  }

  #list(organization: OrganizationId): Promise<readonly KeptBook[]> {
    return listBooks(this.#deps.store, organization)
  }

  async #make(organization: OrganizationId, signal: AbortSignal): Promise<Making> {
    const { store, spool, now } = this.#deps
    const last = (await this.#list(organization))[0]
    const spooled = spool.create()
    try {
      const sequence = nextSequence(last?.book.sequence, now())
      const file = new DetailsFile(entryProperties, {
        name: BOOK_NAME,
        dn: BOOK_DN,
        sequence,
        guid: organizationGuid(organization),
      })
      const digest = await this.#writeRecords(organization, file, spooled, signal)
      if (last === undefined && file.records === 0) return { book: undefined, changed: false }
      if (last?.digest !== digest) {
        const book = await this.#keep(organization, { file, spooled, sequence, digest })
        return { book, changed: true }
      }
      const book = { ...last.book, checkedAt: now() }
      await noteChecked(store, organization, { ...last, book })
      return { book, changed: false }
    } finally {
      await spooled.release()
    }
  }

  /** The records go to the spool; their digest is what the next book is compared by. */
  async #writeRecords(
    organization: OrganizationId,
    file: DetailsFile,
    spooled: Spooled,
    signal: AbortSignal,
  ): Promise<string> {
    const { directory } = this.#deps.store
    // What they mean is part of what they are.
    const hash = createHash('sha256').update(JSON.stringify(entryProperties))
    const breath = new Breath()
    let held: Uint8Array[] = []
    let heldBytes = 0
    const write = async () => {
      await spooled.write(Buffer.concat(held, heldBytes))
      held = []
      heldBytes = 0
    }
    const shown = rowsOf((after: number | null) =>
      directory.listEntries(organization, { after, limit: PAGE, filter: { states: ['ENABLED'] } }),
    )
    for await (const entry of shown) {
      signal.throwIfAborted()
      await breath.taken()
      if (!isShown(entry)) continue
      const certificate =
        entry.certificate === null
          ? undefined
          : await directory.findAttachment(organization, entry.id, 'certificate')
      const values = valuesOf(organization, entry, certificate)
      if (values === undefined) continue
      const record = file.add(values)
      hash.update(record)
      held.push(record)
      heldBytes += record.length
      if (heldBytes >= WRITE_BYTES) await write()
    }
    if (heldBytes > 0) await write()
    return hash.digest('hex')
  }

  async #keep(
    organization: OrganizationId,
    made: { file: DetailsFile; spooled: Spooled; sequence: number; digest: string },
  ): Promise<OfflineBook> {
    const { store, now } = this.#deps
    const { file, spooled, sequence, digest } = made
    const hash = createHash('sha1')
    const sizeBytes = containerBytes(file.sizeBytes)
    const container = containerOf(wholeFile(file, spooled), file.sizeBytes)
    const body = await stageBook(store, organization, sizeBytes, hashed(container, hash))
    const madeAt = now()
    const book: OfflineBook = {
      sequence,
      entries: file.records,
      sizeBytes,
      unpackedBytes: file.sizeBytes,
      sha1: hash.digest('hex'),
      madeAt,
      checkedAt: madeAt,
    }
    // Clients look for a new manifest once a day.
    await keepBook(store, organization, { book, digest, body }, (replacedAt) => madeAt - replacedAt > DAY_MS)
    return book
  }
}

/** Above every earlier one, also above those that a restore of older data has forgotten: clients compare nothing else. */
const nextSequence = (last: number | undefined, now: number): number =>
  Math.max((last ?? 0) + 1, Math.floor(now / MINUTE_MS))

async function* wholeFile(file: DetailsFile, spooled: Spooled): AsyncGenerator<Uint8Array> {
  yield file.header()
  yield file.front
  yield* spooled.read()
}

async function* hashed(
  source: AsyncIterable<Uint8Array>,
  hash: { update(octets: Uint8Array): unknown },
): AsyncGenerator<Uint8Array> {
  for await (const piece of source) {
    hash.update(piece)
    yield piece
  }
}
