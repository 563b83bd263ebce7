import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { EntryId, OrganizationId } from '#src/base/ids.ts'
import { AddressBooks, type AddressBooksDeps } from '#src/domain/address-book/address-book.ts'
import type { Block } from '#src/domain/address-book/card-index.ts'
import type { WordsKeeper } from '#src/domain/address-book/kept-words.ts'
import type { Entry } from '#src/domain/directory/entry.ts'
import { freshEntry } from '#src/domain/directory/entry-changes.ts'
import { DAY_MS } from '#src/domain/directory/limits.ts'
import { Refusal } from '#src/domain/refusal.ts'

const large = 'm-large' as OrganizationId
const other = 'm-other' as OrganizationId
const small = 'm-small' as OrganizationId
const signal = new AbortController().signal

/** Directories in memory, and how often all of one was read. */
class Directories {
  readonly entries = new Map<OrganizationId, Map<EntryId, Entry>>()
  readonly gone = new Map<
    OrganizationId,
    { kind: 'gone'; version: number; id: EntryId; entryKind: 'contact' }[]
  >()
  readonly versions = new Map<OrganizationId, number>()
  readonly readWhole: OrganizationId[] = []
  outOfReach: OrganizationId | undefined

  put(organization: OrganizationId, no: number, displayName: string): void {
    const id = `id-${no}` as EntryId
    const version = this.#next(organization)
    const entries = this.entries.getOrInsert(organization, new Map())
    const contact = {
      ...freshEntry(id, `user${no}`, displayName, 0),
      kind: 'contact',
      state: 'ENABLED',
      details: {},
    }
    entries.set(id, { ...contact, addresses: [], version, createdVersion: version } as unknown as Entry)
  }

  remove(organization: OrganizationId, no: number): void {
    const id = `id-${no}` as EntryId
    this.entries.get(organization)!.delete(id)
    const version = this.#next(organization)
    this.gone.getOrInsert(organization, []).push({ kind: 'gone', version, id, entryKind: 'contact' })
  }

  #next(organization: OrganizationId): number {
    const version = (this.versions.get(organization) ?? 0) + 1
    this.versions.set(organization, version)
    return version
  }

  #open(organization: OrganizationId): readonly Entry[] {
    if (organization === this.outOfReach) throw new Refusal('key-unavailable', 'The key is out of reach.')
    return [...(this.entries.get(organization)?.values() ?? [])]
  }

  get reader(): AddressBooksDeps['directory'] {
    return {
      directoryVersion: async (organization) => {
        this.#open(organization)
        return this.versions.get(organization) ?? 0
      },
      directoryChanges: async (organization, { since }) => {
        const entries = this.#open(organization).map(
          (entry) => ({ kind: 'entry', version: entry.version, entry }) as const,
        )
        const all = [...entries, ...(this.gone.get(organization) ?? [])]
        const rows = all.filter(({ version }) => version > since).toSorted((a, b) => a.version - b.version)
        return { rows, next: null }
      },
      listEntries: async (organization) => {
        this.readWhole.push(organization)
        return { rows: this.#open(organization), next: null }
      },
      findEntry: async (organization, by) =>
        this.#open(organization).find((entry) => 'id' in by && entry.id === by.id),
    }
  }
}

class MemoryKeeper implements WordsKeeper {
  readonly kept = new Map<OrganizationId, Parameters<WordsKeeper['keep']>[1]>()
  writes = 0

  async find(organization: OrganizationId) {
    const kept = this.kept.get(organization)
    return kept && { ...kept, blocks: each(kept.blocks) }
  }

  async keep(...[organization, kept]: Parameters<WordsKeeper['keep']>) {
    this.writes++
    this.kept.set(organization, kept)
  }

  async forget(organization: OrganizationId) {
    this.kept.delete(organization)
  }

  /** Whether anything that is kept of an organisation has that in it. */
  has(organization: OrganizationId, text: string): boolean {
    return JSON.stringify(this.kept.get(organization)?.blocks ?? []).includes(text)
  }
}

async function* each(blocks: readonly Block[]): AsyncGenerator<Block> {
  yield* blocks
}

function setUp() {
  const directories = new Directories()
  for (let no = 0; no < 1_200; no++) {
    directories.put(large, no, `Person ${no}`)
    directories.put(other, no, `Other ${no}`)
  }
  for (let no = 0; no < 10; no++) directories.put(small, no, `Person ${no}`)
  const keeper = new MemoryKeeper()
  const told: string[] = []
  const clock = { now: 0 }
  const start = (deps: Partial<AddressBooksDeps> = {}) =>
    new AddressBooks({
      ...{ directory: directories.reader, keeper, now: () => clock.now, memoryBytes: 2 ** 30 },
      trouble: (message) => told.push(message),
      ...deps,
    })
  return { directories, keeper, told, clock, start }
}

const namesOf = (entries: readonly Entry[]) => entries.map(({ displayName }) => displayName)

describe('a large address book', () => {
  it('is not made of its entries again at the next start, and shows what changed in between', async () => {
    const { directories, keeper, start } = setUp()
    const first = start()
    await first.prepare(large, signal)
    assert.deepEqual(directories.readWhole, [large])
    assert.equal(keeper.writes, 1)
    first.close()
    directories.put(large, 5, 'Renamed')
    directories.put(large, 5_000, 'Newcomer')
    directories.remove(large, 7)
    const second = start()
    assert.deepEqual(namesOf(await second.search(large, 'newc', 10)), ['Newcomer'])
    assert.deepEqual(namesOf(await second.search(large, 'rena', 10)), ['Renamed'])
    assert.deepEqual(namesOf(await second.search(large, 'user5', 2)), ['Newcomer', 'Person 50'])
    assert.deepEqual(await second.search(large, 'user7 person 7', 1), await second.search(large, 'user70', 1))
    assert.deepEqual(directories.readWhole, [large], 'it was read once')
    second.close()
  })

  it('is kept anew only when much has changed', async () => {
    const { directories, keeper, start } = setUp()
    const books = start()
    await books.prepare(large, signal)
    for (let no = 0; no < 999; no++) directories.put(large, no, `Person ${no}`)
    await books.prepare(large, signal)
    assert.equal(keeper.writes, 1)
    directories.put(large, 1, 'Another')
    await books.prepare(large, signal)
    assert.equal(keeper.writes, 2)
    books.close()
  })

  it('is kept without those who are gone, or are called otherwise, a day later, also where it is not in memory', async () => {
    const { directories, keeper, clock, start } = setUp()
    for (const [no, name] of ['Gonzales', 'Maiden', 'Zorn', 'Quast'].entries())
      directories.put(large, no + 7, name)
    const books = start()
    await books.prepare(large, signal)
    directories.remove(large, 7)
    directories.put(large, 8, 'Married')
    clock.now += DAY_MS - 1
    await books.prepare(large, signal)
    assert.equal(keeper.has(large, 'gonzales'), true)
    clock.now += 1
    await books.prepare(large, signal)
    assert.deepEqual([keeper.has(large, 'gonzales'), keeper.has(large, 'maiden')], [false, false])
    assert.equal(keeper.has(large, 'married'), true)
    clock.now += DAY_MS
    await books.prepare(large, signal)
    assert.equal(keeper.writes, 2, 'nothing has changed since')
    books.close()

    directories.remove(large, 9)
    clock.now += DAY_MS
    const again = start()
    await again.prepare(large, signal)
    assert.deepEqual([keeper.writes, keeper.has(large, 'zorn')], [3, false], 'its age outlives a restart')
    again.close()

    directories.remove(large, 10)
    clock.now += DAY_MS
    const full = start({ memoryBytes: 0 })
    await full.prepare(large, signal)
    assert.deepEqual([full.held.books, keeper.kept.has(large)], [0, false])
    full.close()
  })

  it('that has become a small one is kept no more', async () => {
    const { directories, keeper, start } = setUp()
    const books = start()
    await books.prepare(large, signal)
    for (let no = 0; no < 201; no++) directories.remove(large, no)
    await books.prepare(large, signal)
    assert.deepEqual([books.held.entries, keeper.kept.has(large)], [999, false])
    books.close()
  })

  it('is made of its entries where what was kept cannot be read', async () => {
    const { directories, keeper, told, start } = setUp()
    const find = async () => ({ version: 5, keptAt: 0, blocks: broken() })
    const keep = async () => assert.fail('no room')
    const books = start({ keeper: { find, keep, forget: async () => undefined } })
    assert.equal((await books.search(large, 'person', 10)).length, 10)
    assert.match(told[0]!, /could not be read/)
    await books.prepare(large, signal)
    assert.match(told[1]!, /could not be kept/)
    assert.equal((await books.search(large, 'person', 10)).length, 10)
    books.close()
    assert.equal(keeper.writes, 0)
    assert.deepEqual(directories.readWhole, [large])
  })

  it('stays while there is room, a small one while it is used', async () => {
    const { directories, clock, start } = setUp()
    const books = start()
    await books.search(large, 'person', 1)
    await books.search(small, 'person', 1)
    clock.now += 16 * 60_000
    await books.forgetUnused()
    assert.deepEqual(books.held.entries, 1_200)
    await books.search(large, 'person', 1)
    assert.deepEqual(directories.readWhole, [large, small])
    books.close()
  })

  it('gives its room to one that is searched, and is prepared again only where there is room for it', async () => {
    const { directories, clock, start } = setUp()
    const one = start()
    await one.search(large, 'person', 1)
    const memoryBytes = one.held.characters * 6
    one.close()
    const books = start({ memoryBytes })
    await books.search(large, 'person', 1)
    clock.now++
    await books.search(other, 'other', 1)
    assert.equal(books.held.books, 1)
    directories.readWhole.length = 0
    await books.prepare(large, signal)
    assert.deepEqual(directories.readWhole, [])
    assert.equal((await books.search(other, 'other', 3)).length, 3)
    assert.deepEqual(directories.readWhole, [])
    books.close()
  })

  it('is gone with the key, prepared or searched', async () => {
    const { directories, start } = setUp()
    const books = start()
    await books.prepare(large, signal)
    await books.search(other, 'other', 1)
    directories.outOfReach = large
    await books.forgetUnused()
    assert.equal(books.held.books, 1)
    await assert.rejects(books.prepare(large, signal), { reason: 'key-unavailable' })
    await assert.rejects(books.search(large, 'person', 1), { reason: 'key-unavailable' })
    assert.equal(books.held.books, 1)
    books.close()
  })

  it('is not read to its end when the service stops', async () => {
    const { directories, start } = setUp()
    const stop = new AbortController()
    const { listEntries } = directories.reader
    const directory: AddressBooksDeps['directory'] = {
      ...directories.reader,
      listEntries: async (...args) => {
        stop.abort(new Error('stopped'))
        await pause(0)
        return listEntries(...args)
      },
    }
    const books = start({ directory })
    await assert.rejects(books.prepare(large, stop.signal), /stopped/)
    assert.equal(books.held.books, 0)
    books.close()
  })

  it('is read for those who search it where who had it prepared gives up', async () => {
    const { directories, start } = setUp()
    const stop = new AbortController()
    const { listEntries } = directories.reader
    let searching: Promise<unknown>[] = []
    const directory: AddressBooksDeps['directory'] = {
      ...directories.reader,
      listEntries: async (...args) => {
        if (!stop.signal.aborted) {
          searching = [books.search(large, 'person', 3), books.search(large, 'person', 3)]
          stop.abort(new Error('called off'))
        }
        await pause(0)
        return listEntries(...args)
      },
    }
    const books = start({ directory })
    await assert.rejects(books.prepare(large, stop.signal), /called off/)
    for (const found of await Promise.all(searching)) assert.equal((found as Entry[]).length, 3)
    assert.equal(books.held.books, 1)
    books.close()
  })

  it('stays though somebody looks for unused ones while it is read', async () => {
    const { directories, clock, start } = setUp()
    clock.now = 60 * 60_000
    const { listEntries } = directories.reader
    const directory: AddressBooksDeps['directory'] = {
      ...directories.reader,
      listEntries: async (...args) => {
        await books.forgetUnused()
        return listEntries(...args)
      },
    }
    const books = start({ directory })
    await books.prepare(large, signal)
    assert.equal(books.held.entries, 1_200)
    books.close()
  })
})

describe('a small address book that has changed often', () => {
  it('is not prepared again before it can have become a large one', async () => {
    const { directories, clock, start } = setUp()
    for (let round = 0; round < 120; round++)
      for (let no = 0; no < 10; no++) directories.put(small, no, `Person ${no}`)
    const books = start()
    const prepared = async () => {
      clock.now += 16 * 60_000
      await books.forgetUnused()
      directories.readWhole.length = 0
      await books.prepare(small, signal)
      return directories.readWhole.length
    }
    assert.equal(await prepared(), 1)
    assert.equal(await prepared(), 0)
    for (let no = 10; no < 999; no++) directories.put(small, no, `Person ${no}`)
    assert.equal(await prepared(), 0)
    directories.put(small, 999, 'The thousandth')
    assert.equal(await prepared(), 1)
    assert.equal(books.held.entries, 1_000)
    books.close()
  })
})

async function* broken(): AsyncGenerator<Block> {
  yield* []
  throw new Error('damaged')
}
