import { Breath } from '#src/base/breath.ts'
import type { OrganizationId } from '#src/base/ids.ts'
import type { Entry } from '../directory/entry.ts'
import { DAY_MS } from '../directory/limits.ts'
import type { DirectoryReader } from '../directory/store.ts'
import { Refusal } from '../refusal.ts'
import { cardOf, isShown } from './card.ts'
import { CardIndex } from './card-index.ts'
import type { WordsKeeper } from './kept-words.ts'

type Reader = Pick<DirectoryReader, 'directoryVersion' | 'directoryChanges' | 'listEntries' | 'findEntry'>

export type AddressBooksDeps = {
  directory: Reader
  keeper: WordsKeeper
  now: () => number
  /** How much books may take in memory, as far as they are large. */
  memoryBytes: number
  /** Told when kept words could not be read or written: books are made of entries then. */
  trouble: (message: string, error: unknown) => void
}

type Book = {
  index: CardIndex
  version: number
  /** Of what is kept beside the directory; -1 where nothing is. */
  keptVersion: number
  keptAt: number
  usedAt: number
  /** Who was to have it ready does not wait for it any more. */
  isGivenUp: boolean
  /** What is being read into it: searches wait for that, one after the other. */
  reading: Promise<void>
}

const PAGE = 500
/** A book with fewer entries is read from them in a tenth of a second: nothing is kept for it, and it goes when nobody uses it. */
const LARGE = 1_000
/** So many changes are read in a tenth of a second too; behind more of them the words are kept anew. */
const MOST_BEHIND = 1_000
/** Behind any change they are after so long: who is gone, or is called otherwise now, shall not lie there for ever. */
const KEEP_AT_MOST_MS = DAY_MS
const IDLE_MS = 15 * 60_000
/** With the keys, which live 45 seconds, a book of a revoked key is gone within a minute (SEC-05). */
const LOOK_MS = 10_000
/** One more is found where there are more. */
const MOST_FOUND = 100
/** What a character of a book takes with all that belongs to it. */
const BYTES_PER_CHARACTER = 4

/**
 * Searches address books. Each organisation's is held in memory, in plain, and kept up by the directory's changes
 * (docs/decisions/0004): large ones for as long as there is room for them, others while they are used. It goes as soon as the
 * organisation's key can no longer be used.
 */
export class AddressBooks {
  readonly #deps: AddressBooksDeps
  readonly #books = new Map<OrganizationId, Book>()
  /** How many octets books had when they were read last, and the first version of their directory that a large one can be of. */
  readonly #lastRead = new Map<OrganizationId, { bytes: number; largeFrom: number }>()
  readonly #look: NodeJS.Timeout

  constructor(deps: AddressBooksDeps) {
    this.#deps = deps
    this.#look = setInterval(() => void this.forgetUnused(), LOOK_MS).unref()
  }

  /**
   * Entries that are shown and have a word that begins with each word of the text, whatever its case, accents and width:
   * names first, then addresses, then departments. Refuses `key-unavailable`.
   */
  async search(organization: OrganizationId, text: string, limit: number): Promise<readonly Entry[]> {
    const index = await this.#current(organization)
    const found: Entry[] = []
    for (const id of await index.find(text, Math.min(limit, MOST_FOUND + 1))) {
      const entry = await this.#deps.directory.findEntry(organization, { id })
      if (entry && isShown(entry)) found.push(entry)
    }
    return found
  }

  /**
   * Brings a book that is in use up to date, so that the next search need not. Has a large one ready before anybody searches it, as long
   * as there is room, and keeps its words, so that it is ready soon after the next start. Refuses `key-unavailable`.
   */
  async prepare(organization: OrganizationId, signal: AbortSignal): Promise<void> {
    if (!this.#books.has(organization)) {
      // Each entry has changed once at least.
      const { bytes, largeFrom } = this.#lastRead.get(organization) ?? { bytes: 0, largeFrom: LARGE }
      const version = await this.#deps.directory.directoryVersion(organization)
      const isRoom = this.#bytes + bytes < this.#deps.memoryBytes
      if (version >= largeFrom && !isRoom) await this.#forgetOld(organization, version)
      if (version < largeFrom || !isRoom) return
    }
    const book = await this.#read(organization, signal)
    await this.#keep(organization, book, signal)
  }

  /** How many entries and characters are held in memory. */
  get held(): { books: number; entries: number; characters: number } {
    const books = [...this.#books.values()]
    return {
      books: books.length,
      entries: books.reduce((sum, { index }) => sum + index.size, 0),
      characters: books.reduce((sum, { index }) => sum + index.characters, 0),
    }
  }

  /** Drops small books that nobody uses, and those whose key is out of reach. */
  async forgetUnused(): Promise<void> {
    for (const [organization, { usedAt, index, version }] of [...this.#books]) {
      const isRead = version !== -1
      const isIdle = isRead && index.size < LARGE && this.#deps.now() - usedAt > IDLE_MS
      if (isIdle) this.#books.delete(organization)
      else
        await this.#deps.directory
          .directoryVersion(organization)
          .catch(() => this.#books.delete(organization))
    }
  }

  close(): void {
    clearInterval(this.#look)
    this.#books.clear()
  }

  get #bytes(): number {
    let sum = 0
    for (const book of this.#books.values()) sum += bytesOf(book)
    return sum
  }

  /** Those go that were not used for longest; never the one that is in use now. */
  #makeRoom(used: OrganizationId): void {
    let over = this.#bytes - this.#deps.memoryBytes
    if (over <= 0) return
    for (const [organization, book] of [...this.#books].sort(([, a], [, b]) => a.usedAt - b.usedAt)) {
      if (organization === used) continue
      this.#books.delete(organization)
      over -= bytesOf(book)
      if (over <= 0) return
    }
  }

  async #current(organization: OrganizationId): Promise<CardIndex> {
    const { index } = await this.#read(organization)
    const book = this.#books.get(organization)
    if (book !== undefined) book.usedAt = this.#deps.now()
    return index
  }

  async #read(organization: OrganizationId, signal?: AbortSignal): Promise<Book> {
    let book = this.#books.get(organization)
    if (book === undefined) {
      book = {
        ...{ index: new CardIndex(), version: -1, keptVersion: -1, keptAt: 0 },
        ...{ usedAt: 0, isGivenUp: false, reading: Promise.resolve() },
      }
      this.#books.set(organization, book)
    }
    const mine = book
    mine.reading = mine.reading.then(() => this.#bringUpToDate(organization, mine, signal))
    try {
      await mine.reading
    } catch (error) {
      // Half read, or in plain under a key that is gone: neither is kept.
      if (this.#books.get(organization) === mine) this.#books.delete(organization)
      const givesUp = signal?.aborted ?? false
      mine.isGivenUp ||= givesUp
      // Whoever waits for it behind one who gave up begins anew.
      if (mine.isGivenUp && !givesUp) return this.#read(organization, signal)
      throw error
    }
    return mine
  }

  async #bringUpToDate(organization: OrganizationId, book: Book, signal?: AbortSignal): Promise<void> {
    const version = await this.#deps.directory.directoryVersion(organization)
    if (version === book.version) return
    if (book.version === -1) await this.#readKept(organization, book, signal)
    try {
      if (book.version === -1) await this.#readAll(organization, book, version, signal)
      await this.#readChanges(organization, book, signal)
    } catch (error) {
      if (!(error instanceof Refusal) || error.reason !== 'cannot-calculate-changes') throw error
      await this.#readAll(organization, book, version, signal)
      await this.#readChanges(organization, book, signal)
    }
    const missing = Math.max(0, LARGE - book.index.size)
    this.#lastRead.set(organization, { bytes: bytesOf(book), largeFrom: book.version + missing })
    this.#makeRoom(organization)
  }

  async #readKept(organization: OrganizationId, book: Book, signal?: AbortSignal): Promise<void> {
    try {
      const kept = await this.#deps.keeper.find(organization)
      if (kept === undefined) return
      book.index = await CardIndex.of(kept.blocks, signal)
      book.version = book.keptVersion = kept.version
      book.keptAt = kept.keptAt
    } catch (error) {
      signal?.throwIfAborted()
      if (error instanceof Refusal && error.reason === 'key-unavailable') throw error
      this.#deps.trouble(`The kept words of the address book of ${organization} could not be read`, error)
    }
  }

  async #readAll(
    organization: OrganizationId,
    book: Book,
    version: number,
    signal?: AbortSignal,
  ): Promise<void> {
    const breath = new Breath()
    const index = new CardIndex()
    for (let after: number | null = null; ; ) {
      signal?.throwIfAborted()
      const page: Awaited<ReturnType<Reader['listEntries']>> = await this.#deps.directory.listEntries(
        organization,
        {
          after,
          limit: PAGE,
          filter: { states: ['ENABLED'] },
        },
      )
      for (const entry of page.rows) {
        await breath.taken()
        if (isShown(entry)) index.put(cardOf(entry))
      }
      if (page.next === null) break
      after = page.next
    }
    // What changed while it was read comes with the changes since the version it began with.
    Object.assign(book, { index, version, keptVersion: -1 })
  }

  async #readChanges(organization: OrganizationId, book: Book, signal?: AbortSignal): Promise<void> {
    const breath = new Breath()
    for (;;) {
      signal?.throwIfAborted()
      const { rows, next } = await this.#deps.directory.directoryChanges(organization, {
        since: book.version,
        limit: PAGE,
      })
      for (const change of rows) {
        await breath.taken()
        if (change.kind === 'gone') book.index.remove(change.id)
        else if (isShown(change.entry)) book.index.put(cardOf(change.entry))
        else book.index.remove(change.entry.id)
        book.version = change.version
      }
      if (next === null) break
    }
    await book.index.settle()
  }

  async #keep(organization: OrganizationId, book: Book, signal: AbortSignal): Promise<void> {
    const { index, version, keptVersion, keptAt } = book
    const { keeper, now } = this.#deps
    const isKept = keptVersion !== -1
    const isTooSmall = index.size < LARGE
    if (isTooSmall ? !isKept : isKept && !this.#isOld({ version: keptVersion, keptAt }, version)) return
    // Before it is: two at once would mix their parts.
    Object.assign(book, isTooSmall ? { keptVersion: -1 } : { keptVersion: version, keptAt: now() })
    try {
      if (isTooSmall) await keeper.forget(organization)
      else {
        // What comes meanwhile is among the changes since that version as well.
        const blocks = await index.blocksWithoutRest(signal)
        await keeper.keep(organization, { version, keptAt: book.keptAt, blocks }, signal)
      }
    } catch (error) {
      Object.assign(book, { keptVersion, keptAt })
      signal.throwIfAborted()
      this.#deps.trouble(`The words of the address book of ${organization} could not be kept`, error)
    }
  }

  /** For a book that there is no room for, whose words nobody would keep anew. */
  async #forgetOld(organization: OrganizationId, version: number): Promise<void> {
    const kept = await this.#deps.keeper.find(organization)
    if (kept === undefined || this.#isOld(kept, version)) await this.#deps.keeper.forget(organization)
  }

  #isOld(kept: { version: number; keptAt: number }, version: number): boolean {
    const behind = version - kept.version
    return behind >= MOST_BEHIND || (behind > 0 && this.#deps.now() - kept.keptAt >= KEEP_AT_MOST_MS)
  }
}

const bytesOf = ({ index }: Book): number => index.characters * BYTES_PER_CHARACTER
