import assert from 'node:assert/strict'
import { createHash, X509Certificate } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { makeOfflineBooksJob } from '#jobs/make-offline-books.ts'
import { OfflineBooks } from '#src/domain/address-book/offline/offline-books.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { openSpool, type Spool, SpoolRoom } from '#src/platform/spool/spool.ts'
import { selfSignedCertificate } from '#src/platform/tls/self-signed.ts'
import { type Synced, synced } from '#test/domain/directory-sync/synced.ts'
import { mailboxObject } from '#test/support/memory-directory.ts'
import { type OabRecord, readOab, unpackOab } from '#test/support/oab-reader.ts'

const HOUR = 3_600_000

describe('offline address books', () => {
  let world: Synced
  let folder: string
  let spool: Spool
  let books: OfflineBooks
  const never = new AbortController().signal
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'landbridge-offline-books-'))
    spool = await openSpool({
      folder,
      room: new SpoolRoom(50_000_000),
      full: () => new Refusal('try-later', 'Full.'),
    })
    world = await synced()
    books = booksOf(world)
  })
  after(async () => {
    await books.close()
    await world.temporary.remove()
    await rm(folder, { recursive: true })
  })

  const booksOf = ({ store, clock }: Synced) => new OfflineBooks({ store, spool, now: () => clock.now })
  const make = () => books.make(world.organization, never)

  async function recordsOf(sequence: number): Promise<OabRecord[]> {
    const found = (await books.find(world.organization, sequence))!
    const pieces: Uint8Array[] = []
    for await (const piece of found.read({})) pieces.push(Buffer.from(piece))
    const octets = Buffer.concat(pieces)
    assert.equal(octets.length, found.book.sizeBytes)
    assert.equal(createHash('sha1').update(octets).digest('hex'), found.book.sha1)
    const { header, records } = readOab(unpackOab(octets))
    assert.equal(header.get(0x68010003), sequence)
    assert.equal(records.length, found.book.entries)
    return records
  }
  const change = async (no: number, name: string, given = {}) => {
    world.directory.changeNumber++
    world.directory.put(mailboxObject(no, name, given))
    await world.sync()
  }

  it('makes none of an address book that has never had an entry', async () => {
    assert.deepEqual(await make(), { book: undefined, changed: false })
    assert.equal(await books.newest(world.organization), undefined)
    assert.equal(await books.find(world.organization, 1), undefined)
  })

  it('leaves out who is hidden, and knows an entry by the name that Exchange gave it', async () => {
    await change(1, 'anna', { details: { department: 'Häfen', otherTelephones: ['1', '2'] } })
    await change(2, 'ghost', { hidden: true })
    const { book, changed } = await make()
    assert.equal(changed, true)
    const [record, ...others] = await recordsOf(book!.sequence)
    assert.equal(others.length, 0)
    assert.equal(record!.get(0x3003001e), '/o=Corp/ou=Exchange/cn=Recipients/cn=anna')
    assert.equal(record!.get(0x39fe001f), 'anna@corp.example')
    assert.equal(record!.get(0x3a00001f), 'anna')
    assert.equal(record!.get(0x3a18001f), 'Häfen')
    assert.deepEqual(record!.get(0x3a1b101f), ['1', '2'])
    assert.deepEqual(record!.get(0x800f101f), [
      'SMTP:anna@corp.example',
      'X500:/o=Corp/ou=Exchange/cn=Recipients/cn=anna',
    ])
    assert.equal(record!.has(0x3a08001f), false)
  })

  it('has the certificate of an entry', async () => {
    const { cert } = await selfSignedCertificate(folder, ['cert.example'], new Date(world.clock.now))
    const certificate = new X509Certificate(cert).raw
    await change(3, 'cert', { certificate })
    const { book } = await make()
    const record = (await recordsOf(book!.sequence)).find((each) => each.get(0x3001001f) === 'cert')!
    assert.deepEqual(record.get(0x8c6a1102), [certificate])
  })

  it('stays what it is while nothing of it changes, over a restart too', async () => {
    const first = (await make()).book!
    world.clock.now += HOUR
    await world.temporary.reopen()
    books = booksOf(world)
    const { book, changed } = await make()
    assert.equal(changed, false)
    assert.deepEqual(book, { ...first, checkedAt: world.clock.now })
    assert.deepEqual(await books.newest(world.organization), book)
  })

  it('is made once by who asks at the same time', async () => {
    await change(5, 'carl')
    const made = await Promise.all([make(), make(), make()])
    assert.deepEqual(
      made.map(({ changed }) => changed),
      [true, false, false],
    )
    assert.equal(new Set(made.map(({ book }) => book!.sequence)).size, 1)
  })

  it('is looked at twice at most, however many ask at once', async () => {
    const { store } = world
    let looks = 0
    const directory = new Proxy(store.directory, {
      get(target, name, receiver) {
        if (name === 'listEntries') looks++
        return Reflect.get(target, name, receiver)
      },
    })
    const counted = new OfflineBooks({ store: { ...store, directory }, spool, now: () => world.clock.now })
    await Promise.all(Array.from({ length: 50 }, () => counted.make(world.organization, never)))
    assert.equal(looks, 2)
    looks = 0
    const first = counted.make(world.organization, never)
    const second = counted.make(world.organization, never)
    // In the moment between the end of one and the beginning of the next.
    await Promise.all([second, first.then(() => counted.make(world.organization, never))])
    assert.equal(looks, 2)
  })

  it('is made for the others where the one of them who asked first gives up', async () => {
    const called = new AbortController()
    const first = make()
    const cut = books.make(world.organization, called.signal)
    const other = make()
    called.abort(new Error('called off'))
    await assert.rejects(cut, /called off/)
    assert.deepEqual(await other, { ...(await first), book: (await other).book })
    await books.close()
  })

  it('is not spoiled by one that was called off', async () => {
    await change(4, 'dora')
    const called = new AbortController()
    called.abort(new Error('called off'))
    const cut = books.make(world.organization, called.signal)
    const other = make()
    await assert.rejects(cut, /called off/)
    assert.equal((await other).changed, true)
    assert.equal(spool.usedBytes, 0)
  })

  it('keeps the book before for a day, and never more than five', async () => {
    const sequences: number[] = [(await make()).book!.sequence]
    for (let no = 10; no < 18; no++) {
      await change(no, `many${no}`)
      sequences.push((await make()).book!.sequence)
    }
    assert.deepEqual(
      sequences,
      [...new Set(sequences)].toSorted((a, b) => a - b),
    )
    const kept = async () => {
      const found = await Promise.all(sequences.map((each) => books.find(world.organization, each)))
      return sequences.filter((_, at) => found[at] !== undefined)
    }
    assert.deepEqual(await kept(), sequences.slice(-5))
    world.clock.now += 25 * HOUR
    await change(20, 'last')
    const { sequence } = (await make()).book!
    // The one that was replaced just now is still fetched by who read its manifest.
    assert.deepEqual(await kept(), sequences.slice(-1))
    assert.equal((await recordsOf(sequence)).length, (await recordsOf(sequences.at(-1)!)).length + 1)
  })

  it('is made by the clock when it is due', async () => {
    const notes: string[] = []
    const job = makeOfflineBooksJob({
      store: world.store,
      books,
      everyMs: 24 * HOUR,
      now: () => world.clock.now,
      log: { info: (_, message) => void notes.push(message), warn: (_, message) => void notes.push(message) },
    })
    await change(30, 'nora')
    await job.run(never)
    assert.deepEqual(notes, [])
    world.clock.now += 24 * HOUR
    await job.run(never)
    await job.run(never)
    assert.deepEqual(notes, ['The offline address book was made anew'])
    const newest = (await books.newest(world.organization))!
    assert.equal(newest.checkedAt, world.clock.now)
    assert.ok((await recordsOf(newest.sequence)).some((each) => each.get(0x3001001f) === 'nora'))
  })

  it('says in the log why none could be made, and does not spoil the run', async () => {
    const full = () => new Refusal('try-later', 'There is no room.')
    const { store, clock, organization } = world
    const small = await openSpool({ folder: join(folder, 'small'), room: new SpoolRoom(1), full })
    const notes: unknown[] = []
    const job = makeOfflineBooksJob({
      store,
      books: new OfflineBooks({ store, spool: small, now: () => clock.now }),
      everyMs: 0,
      now: () => clock.now,
      log: { info: () => assert.fail(), warn: (fields, message) => void notes.push(fields, message) },
    })
    await job.run(never)
    assert.deepEqual(notes, [
      { organization, reason: 'There is no room.' },
      'The offline address book could not be made',
    ])
  })

  it('leaves a store behind in which nothing is wrong', async () => {
    const { findings } = await world.store.maintenance.check({ bodies: true })
    assert.deepEqual(findings, [])
  })

  it('is as unreadable as mail without the key of its organisation', async () => {
    const { store, organization } = world
    const { sequence } = (await books.newest(organization))!
    await store.organizations.disableKey(organization)
    for (const asked of [books.newest(organization), books.find(organization, sequence), make()])
      await assert.rejects(asked, (error: Refusal) => error.reason === 'key-unavailable')
  })
})
