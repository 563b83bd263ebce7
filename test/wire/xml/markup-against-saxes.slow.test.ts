/** Our reader of markup against saxes, which is slower and right: both read the same, or both refuse. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { SaxesParser } from 'saxes'
import { MarkupReader } from '#src/wire/xml/markup-reader.ts'
import { XmlFault } from '#src/wire/xml/xml-fault.ts'

/** What stands in a document, in its order; undefined: it is refused. */
type Told = string[] | undefined

/** The text of elements with this name is wanted as octets. */
const WANTED = 'p'
/** Line ends of octets are as they stand: whoever reads base64 passes over blanks. */
const withoutBlanks = (text: string): string => text.replace(/[ \t\r\n]+/g, '')

class Telling {
  readonly told: string[] = []
  readonly #open: string[] = []
  #text = ''

  open(namespace: string, name: string, attributes: readonly string[]): void {
    this.#endText()
    this.#open.push(name)
    this.told.push(`<${namespace} ${name} ${attributes.toSorted().join(' ')}`)
  }

  text(text: string): void {
    this.#text += text
  }

  close(): void {
    this.#endText()
    this.told.push(`/${this.#open.pop()}`)
  }

  end(): void {
    this.told.push('end')
  }

  #endText(): void {
    const text = this.#open.includes(WANTED) ? withoutBlanks(this.#text) : this.#text
    if (text !== '') this.told.push(text)
    this.#text = ''
  }
}

const attribute = (namespace: string, name: string, value: string) => JSON.stringify([namespace, name, value])

function bySaxes(octets: Buffer): Told {
  const telling = new Telling()
  const parser = new SaxesParser({ xmlns: true })
  let depth = 0
  parser.on('error', (error) => {
    throw error
  })
  parser.on('doctype', () => {
    throw new Error('a document type')
  })
  parser.on('opentag', ({ uri, local, attributes }) => {
    depth++
    const all = Object.values(attributes)
    telling.open(
      uri,
      local,
      all.map((one) => attribute(one.uri, one.local, one.value)),
    )
  })
  const text = (text: string) => {
    if (depth > 0) telling.text(text)
  }
  parser.on('text', text)
  parser.on('cdata', text)
  parser.on('closetag', () => {
    telling.close()
    if (--depth === 0) telling.end()
  })
  try {
    parser.write(new TextDecoder('utf-8', { fatal: true }).decode(octets)).close()
    return telling.told
  } catch {
    return undefined
  }
}

function byOurs(octets: Buffer, cuts: readonly number[], lenient = false): Told {
  const telling = new Telling()
  const reader = new MarkupReader(
    {
      open(namespace, name, attributes) {
        telling.open(
          namespace,
          name,
          attributes.map((one) => attribute(one.namespace, one.name, one.value)),
        )
        return name === WANTED
      },
      text: (text) => telling.text(text),
      octets: (octets) => telling.text(octets.toString('latin1')),
      close: () => telling.close(),
      end: () => telling.end(),
    },
    { lenient },
  )
  try {
    let from = 0
    for (const to of [
      ...cuts.map((cut) => cut % (octets.length + 1)).toSorted((a, b) => a - b),
      octets.length,
    ]) {
      // In memory that is overwritten: nothing of it may be kept.
      const piece = Buffer.from(octets.subarray(from, to))
      reader.push(piece)
      piece.fill('<')
      from = to
    }
    reader.finish()
    return telling.told
  } catch (error) {
    assert.ok(error instanceof XmlFault, String(error))
    return undefined
  }
}

const bits = [
  ...[
    '<a>',
    '</a>',
    '<a/>',
    '<a >',
    '</a >',
    '< a>',
    '<b:x xmlns:b="urn:b">',
    '</b:x>',
    '<b:y/>',
    '<p>',
    '</p>',
    '<p/>',
  ],
  ...[
    '<c k="v" l=\'w\'>',
    '</c>',
    '<c k="1" k="2"/>',
    '<c k="1"l="2"/>',
    '<c k=1/>',
    '<c k/>',
    '<c k="<"/>',
    '<c k=">"/>',
  ],
  ...[
    '<c k = "&lt;&#9;&#10;\t\r\n"/>',
    '<c k="&x;"/>',
    '<c xmlns="urn:c"/>',
    '<c xmlns=""/>',
    '<c xmlns:b=""/>',
    '<c/ >',
  ],
  ...[
    '<d xmlns:e="urn:d" xmlns:f="urn:d" e:k="1" f:k="2"/>',
    '<d xmlns:xml="urn:d"/>',
    '<d xmlns="urn:d" k="" xml:k=""/>',
  ],
  ...[
    '<d xmlns:xmlns="urn:d"/>',
    '<d xmlns="http://www.w3.org/XML/1998/namespace"/>',
    '<xmlns:d/>',
    '<xml:d/>',
    '<e:d/>',
  ],
  ...[
    '<d xmlns:e=" urn:d "><e:d/></d>',
    '<d:e:f/>',
    '<:d/>',
    '<d:/>',
    '<1/>',
    '<-/>',
    '<ä/>',
    '<d\u00b7/>',
    '<\u00b7/>',
    '<😀/>',
  ],
  ...[
    'x',
    'QUJD',
    ' ',
    '\r\n',
    '\r',
    '\n',
    '\t',
    'ä€😀',
    '\u0001',
    '\ufffe',
    '\uffff',
    '\u0085',
    '\u007f',
    '\ufeff',
    '"',
    "'",
  ],
  ...[
    '&amp;',
    '&#65;',
    '&#x41;',
    '&#X41;',
    '&#1;',
    '&#xD800;',
    '&#x110000;',
    '&#;',
    '&lt',
    '&x;',
    '&;',
    '&',
    ';',
    '&apos;&quot;&gt;',
  ],
  ...[
    '<![CDATA[',
    ']]>',
    ']]',
    ']',
    '>',
    '<![CDATA[<&\r\n]]]>',
    '<![cdata[x]]>',
    '<!--',
    '-->',
    '--',
    '-',
    '<!-- x -->',
    '<!--->',
  ],
  ...[
    '<?pi?>',
    '<?pi x ? y?>',
    '<? pi?>',
    '<?xml?>',
    '<?XML?>',
    '<?xml version="1.0"?>',
    "<?xml version='1.0' standalone='no' ?>",
  ],
  ...[
    '<?xml version="2.0"?>',
    '<?xml encoding="utf-8"?>',
    '<?xml version="1.0"encoding="utf-8"?>',
    '<?pi:x y?>',
    '<?',
    '?>',
  ],
  ...['<!DOCTYPE a>', '<!doctype a>', '<!', '</', '<', '/>', '='],
]

const cuts = fc.array(fc.nat(), { maxLength: 12 })

/** Tags that fit, mostly: else hardly anything would be read. */
const element: fc.Arbitrary<string> = fc.letrec<{ element: string; inside: string }>((tie) => ({
  inside: fc
    .array(
      fc.oneof(
        {
          weight: 4,
          arbitrary: fc.constantFrom(
            ...bits.filter((bit) => /^[^<>&\]]*$|^<[^!?]*\/>$|^&[a-z]+;$|x -->|<&|y\?>/.test(bit)),
          ),
        },
        { weight: 2, arbitrary: tie('element') },
        { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 6 }) },
      ),
      { maxLength: 6 },
    )
    .map((all) => all.join('')),
  element: fc
    .tuple(
      fc.constantFrom('<a>', '<p>', '<b:x xmlns:b="urn:b">', '<c k="v" l=\'w\'>', '<a xmlns="urn:a">'),
      tie('inside'),
    )
    .map(([tag, inside]) => `${tag}${tag === '<p>' ? 'QUJD' : inside}</${/[a-z:]+/.exec(tag)![0]}>`),
})).element

const document = fc.oneof(
  { weight: 2, arbitrary: element },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(...bits), element, fc.constantFrom(...bits))
      .map((all) => all.join('')),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(element, fc.array(fc.tuple(fc.nat(), fc.constantFrom(...bits)), { maxLength: 3 }))
      .map(([text, put]) => put.reduce((all, [at, bit]) => spliced(all, at % (all.length + 1), bit), text)),
  },
  { weight: 1, arbitrary: fc.array(fc.constantFrom(...bits), { maxLength: 12 }).map((all) => all.join('')) },
)

const spliced = (text: string, at: number, bit: string): string => text.slice(0, at) + bit + text.slice(at)

/**
 * Octets that are wanted as octets have been looked at by nobody: only what base64 is made of is compared. And saxes alone takes
 * an instruction whose text follows its name without a blank (XML 1.0 §2.6), and a name that begins behind its prefix as no name
 * may (Namespaces in XML §4).
 */
function isComparable(octets: Buffer): boolean {
  const text = octets.toString('latin1')
  if (/<\?[^\s?]+\?[^>]|:[^A-Za-z_:\s"'<>=/]/.test(text)) return false
  const inside = text.match(/<p\b[^>]*>.*/s)?.[0]
  return inside === undefined || !/[\x80-\xff\0-\x08\x0b\x0c\x0e-\x1f]|\]\]>/.test(inside)
}

test('whatever is made of markup is read as saxes reads it, wherever it is cut', () => {
  let read = 0
  fc.assert(
    fc.property(document, cuts, (text, cuts) => {
      const octets = Buffer.from(text)
      fc.pre(isComparable(octets))
      const told = byOurs(octets, cuts)
      if (told !== undefined) read++
      assert.deepEqual(told, bySaxes(octets))
    }),
    { numRuns: 1_500 },
  )
  assert.ok(read > 50, `${read} were read`)
})

test('so is markup with octets changed in it, of UTF-8 or not', () => {
  const change = fc.tuple(
    fc.nat(),
    fc.oneof(fc.nat({ max: 255 }), fc.constantFrom(...Buffer.from('<>&;]"\r-?!:/'))),
  )
  fc.assert(
    fc.property(element, fc.array(change, { minLength: 1, maxLength: 3 }), cuts, (text, changes, cuts) => {
      const octets = Buffer.from(text)
      for (const [at, octet] of changes) octets[at % octets.length] = octet
      fc.pre(isComparable(octets))
      assert.deepEqual(byOurs(octets, cuts), bySaxes(octets))
    }),
    { numRuns: 1_000 },
  )
})

test('each octet by itself tells the same as all of them at once', () => {
  fc.assert(
    fc.property(document, (text) => {
      const octets = Buffer.from(text)
      fc.pre(isComparable(octets))
      const each = [...octets.keys()]
      assert.deepEqual(byOurs(octets, each), byOurs(octets, []))
      assert.deepEqual(byOurs(octets, each, true), byOurs(octets, [], true))
    }),
    { numRuns: 300 },
  )
})

test('no two bits of markup within an element mean something else where they are cut', () => {
  for (const one of bits) {
    for (const other of bits) {
      const octets = Buffer.from(`<a>${one}${other}</a>`)
      if (!isComparable(octets)) continue
      const told = bySaxes(octets)
      assert.deepEqual(byOurs(octets, []), told, one + other)
      assert.deepEqual(byOurs(octets, [...octets.keys()]), told, one + other)
    }
  }
})
