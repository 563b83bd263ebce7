import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { openSpool, type Spooled, SpoolRoom } from '#src/platform/spool/spool.ts'

let folder: string
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'landbridge-spool-'))
})
after(() => rm(folder, { recursive: true }))

const full = () => new Error('the spool is full')
const open = (options: { totalBytes?: number; memoryBytes?: number; totalMemoryBytes?: number } = {}) => {
  const { totalBytes = 100_000_000, totalMemoryBytes, memoryBytes } = options
  const room = new SpoolRoom(totalBytes, totalMemoryBytes)
  return openSpool({ folder, room, full, ...(memoryBytes !== undefined && { memoryBytes }) })
}

async function readAll(spooled: Spooled, range?: { start?: number; end?: number }): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  for await (const piece of spooled.read(range)) pieces.push(Buffer.from(piece))
  return Buffer.concat(pieces)
}

for (const sizeBytes of [0, 1, 65_535, 65_536, 262_144, 262_145, 1_000_003]) {
  test(`${sizeBytes} octets are read back, whole and in part, as often as one likes`, async () => {
    const spooled = (await open()).create()
    const octets = randomBytes(sizeBytes)
    for (let at = 0; at < sizeBytes; at += 7_919)
      await spooled.write(Buffer.from(octets.subarray(at, at + 7_919)))
    assert.equal(spooled.sizeBytes, sizeBytes)
    const [first, second] = await Promise.all([readAll(spooled), readAll(spooled)])
    assert.deepEqual(first, octets)
    assert.deepEqual(second, octets)
    const middle = { start: Math.floor(sizeBytes / 3), end: Math.floor(sizeBytes / 2) }
    assert.deepEqual(await readAll(spooled, middle), octets.subarray(middle.start, middle.end))
    await spooled.release()
  })
}

test('a large message lies in a file without a name, and what a crash left is removed', async () => {
  await writeFile(join(folder, 'left.spool'), 'x')
  const spool = await open()
  const spooled = spool.create()
  await spooled.write(randomBytes(500_000))
  assert.deepEqual(await readdir(folder), [])
  assert.equal(spool.usedBytes, 500_000)
  await spooled.release()
  await spooled.release()
  assert.equal(spool.usedBytes, 0)
})

test('spools that share a room share what it holds', async () => {
  const room = new SpoolRoom(1_000)
  const open = (name: string) =>
    openSpool({ folder: join(folder, name), room, full: () => new Error(`${name} is full`) })
  const [mail, books] = [await open('mail'), await open('books')]
  const first = mail.create()
  await first.write(randomBytes(900))
  await assert.rejects(books.create().write(randomBytes(101)), /books is full/)
  await first.release()
  await books.create().write(randomBytes(1_000))
  await assert.rejects(mail.create().write(randomBytes(1)), /mail is full/)
})

test('a spool that may fill a part of the room leaves the rest to the others', async () => {
  const room = new SpoolRoom(1_000)
  const open = (name: string, part: number) =>
    openSpool({ folder: join(folder, name), room, part, full: () => new Error(`${name} is full`) })
  const [mail, migration] = [await open('mail', 1), await open('migration', 3 / 4)]
  const first = migration.create()
  await first.write(randomBytes(750))
  await assert.rejects(migration.create().write(randomBytes(1)), /migration is full/)
  const second = mail.create()
  await second.write(randomBytes(250))
  await first.release()
  await migration.create().write(randomBytes(500))
  await assert.rejects(migration.create().write(randomBytes(1)), /migration is full/)
})

test('what is over the total is refused, and room comes back', async () => {
  const spool = await open({ totalBytes: 1_000 })
  const first = spool.create()
  await first.write(randomBytes(900))
  const second = spool.create()
  await assert.rejects(second.write(randomBytes(101)), /the spool is full/)
  await first.release()
  await second.write(randomBytes(1_000))
  await second.release()
})

test('small messages go to files when all of them together fill the memory', async () => {
  const spool = await open({ totalMemoryBytes: 1_000 })
  const [first, second] = [spool.create(), spool.create()]
  const octets = randomBytes(900)
  await first.write(Buffer.from(octets))
  await second.write(Buffer.from(octets))
  assert.deepEqual(await readAll(second), octets)
  await Promise.all([first.release(), second.release()])
  assert.equal(spool.usedBytes, 0)
})

test('after its release a message can be neither written nor read', async () => {
  const spooled = (await open()).create()
  await spooled.write(randomBytes(10))
  await spooled.release()
  await assert.rejects(spooled.write(randomBytes(10)), /let go/)
  await assert.rejects(readAll(spooled), /let go/)
})
