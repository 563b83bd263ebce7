import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PieceRoom, reusePiece } from '#src/wire/xml/piece-room.ts'
import { encodeParts, type XmlPart } from '#src/wire/xml/xml-writer.ts'

const octets = (size: number): Buffer => Buffer.from(Uint8Array.from({ length: size }, (_, at) => at * 7))

/** What goes out, and the sizes of its pieces; each piece is used again once it was looked at. */
async function encoded(parts: readonly XmlPart[]): Promise<{ text: string; sizes: number[] }> {
  const out: Buffer[] = []
  for await (const piece of encodeParts(parts)) {
    out.push(Buffer.from(piece))
    reusePiece(piece)
  }
  return { text: Buffer.concat(out).toString(), sizes: out.map(({ length }) => length) }
}

test('text and octets go out as they are, wherever pieces end', async () => {
  // Every place of a character of four octets, and of three octets that become four characters, at the end of a piece.
  for (let before = 131_060; before <= 131_073; before++) {
    const text = `${'a'.repeat(before)}😀ü€${'b'.repeat(200_000)}`
    const of = octets(before)
    const { text: seen, sizes } = await encoded(['<x>', text, of, 'é', octets(1), '</x>'])
    // A comparison of texts that long would never end.
    const whole = `<x>${text}${of.toString('base64')}é${octets(1).toString('base64')}</x>`
    assert.ok(seen === whole, `${before} characters`)
    assert.ok(Math.max(...sizes) <= 131_072 && Math.min(...sizes.slice(0, -1)) > 131_060, String(sizes))
  }
})

test('what is read of a source goes out as if it had come at once', async () => {
  const of = octets(300_001)
  for (const size of [1_000, 65_536, 131_071, 300_001]) {
    async function* read() {
      for (let at = 0; at < of.length; at += size) yield of.subarray(at, at + size)
    }
    const { text } = await encoded(['<x>', { read }, '</x>'])
    assert.ok(text === `<x>${of.toString('base64')}</x>`, `pieces of ${size}`)
  }
})

test('a piece that was not given back is never written to again', () => {
  const room = new PieceRoom()
  const taken = () => [...room.take()]
  for (const size of [100, 100_000]) {
    assert.equal([...room.text('a'.repeat(size))].length, 0)
    const [held] = taken()
    assert.equal([...room.text('b'.repeat(size))].length, 0)
    const [next] = taken()
    assert.ok(held!.toString() === 'a'.repeat(size) && next!.toString() === 'b'.repeat(size))
  }
  assert.equal(taken().length, 0)
})

test('a room that came back twice, or that is none, is not shared by two answers', () => {
  const pieceOf = (text: string): Buffer => {
    const room = new PieceRoom()
    return [...room.text(text), ...room.take()][0]!
  }
  const foreign = Buffer.from(new ArrayBuffer(131_072))
  reusePiece(foreign)
  const piece = pieceOf('a'.repeat(100_000))
  reusePiece(piece)
  reusePiece(piece)
  const [one, two] = [pieceOf('b'.repeat(100_000)), pieceOf('c'.repeat(100_000))]
  assert.ok(one.toString() === 'b'.repeat(100_000) && two.toString() === 'c'.repeat(100_000))
  assert.ok(foreign.every((octet) => octet === 0))
})
