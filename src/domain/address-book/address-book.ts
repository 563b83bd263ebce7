import { Breath } from '#src/base/breath.ts'
import type { OrganizationId } from '#src/base/ids.ts'
import type { Entry } from '../directory/entry.ts'
import type { DirectoryReader } from '../directory/store.ts'
import { Refusal } from '../refusal.ts'
import { cardOf, isShown } from './card.ts'
import { CardIndex } from './card-index.ts'

type Reader = Pick<DirectoryReader, 'directoryVersion' | 'directoryChanges' | 'listEntries' | 'findEntry'>

type Book = {
  index: CardIndex
  version: number
  usedAt: number
  /** What is being read into it: searches wait for that, one after the other. */
  reading: Promise<void>
}

const PAGE = 500
const IDLE_MS = 15 * 60_000
/** With the keys, which live 45 seconds, a book of a revoked key is gone within a minute (SEC-05). */
const LOOK_MS = 10_000
/** One more is found where there are more. */
const MOST_FOUND = 100

/**
 * Searches address books. Each organisation's is held in memory, in plain, while it is used: read at the first search and
 * kept up by the directory's changes (docs/decisions/0004). It goes when nobody searched for a quarter of an hour, and when the
 * organisation's key can no longer be used.
 */
export class AddressBooks {
  readonly #directory: Reader
  readonly #now: () => number
  readonly #books = new Map<OrganizationId, Book>()
  readonly #look: NodeJS.Timeout

  constructor(directory: Reader, now: () => number) {
    this.#directory = directory
    this.#now = now
    this.#look = setInterval(() => void this.forgetUnused(), LOOK_MS).unref()
  }

  /**
   * Entries that are shown and have a word that begins with each word of the text, whatever its case, accents and width:
   * names first, then addresses, then departments. Refuses `key-unavailable`.
   */
  async search(organization: OrganizationId, text: string, limit: number): Promise<readonly Entry[]> {
    const index = await this.#current(organization)
    const found: Entry[] = []
    for (const id of index.find(text, Math.min(limit, MOST_FOUND + 1))) {
      const entry = await this.#directory.findEntry(organization, { id })
      if (entry && isShown(entry)) found.push(entry)
    }
    return found
  }

  /** Brings a book that is in use up to date, so that the next search need not. */
  async refresh(organization: OrganizationId): Promise<void> {
    if (this.#books.has(organization)) await this.#current(organization)
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

  /** Drops books that nobody uses, and those whose key is out of reach. */
  async forgetUnused(): Promise<void> {
    for (const [organization, { usedAt }] of [...this.#books]) {
      if (this.#now() - usedAt > IDLE_MS) this.#books.delete(organization)
      else await this.#directory.directoryVersion(organization).catch(() => this.#books.delete(organization))
    }
  }

  close(): void {
    clearInterval(this.#look)
    this.#books.clear()
  }

  async #current(organization: OrganizationId): Promise<CardIndex> {
    let book = this.#books.get(organization)
    if (book === undefined) {
      book = { index: new CardIndex(), version: -1, usedAt: 0, reading: Promise.resolve() }
      this.#books.set(organization, book)
    }
    const mine = book
    mine.usedAt = this.#now()
    mine.reading = mine.reading.then(() => this.#read(organization, mine))
    try {
      await mine.reading
    } catch (error) {
      // Half read, or in plain under a key that is gone: neither is kept.
      if (this.#books.get(organization) === mine) this.#books.delete(organization)
      throw error
    }
    return mine.index
  }

  async #read(organization: OrganizationId, book: Book): Promise<void> {
    const version = await this.#directory.directoryVersion(organization)
    if (version === book.version) return
    if (book.version === -1) return this.#readAll(organization, book, version)
    try {
      await this.#readChanges(organization, book)
    } catch (error) {
      if (!(error instanceof Refusal) || error.reason !== 'cannot-calculate-changes') throw error
      book.index = new CardIndex()
      await this.#readAll(organization, book, version)
    }
  }

  async #readAll(organization: OrganizationId, book: Book, version: number): Promise<void> {
    const breath = new Breath()
    for (let after: number | null = null; ; ) {
      const page: Awaited<ReturnType<Reader['listEntries']>> = await this.#directory.listEntries(
        organization,
        {
          after,
          limit: PAGE,
          filter: { states: ['ENABLED'] },
        },
      )
      for (const entry of page.rows) {
        await breath.taken()
        if (isShown(entry)) book.index.put(cardOf(entry))
      }
      if (page.next === null) break
      after = page.next
    }
    // What changed while it was read comes with the changes since the version it began with.
    book.version = version
    await this.#readChanges(organization, book)
  }

  async #readChanges(organization: OrganizationId, book: Book): Promise<void> {
    const breath = new Breath()
    for (;;) {
      const { rows, next } = await this.#directory.directoryChanges(organization, {
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
      if (next === null) return
    }
  }
}
