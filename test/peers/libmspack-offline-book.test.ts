/** Containers of offline address books, unpacked by libmspack. */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { crc32 } from 'node:zlib'
import { BLOCK_BYTES, containerOf } from '#src/formats/oab/compressed-file.ts'
import { sumOf, uint32 } from '#src/formats/oab/details-file.ts'
import { libmspack, unpackByLibmspack } from '#test/support/libmspack.ts'

const folder = mkdtempSync(join(tmpdir(), 'landbridge-libmspack-'))
after(() => rmSync(folder, { recursive: true }))

/** What libmspack makes of a container, or what it says against it. */
function unpacked(container: Uint8Array): Buffer | string {
  const [from, to] = [join(folder, 'book.lzx'), join(folder, 'book.oab')]
  writeFileSync(from, container)
  return unpackByLibmspack(from, to) || readFileSync(to)
}

test('libmspack finds in a container what was put into it', { skip: libmspack.skip }, async () => {
  const whole = Buffer.from(Array.from({ length: BLOCK_BYTES * 2 + 5 }, (_, at) => (at * 7_919) >> 3))
  for (const size of [1, 1_000, BLOCK_BYTES, BLOCK_BYTES + 1, whole.length]) {
    const file = whole.subarray(0, size)
    const parts: Uint8Array[] = []
    for await (const part of containerOf(one(file), size)) parts.push(part)
    assert.deepEqual(unpacked(Buffer.concat(parts)), file)
    if (size === whole.length)
      assert.match(String(unpacked(Buffer.concat(parts).subarray(0, -1))), /libmspack: error/)
  }
})

async function* one(file: Buffer): AsyncGenerator<Uint8Array> {
  yield file
}

/**
 * libmspack looks at the sum of a block only where the block is LZX. This one is, though nothing in it is made shorter: a frame
 * with its size, one bit that no code is translated, then a block of type 3 (MS-PATCH 2.7) behind its three last offsets.
 */
function lzxBlock(octets: Buffer, sum: number): Buffer {
  const bits = (0b0011 << 28) | (octets.length << 4)
  const start = Buffer.alloc(4)
  start.writeUInt16LE(bits >>> 16)
  start.writeUInt16LE(bits & 0xffff, 2)
  const block = Buffer.concat([start, uint32(1), uint32(1), uint32(1), octets])
  const size = Buffer.alloc(2)
  size.writeUInt16LE(block.length)
  const packed = Buffer.concat([size, block])
  const header = [1, packed.length, octets.length, sum].map(uint32)
  const front = [3, 1, BLOCK_BYTES, octets.length].map(uint32)
  return Buffer.concat([...front, ...header, packed])
}

test('the sum of a block is the one that libmspack reckons', { skip: libmspack.skip }, () => {
  const octets = Buffer.from('The sum of these octets is to be known.'.repeat(20))
  const sum = sumOf(crc32(octets))
  assert.deepEqual(unpacked(lzxBlock(octets, sum)), octets)
  for (const other of [crc32(octets), (sum ^ 1) >>> 0])
    assert.match(String(unpacked(lzxBlock(octets, other))), /libmspack: error/)
})
