/** Octets in base64 come and go as streams. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { Base64Reader, gather, type OctetSource, type OctetStore } from '#src/wire/xml/octets.ts'
import { readDocument } from '#src/wire/xml/read-document.ts'
import { XmlFault } from '#src/wire/xml/xml-fault.ts'
import { encodeParts, XmlWriter } from '#src/wire/xml/xml-writer.ts'
import { shelf, wrap } from './bookshelf.ts'

class Store implements OctetStore {
  readonly pieces: Uint8Array[] = []
  released = 0

  async write(octets: Uint8Array): Promise<void> {
    this.pieces.push(octets)
  }

  async *read(): AsyncGenerator<Uint8Array> {
    yield* this.pieces
  }

  async release(): Promise<void> {
    this.released++
  }
}

const cover = (base64: string): string =>
  wrap(`<b:Book><b:Name>n</b:Name><b:Cover>${base64}</b:Cover></b:Book>`)
type Shelf = { Book: { Cover: OctetSource }[] }

async function* pieces(octets: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < octets.length; at += size) yield octets.subarray(at, at + size)
}

const random = Buffer.from(Array.from({ length: 300_000 }, (_, n) => (n * 2_654_435_761) >>> 24))

for (const [how, lines] of [
  ['in one line', (text: string) => text],
  ['in lines', (text: string) => text.replace(/.{76}/g, '$&\r\n')],
  ['in lines as .NET writes them', (text: string) => text.replace(/.{76}/g, '$&&#xD;\n')],
] as const) {
  test(`much base64 ${how} goes to a store piece by piece`, async () => {
    const document = Buffer.from(cover(lines(random.toString('base64'))))
    for (const size of [1_000, 64 * 1024, 1_000_000]) {
      const store = new Store()
      const value = (await readDocument(pieces(document, size), shelf, {
        store: () => store,
        memoryOctets: 1_000,
      })) as Shelf
      assert.equal(value.Book[0]!.Cover, store)
      assert.deepEqual(Buffer.concat(store.pieces), random)
      assert.ok(store.pieces.length > 3)
      // Two stretches, where the first one ended within a reference.
      assert.ok(Math.max(...store.pieces.map(({ length }) => length)) <= 100_000)
      assert.equal(store.released, 0)
    }
  })
}

test('little base64 stays in memory', async () => {
  const store = (): OctetStore => assert.fail('no store is needed')
  const value = (await readDocument(pieces(Buffer.from(cover('QUJD')), 7), shelf, { store })) as Shelf
  assert.deepEqual(value.Book[0]!.Cover, Buffer.from('ABC'))
})

test('the text of a document does not limit its base64', async () => {
  const document = Buffer.from(cover(random.toString('base64')))
  const store = new Store()
  await readDocument(pieces(document, 4_000), shelf, { store: () => store, limits: { textChars: 10_000 } })
  assert.equal(Buffer.concat(store.pieces).length, random.length)
})

test('octets are in their store before the document is over', async () => {
  const store = new Store()
  const document = Buffer.from(cover(random.toString('base64')))
  async function* watched(): AsyncGenerator<Uint8Array> {
    for await (const piece of pieces(document, 10_000)) yield piece
    const kept = store.pieces.reduce((sum, { length }) => sum + length, 0)
    assert.ok(kept > random.length - 20_000, `only ${kept} octets are there`)
  }
  await readDocument(watched(), shelf, { store: () => store, memoryOctets: 1_000 })
})

test('what was stored is let go when the document is not one', async () => {
  const broken = cover(random.toString('base64')).replace('</b:Shelf>', '</b:Shell>')
  const stores: Store[] = []
  const make = (): Store => {
    stores.push(new Store())
    return stores.at(-1)!
  }
  await assert.rejects(
    readDocument(pieces(Buffer.from(broken), 9_000), shelf, { store: make, memoryOctets: 1_000 }),
    XmlFault,
  )
  assert.deepEqual(
    stores.map(({ released }) => released),
    [1],
  )
})

test('what a store says when it is full is what the reader says', async () => {
  const store = new Store()
  store.write = () => Promise.reject(new RangeError('full'))
  const reading = readDocument(pieces(Buffer.from(cover(random.toString('base64'))), 9_000), shelf, {
    store: () => store,
    memoryOctets: 1_000,
  })
  await assert.rejects(reading, RangeError)
  assert.equal(store.released, 1)
})

test('octets that are written as a stream can be read back, whatever their pieces', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 50 })), async (given) => {
      async function* read(): AsyncGenerator<Uint8Array> {
        yield* given
      }
      const value = { Id: '1', Title: 'T', Room: 'R', Book: [{ Name: 'n', Cover: { read } }] }
      const parts = new XmlWriter().field({ ...shelf, declared: ' xmlns:b="urn:books"' }, value).take()
      const seen = (await readDocument(encodeParts(parts), shelf)) as Shelf
      assert.deepEqual(Buffer.from(await gather(seen.Book[0]!.Cover)), Buffer.concat(given))
    }),
  )
})

test('a source is asked for more only when what it gave was taken', async () => {
  let asked = 0
  const source: OctetSource = {
    async *read() {
      for (; asked < 1_000; asked++) yield Buffer.alloc(10_000)
    },
  }
  const octets = encodeParts(['<a>', source, '</a>'])
  let taken = 0
  for (let piece = 0; piece < 20; piece++) {
    taken += (await octets.next()).value!.length
    const given = ((asked + 1) * 10_000 * 4) / 3
    assert.ok(given - taken < 32 * 1024, `${given} characters were asked for, and ${taken} taken`)
  }
  await octets.return(undefined)
})

test('any text is octets or a SyntaxFault', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: fc.constantFrom('A', 'b', '=', ' ', '\n', '/', '-', 'é') })),
      (texts) => {
        const reader = new Base64Reader()
        try {
          for (const text of texts) reader.push(text)
          reader.finish()
        } catch (error) {
          assert.ok(error instanceof SyntaxFault, String(error))
        }
      },
    ),
  )
})

test('base64 in pieces is what it is as a whole', () => {
  const letters = fc.string({ unit: fc.constantFrom('A', 'b', '9', '+', '=', ' ', '\n', '_', 'é') })
  const genuine = fc.uint8Array({ maxLength: 40 }).map((octets) => Buffer.from(octets).toString('base64'))
  const read = (texts: readonly string[]): string => {
    const reader = new Base64Reader()
    try {
      // A copy of each: the room may be used again.
      const octets = texts.map((text) => Buffer.from(reader.push(text)))
      return Buffer.concat([...octets, reader.finish()]).toString('hex')
    } catch (error) {
      assert.ok(error instanceof SyntaxFault, String(error))
      return 'a fault'
    }
  }
  fc.assert(
    fc.property(fc.oneof(genuine, letters), fc.array(fc.nat({ max: 60 })), (text, cuts) => {
      const at = [0, ...cuts.toSorted((one, other) => one - other), text.length]
      const pieces = at.slice(1).map((end, index) => text.slice(at[index], end))
      assert.equal(read(pieces), read([text]))
    }),
  )
})
