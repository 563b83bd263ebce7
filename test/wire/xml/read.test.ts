/** What the reader takes, what it makes of it, and what it refuses. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { parseDocument, type ReadOptions, readDocument, readDocuments } from '#src/wire/xml/read-document.ts'
import { XmlFault } from '#src/wire/xml/xml-fault.ts'
import { plainShelf, schema, shelf, wrap } from './bookshelf.ts'

const read = (inside: string, options: ReadOptions = {}): unknown =>
  parseDocument(wrap(inside), shelf, options)

const cases: [what: string, inside: string, value: Record<string, unknown>][] = [
  ['nothing else', '', {}],
  ['an unknown element', '<b:Unknown><b:Title>x</b:Title></b:Unknown>', {}],
  ['an element of another namespace', '<x:Owner>x</x:Owner>', {}],
  ['any prefix', '<q:Owner xmlns:q="urn:books">o</q:Owner>', { Owner: 'o' }],
  ['no prefix', '<Owner xmlns="urn:books">o</Owner>', { Owner: 'o' }],
  [
    'prefixes that mean something else further in, and what they meant before behind that',
    '<q:Book xmlns:q="urn:books"><q:x xmlns:q="urn:x" xmlns:r="urn:r"/><q:Name>1</q:Name></q:Book>' +
      '<Book xmlns="urn:books"><x xmlns=""><Name/></x><Name>2</Name></Book>',
    { Book: [{ Name: '1' }, { Name: '2' }] },
  ],
  ['CDATA and entities', '<b:Owner>a<![CDATA[<b>&]]>&lt;&#65;&#x42;</b:Owner>', { Owner: 'a<b>&<AB' }],
  ['a comment within text', '<b:Owner>a<!-- c -->b</b:Owner>', { Owner: 'ab' }],
  ['any order', '<b:Lent> 1 </b:Lent><b:Owner/>', { Lent: true, Owner: '' }],
  [
    'several of one',
    '<b:Book><b:Name>1</b:Name></b:Book><b:Book><b:Name>2</b:Name></b:Book>',
    {
      Book: [{ Name: '1' }, { Name: '2' }],
    },
  ],
  [
    'a named list',
    '<b:Moved>m</b:Moved><b:Read When="2026-01-01T00:00:00">r</b:Read>',
    {
      Events: [{ Moved: 'm' }, { Read: { When: '2026-01-01T00:00:00', Value: 'r' } }],
    },
  ],
  ['an array', '<b:Tags><b:Tag>1</b:Tag><b:Tag>2</b:Tag></b:Tags>', { Tags: ['1', '2'] }],
  [
    'choices in their order',
    '<b:Numbers><b:Two>Red Blue</b:Two><b:One>5</b:One></b:Numbers>',
    {
      Numbers: [{ Two: ['Red', 'Blue'] }, { One: 5 }],
    },
  ],
  ['an empty list', '<b:Numbers/>', { Numbers: [] }],
  ['nil where it may be', '<b:Note xsi:nil="true"/>', { Note: null }],
  ['nil where it may not', '<b:Owner xsi:nil="true"/>', {}],
  ['an element of another part', '<x:Stamp>s</x:Stamp>', { Stamp: 's' }],
  [
    'base64 with line breaks',
    '<b:Book><b:Name>n</b:Name><b:Cover> QUJD\r\nREU= </b:Cover></b:Book>',
    {
      Book: [{ Name: 'n', Cover: Buffer.from('ABCDE') }],
    },
  ],
  ['names that objects have', '<b:__proto__>1</b:__proto__><b:constructor/><b:toString/>', {}],
]

for (const [what, inside, value] of cases) {
  test(`it reads ${what}`, () => {
    assert.deepEqual(read(inside), { ...plainShelf, ...value })
  })
}

test('what no schema describes is kept as a tree where there may be anything', () => {
  const value = read('<b:Extra><y:A xmlns:y="urn:y" k="1">t<y:B/>u</y:A></b:Extra>') as { Extra: unknown }
  const inner = { namespace: 'urn:y', name: 'B', attributes: new Map(), text: '', children: [] }
  assert.deepEqual(value.Extra, [
    { namespace: 'urn:y', name: 'A', attributes: new Map([['k', '1']]), text: 'tu', children: [inner] },
  ])
})

test('the attribute of another namespace is not the one of the schema', () => {
  assert.deepEqual(read('<b:Book x:Unit="1"><b:Name x:y="z">n</b:Name></b:Book>'), {
    ...plainShelf,
    Book: [{ Name: 'n' }],
  })
})

const refused: [what: string, document: string, why: RegExp][] = [
  ['text', 'hello', /not well-formed/],
  ['nothing', '', /root element/],
  ['another root', '<a xmlns="urn:books"/>', /begins with 'a'/],
  ['another namespace', '<Shelf/>', /begins with 'Shelf' of ''/],
  ['tags that do not match', '<Shelf xmlns="urn:books"><a></Shelf>', /not well-formed/],
  ['half a document', '<Shelf xmlns="urn:books"><Title>', /not well-formed/],
  ['a second root', `${wrap('')}<a/>`, /not well-formed/],
  ['a name as long as a text', wrap(`<b:${'n'.repeat(5_000)}/>`), /name is too long/],
  ['an unbound prefix', '<b:Shelf/>', /not well-formed/],
  ['a prefix behind the element that declares it', wrap('<q:x xmlns:q="urn:x"/><q:x/>'), /unbound/],
  ['an attribute twice', '<Shelf xmlns="urn:books" Id="1" Id="2"/>', /not well-formed/],
  ['a document type', `<!DOCTYPE Shelf>${wrap('')}`, /document type/],
  [
    'a document type with entities',
    `<!DOCTYPE a [<!ENTITY b "c">]>${wrap('<b:Owner>&b;</b:Owner>')}`,
    /document type/,
  ],
  ['an entity nobody declared', wrap('<b:Owner>&nbsp;</b:Owner>'), /entity/],
  ['an entity that objects have', wrap('<b:Owner>&constructor;</b:Owner>'), /entity/],
  ['a control character', wrap('<b:Owner>\u0001</b:Owner>'), /not well-formed/],
  ['a reference to one', wrap('<b:Owner>&#1;</b:Owner>'), /not well-formed/],
  ['an encoding that is none of ours', `<?xml version="1.0" encoding="iso-8859-1"?>${wrap('')}`, /encoding/],
  ['an element twice', wrap('<b:Owner/><b:Owner/>'), /'Owner' is there twice/],
  ['both of a choice', wrap('<b:Lent>true</b:Lent><b:Sold>2026-01-01</b:Sold>'), /both 'Lent' and 'Sold'/],
  ['both of a group', wrap('<b:Box>1</b:Box>'), /both 'Room' and 'Box'/],
  ['an empty array', wrap('<b:Tags/>'), /'Tags' is empty/],
  ['a word that is none', wrap('').replace('Id=', 'Kind="Glass" Id='), /Kind: 'Glass' is no Kind/],
  ['a number that is none', wrap('<b:Numbers><b:One>1x</b:One></b:Numbers>'), /One: .*number/],
  ['a number out of range', wrap('<b:Book><b:Name/><b:Pages>0</b:Pages></b:Book>'), /range of Pages/],
  ['a boolean that is none', wrap('<b:Lent>yes</b:Lent>'), /Lent: 'yes' is no boolean/],
  ['base64 that is none', wrap('<b:Book><b:Name/><b:Cover>QU*D</b:Cover></b:Book>'), /not base64/],
  [
    'base64 with what is no blank of XML',
    wrap('<b:Book><b:Name/><b:Cover>QU\u000bJD</b:Cover></b:Book>'),
    /not base64/,
  ],
  ['base64 behind its end', wrap('<b:Book><b:Name/><b:Cover>QQ==QUJD</b:Cover></b:Book>'), /behind its end/],
  ['no required attribute', wrap('').replace(' Id="1"', ''), /no attribute 'Id'/],
  ['no required element', wrap('').replace('<b:Title>T</b:Title>', ''), /no element 'Title'/],
  ['none of a group', wrap('').replace('<b:Room>R</b:Room>', ''), /none of Room, Box/],
  ['no element of a heavy book', wrap('<b:Book/>'), /'Book' has no element 'Name'/],
]

for (const [what, document, why] of refused) {
  test(`it refuses ${what}`, () => {
    assert.throws(
      () => parseDocument(document, shelf),
      (error) => error instanceof XmlFault && error instanceof SyntaxFault && why.test(error.message),
    )
  })
}

test('a fault says where', () => {
  assert.throws(
    () => parseDocument(wrap('\n\n  <b:Lent>yes</b:Lent>'), shelf),
    (error) => error instanceof XmlFault && error.line === 3 && error.column! > 10,
  )
})

test('for replies of others, what is missing or new is no fault', () => {
  const reply = '<Shelf xmlns="urn:books" Kind="Glass"><Tags/></Shelf>'
  assert.deepEqual(parseDocument(reply, shelf, { lenient: true }), { Kind: 'Glass', Tags: [] })
})

test('nor is a reference to a character that XML does not have', () => {
  const reply = wrap('<b:Owner>a&#x1;b&#0;&amp;&#65;</b:Owner>')
  assert.deepEqual(parseDocument(reply, shelf, { lenient: true }), { ...plainShelf, Owner: 'ab&A' })
  assert.throws(() => parseDocument(wrap('<b:Owner>&x;</b:Owner>'), shelf, { lenient: true }), XmlFault)
})

test('a large document lets others have their turn', async () => {
  let turns = 0
  const timer = setInterval(() => turns++, 0)
  const owner = Buffer.from(wrap(`<b:Owner>${'x'.repeat(10_000_000)}</b:Owner>`))
  await readDocument(inPieces(owner, [owner.length]), shelf)
  clearInterval(timer)
  assert.ok(turns >= 5, `others had ${turns} turns`)
})

test('a derived type has what its base has', () => {
  const heavy = '<Heavy xmlns="urn:books" Unit="kg"><Weight>1.5</Weight><Name>n</Name></Heavy>'
  assert.deepEqual(parseDocument(heavy, schema.root('b/Heavy')), { Unit: 'kg', Weight: 1.5, Name: 'n' })
})

const limits: [what: string, document: string, options: ReadOptions, why: RegExp][] = [
  ['depth', wrap('<b:a>'.repeat(20) + '</b:a>'.repeat(20)), { limits: { depth: 10 } }, /within each other/],
  ['elements', wrap('<b:a/>'.repeat(50)), { limits: { elements: 40 } }, /too many elements/],
  [
    'attributes',
    wrap(`<b:a ${[...Array(20).keys()].map((n) => `a${n}=""`).join(' ')}/>`),
    { limits: { attributes: 10 } },
    /attributes/,
  ],
  [
    'the length of an attribute',
    wrap(`<b:a a="${'x'.repeat(2_000)}"/>`),
    { limits: { attributeChars: 1_000 } },
    /attribute is too long/,
  ],
  [
    'text',
    wrap(`<b:Owner>${'x'.repeat(2_000)}</b:Owner>`),
    { limits: { textChars: 1_000 } },
    /too much text/,
  ],
  [
    'octets',
    wrap(`<b:Book><b:Cover>${'QUJD'.repeat(1_000)}</b:Cover></b:Book>`),
    { octets: 2_000 },
    /too many octets/,
  ],
]

for (const [what, document, options, why] of limits) {
  test(`there is a limit to ${what}`, () => {
    assert.throws(
      () => parseDocument(document, shelf, options),
      (error) => error instanceof XmlFault && why.test(error.message),
    )
    assert.ok(parseDocument(document, shelf, { lenient: true }))
  })
}

async function* inPieces(octets: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let turn = 0
  for (let at = 0; at < octets.length; ) {
    const size = sizes[turn++ % sizes.length]!
    yield octets.subarray(at, at + size)
    at += size
  }
}

test('what never ends is refused before it is in memory', async () => {
  for (const start of ['<', '<a b="', '<!--', '<b:Shelf xmlns:b="urn:books"><b:Title>', '<?xml ', ' ']) {
    let taken = 0
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(start)
      const piece = Buffer.alloc(64 * 1024, start === ' ' ? ' ' : 'x')
      for (; taken < 50_000_000; taken += piece.length) yield piece
    }
    await assert.rejects(
      readDocument(endless(), shelf, { limits: { textChars: 1_000_000 } }),
      XmlFault,
      start,
    )
    assert.ok(taken < 2_000_000, `${start} took ${taken}`)
  }
})

test('text may have any number of brackets and line ends, an octet at a time', async () => {
  for (const [run, read] of [
    [']', ']'],
    ['\r', '\n'],
  ] as const) {
    const octets = Buffer.from(wrap(`<b:Owner>${run.repeat(20_000)}</b:Owner>`))
    const value = await readDocument(inPieces(octets, [1]), shelf, { limits: { textChars: 100_000 } })
    assert.deepEqual(value, { ...plainShelf, Owner: read.repeat(20_000) })
  }
})

const rich = `<?xml version="1.0" encoding="utf-8"?>\r\n${wrap(
  '<b:Owner>ä€😀\r\n<![CDATA[x]]>&amp;</b:Owner><b:Book><b:Name>n</b:Name><b:Cover>QUJD&#10;REVG<!-- -->R0hJ\r\n</b:Cover></b:Book>',
)}\r\n<!-- end -->`
const richValue = {
  ...plainShelf,
  Owner: 'ä€😀\nx&',
  Book: [{ Name: 'n', Cover: Buffer.from('ABCDEFGHI') }],
}

for (const [encoding, octets] of [
  ['UTF-8', Buffer.from(rich)],
  ['UTF-8 with a mark', Buffer.from(`\ufeff${rich}`)],
  ['UTF-16, little end first', Buffer.from(`\ufeff${rich}`, 'utf16le')],
  ['UTF-16, big end first', Buffer.from(`\ufeff${rich}`, 'utf16le').swap16()],
  ['UTF-16 without a mark', Buffer.from(rich, 'utf16le')],
] as const) {
  test(`${encoding} in pieces of any size gives the same value`, async () => {
    const sizes = fc.array(fc.integer({ min: 2, max: 60 }), { minLength: 1, maxLength: 10 })
    await fc.assert(
      fc.asyncProperty(sizes, async (sizes) => {
        const value = (await readDocument(inPieces(octets, sizes), shelf)) as typeof richValue
        assert.deepEqual(value, richValue)
      }),
    )
  })
}

test('octets that are no UTF-8 are a fault', () => {
  const octets = Buffer.concat([
    Buffer.from('<Shelf xmlns="urn:books"><Title>'),
    Buffer.from([0xff, 0xfe]),
    Buffer.from('</Title></Shelf>'),
  ])
  assert.throws(() => parseDocument(octets, shelf), /no character/)
  assert.throws(() => parseDocument(Buffer.from('<Shelf xmlns="urn:books">\xc3', 'latin1'), shelf), XmlFault)
})

test('several documents in one stream come one after the other, wherever they are cut', async () => {
  const stream = Buffer.from(
    ['<b:Owner>1</b:Owner>', '', '<b:Owner>\r</b:Owner>']
      .map((inside) => `<?xml version="1.0"?>${wrap(inside)}\r\n`)
      .join(''),
  )
  const sizes = fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 10 })
  await fc.assert(
    fc.asyncProperty(sizes, async (sizes) => {
      const owners: unknown[] = []
      for await (const value of readDocuments(inPieces(stream, sizes), shelf))
        owners.push((value as { Owner?: string }).Owner)
      assert.deepEqual(owners, ['1', undefined, '\n'])
    }),
  )
})

test('a stream of documents may be empty, and may not break off', async () => {
  const all = async (text: string): Promise<number> => {
    let count = 0
    for await (const _ of readDocuments(inPieces(Buffer.from(text), [7]), shelf)) count++
    return count
  }
  assert.equal(await all(''), 0)
  assert.equal(await all(`${wrap('')}\n \n`), 1)
  await assert.rejects(all(`${wrap('')}<b:Shelf`), XmlFault)
})

test('a document is given out when it is complete, not when the next one comes', async () => {
  let second = false
  async function* slowly(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(wrap(''))
    second = true
    yield Buffer.from(wrap(''))
  }
  const values = readDocuments(slowly(), shelf)
  await values.next()
  assert.equal(second, false)
  await values.return(undefined)
})

test('any octets are a value or an XmlFault', () => {
  const good = Buffer.from(rich)
  const change = fc.record({
    at: fc.nat({ max: good.length - 1 }),
    octet: fc.nat({ max: 255 }),
    cut: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
      let octets = Buffer.from(good)
      for (const { at, octet, cut } of changes) {
        if (cut)
          octets = Buffer.concat([
            octets.subarray(0, at % (octets.length + 1)),
            octets.subarray((at % (octets.length + 1)) + (octet % 9)),
          ])
        else if (at < octets.length) octets[at] = octet
      }
      onlyFaults(() => parseDocument(octets, shelf))
    }),
    { numRuns: 500 },
  )
  fc.assert(fc.property(fc.uint8Array(), (octets) => onlyFaults(() => parseDocument(octets, shelf))))
})

function onlyFaults(each: () => unknown): void {
  try {
    each()
  } catch (error) {
    assert.ok(error instanceof XmlFault, String(error))
  }
}
