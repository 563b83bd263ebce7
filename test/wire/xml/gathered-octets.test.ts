import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { GatheredOctets } from '#src/wire/xml/gathered-octets.ts'
import { readDocument } from '#src/wire/xml/read-document.ts'
import { shelf, wrap } from './bookshelf.ts'

test('what is added comes out whole, element after element, however it was added', () => {
  const piece = fc.record({
    octets: fc.oneof(fc.uint8Array({ maxLength: 30 }), fc.constant(new Uint8Array(70_000).fill(7))),
    inRoom: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.array(fc.array(piece, { maxLength: 6 }), { maxLength: 5 }), (elements) => {
      const gathered = new GatheredOctets()
      const taken = elements.map((pieces) => {
        for (const { octets, inRoom } of pieces) {
          if (!inRoom || octets.length === 0) {
            gathered.add(octets)
            continue
          }
          const room = gathered.room(octets.length)
          room.set(octets)
          gathered.add(room)
        }
        return gathered.take()
      })
      // Only now: none is a window on what was used again.
      const wanted = elements.map((pieces) => Buffer.concat(pieces.map(({ octets }) => octets)))
      assert.deepEqual(taken, wanted)
    }),
  )
})

test('elements of one document do not run into each other, with and without octets', async () => {
  const book = (cover: string) => `<b:Book><b:Name>n</b:Name>${cover}</b:Book>`
  const covers = [
    '<b:Cover>QUJD</b:Cover>',
    '<b:Cover></b:Cover>',
    '<b:Cover xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:nil="true">QUJD</b:Cover>',
    `<b:Cover>${Buffer.alloc(3_000_000, 5).toString('base64')}</b:Cover>`,
    '<b:Cover>RE\r\nVG</b:Cover>',
  ]
  async function* document() {
    const octets = Buffer.from(wrap(covers.map(book).join('')))
    for (let at = 0; at < octets.length; at += 50_001) yield octets.subarray(at, at + 50_001)
  }
  const value = (await readDocument(document(), shelf)) as { Book: { Cover?: Uint8Array | null }[] }
  assert.deepEqual(
    value.Book.map(({ Cover }) => Cover && Buffer.from(Cover)),
    [Buffer.from('ABC'), Buffer.alloc(0), undefined, Buffer.alloc(3_000_000, 5), Buffer.from('DEF')],
  )
})
