/** Files that are damaged, or encoded otherwise: what is said to be whole is what was written, all else is named. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { crc32 } from 'node:zlib'
import { decodeCyclic, decodePermuted } from '#connectors/pst/encodings.ts'
import { tellsDamage } from '#connectors/pst/item-damage.ts'
import { openPstSource } from '#connectors/pst/pst-source.ts'
import '#test/support/same-numbers.ts'

const { signal } = new AbortController()
const packaged = createRequire(import.meta.url).resolve('pst-extractor')
const data = join(dirname(packaged), '..', 'example', 'testdata')
const folder = await mkdtemp(join(tmpdir(), 'landbridge-pst-'))
after(() => rm(folder, { recursive: true, force: true }))

/** Boundaries are others each time that a message is composed. */
const drawn = /=_[0-9a-f]{36}/g

/** Of each item a digest of all that it says, of those that are damaged what is told of it, of those that cannot be read why; and what is told of the file. */
async function pictureOf(octets: Buffer) {
  const path = join(folder, 'own.pst')
  await writeFile(path, octets)
  const mailbox = await openPstSource({ fileOf: () => path }).open('ann', signal)
  const items = new Map<string, string>()
  const spoiled = new Map<string, string[]>()
  const failed = new Map<string, string>()
  try {
    for await (const at of mailbox.folders(signal)) {
      const { changes } = await mailbox.changes(at, null, 100_000, signal)
      const keys = changes.flatMap((change) => (change.kind === 'item' ? change.key : []))
      for await (const read of mailbox.items(at, keys, signal)) {
        const key = read.kind === 'item' ? read.item.key : read.key
        if (read.kind === 'failed') {
          failed.set(key, read.failure.message)
          continue
        }
        const { message, attachments, ...said } = read.item
        const digest = createHash('sha256').update(JSON.stringify([at.name, said]))
        try {
          for (const one of [...(message ? [message] : []), ...attachments]) {
            const octets = Buffer.concat(await Array.fromAsync(one.open(signal)))
            assert.equal(octets.length, one.sizeBytes)
            digest.update(octets.toString('latin1').replace(drawn, ''))
          }
          const told = said.losses.filter(tellsDamage).map(({ property, reason }) => `${property}: ${reason}`)
          if (told.length > 0) spoiled.set(key, told)
          else items.set(key, digest.digest('hex'))
        } catch (error) {
          failed.set(key, (error as Error).message)
        }
      }
    }
    const { losses } = await mailbox.settings(signal)
    return { items, spoiled, failed, losses: losses.filter(({ property }) => property === 'file') }
  } finally {
    await mailbox.close()
  }
}

/** A block of a file as MS-PST §2.2.2.8 lays it, found by §2.2.2.7.7.3. */
type Block = { id: number; place: number; bytes: number; sumAt: number }

function* blocksOf(octets: Buffer, isLarge: boolean, place: number): Generator<Block> {
  const word = (at: number) => Number(octets.readBigUInt64LE(at))
  const [countAt, bytesAt, levelAt] = isLarge ? [4056, 4060, 4061] : [488, 490, 491]
  const count = isLarge ? octets.readUInt16LE(place + countAt) : octets[place + countAt]!
  for (let index = 0; index < count; index++) {
    const at = place + index * octets[place + bytesAt]!
    if (octets[place + levelAt] !== 0) yield* blocksOf(octets, isLarge, word(at + 16))
    else {
      const bytes = octets.readUInt16LE(at + 16)
      const [unit, trailer] = isLarge ? [512, 24] : [64, 16]
      const end = word(at + 8) + Math.ceil((bytes + trailer) / unit) * unit
      yield { id: word(at), place: word(at + 8), bytes, sumAt: end - trailer + 4 }
    }
  }
}
const allBlocks = (octets: Buffer): Block[] => [
  ...blocksOf(octets, octets.readUInt16LE(10) === 36, Number(octets.readBigUInt64LE(240))),
]
const sumUp = (octets: Buffer, { place, bytes, sumAt }: Block) =>
  octets.writeUInt32LE(~crc32(octets.subarray(place, place + bytes), 0xffff_ffff) >>> 0, sumAt)

/** MS-PST §2.2.2.6, both sums. */
function sumUpHeader(octets: Buffer) {
  octets.writeUInt32LE(~crc32(octets.subarray(8, 479), 0xffff_ffff) >>> 0, 4)
  octets.writeUInt32LE(~crc32(octets.subarray(8, 524), 0xffff_ffff) >>> 0, 524)
}

const damaged = /^Item \d+ of the file is damaged: /
const enron = await readFile(join(data, 'enron.pst'))
const whole = await pictureOf(enron)

/** The same numbers in every run (Numerical Recipes' generator). */
let seed = Number(process.env.LANDBRIDGE_SEED)
function random(below: number): number {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
  return Math.floor((seed / 2 ** 32) * below)
}

test('a file in the encoding that Outlook called high is read like any other', async () => {
  const octets = Buffer.from(enron)
  octets[513] = 2
  sumUpHeader(octets)
  for (const block of allBlocks(octets)) {
    if ((block.id & 2) !== 0) continue
    const stored = octets.subarray(block.place, block.place + block.bytes)
    decodePermuted(stored)
    const plain = Buffer.from(stored)
    decodeCyclic(stored, block.id)
    if (plain.length > 100) assert.notDeepEqual(Buffer.from(stored), plain)
    sumUp(octets, block)
  }
  const found = await pictureOf(octets)
  assert.ok(whole.items.size > 50)
  assert.deepEqual(found, whole)
})

for (const name of ['enron.pst', 'pstextractortest@outlook.com.ost'])
  test(`whatever octets of blocks are others, what comes is what was written, and the rest is named: ${name}`, async () => {
    const original = await readFile(join(data, name))
    const before = name === 'enron.pst' ? whole : await pictureOf(original)
    const blocks = allBlocks(original)
    let named = 0
    for (let run = 0; run < 3; run++) {
      const octets = Buffer.from(original)
      for (let each = 0; each < 40; each++) {
        const { place, bytes } = blocks[random(blocks.length)]!
        const at = place + random(bytes)
        octets[at] = octets[at]! ^ (1 + random(255))
      }
      const { items, spoiled, failed, losses } = await pictureOf(octets)
      for (const [key, digest] of items) assert.equal(digest, before.items.get(key), key)
      for (const key of before.items.keys())
        assert.ok(
          items.has(key) || spoiled.has(key) || failed.has(key) || losses.length > 0,
          `${key} is missing without a word`,
        )
      for (const reason of failed.values()) assert.match(reason, damaged)
      named += spoiled.size + failed.size + losses.length
    }
    assert.ok(named > 0, 'nothing was hit')
  })

test('a file within a message comes with all of its octets where one of them is another, and is named', async () => {
  const octets = Buffer.from(enron)
  const largest = allBlocks(octets).reduce((one, other) => (other.bytes > one.bytes ? other : one))
  octets[largest.place + 2_000]! ^= 1
  const { items, spoiled, failed, losses } = await pictureOf(octets)
  assert.deepEqual(
    { items: items.size, failed: failed.size, losses },
    { items: whole.items.size - 1, failed: 0, losses: [] },
  )
  const [told] = [...spoiled.values()]
  assert.equal(spoiled.size, 1)
  assert.equal(told?.length, 1)
  assert.match(
    told![0]!,
    /^attachment ".+": Damaged in the file: some of its octets are others than were written, and come as they are\.$/,
  )
})

test('a header that is not as it was written is told', async () => {
  const octets = Buffer.from(enron)
  octets.writeUInt8(octets[100]! ^ 1, 100)
  const { losses, ...found } = await pictureOf(octets)
  assert.deepEqual({ ...found, losses: [] }, whole)
  assert.deepEqual(
    losses.map(({ reason }) => reason),
    ['The header is not as it was written.'],
  )
})

test('numbers of a file that were made to lead anywhere cost what they are part of, and nothing runs on', async () => {
  const blocks = allBlocks(enron)
  for (let run = 0; run < 6; run++) {
    const octets = Buffer.from(enron)
    for (let each = 0; each < 60; each++) {
      const block = blocks[random(blocks.length)]!
      // Heaps, tables and lists begin with what says how they lie.
      const at = block.place + random(Math.min(block.bytes, 48))
      octets[at] = random(256)
      sumUp(octets, block)
    }
    const { items, spoiled, failed } = await pictureOf(octets)
    assert.ok(items.size > 30 && spoiled.size > 0)
    for (const reason of failed.values()) assert.match(reason, damaged)
  }
})

test('a page of the list of nodes that is not as it was written is told, and what it says is read', async () => {
  const octets = Buffer.from(enron)
  let page = Number(octets.readBigUInt64LE(224))
  while (octets[page + 491] !== 0) page = Number(octets.readBigUInt64LE(page + 16))
  // Between the entries and what says how many there are.
  octets.writeUInt8(octets[page + 480]! ^ 1, page + 480)
  const { losses, ...found } = await pictureOf(octets)
  assert.deepEqual({ ...found, losses: [] }, whole)
  assert.deepEqual(
    losses.map(({ reason }) => reason),
    [`The list of nodes is damaged at ${page}.`],
  )
})
