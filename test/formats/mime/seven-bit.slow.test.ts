import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { sevenBit } from '#src/formats/mime/downgrade/seven-bit.ts'
import { NotSevenBit } from '#src/formats/mime/downgrade/seven-bit-header.ts'
import { MimeIndexer } from '#src/formats/mime/indexer.ts'
import { decodeTransferred } from '#src/formats/mime/transfer.ts'

/** In pieces, as it comes out of the store. */
const inPieces = (octets: Uint8Array, size: number) =>
  async function* () {
    for (let at = 0; at < octets.length; at += size) yield octets.subarray(at, at + size)
  }

async function downgraded(octets: Uint8Array, size = 7): Promise<Buffer> {
  const content = await sevenBit(inPieces(octets, size))
  const pieces: Uint8Array[] = []
  for await (const piece of content()) pieces.push(piece)
  return Buffer.concat(pieces)
}
const text = async (...lines: string[]) =>
  (await downgraded(Buffer.from(lines.join('\r\n')))).toString('latin1').split('\r\n')

/** Decoded bodies of all parts without parts. */
function leaves(octets: Uint8Array): { type: string; encoding: string; body: string }[] {
  const indexer = new MimeIndexer()
  indexer.push(octets)
  const found: { type: string; encoding: string; body: string }[] = []
  const walk = (part: ReturnType<MimeIndexer['finish']>['root']) => {
    if (part.message) return walk(part.message.root)
    if (part.parts.length > 0) return part.parts.forEach(walk)
    const body = decodeTransferred(part.encoding, octets.subarray(part.bodyOffset, part.bodyEnd))
    found.push({
      type: `${part.type}/${part.subtype}`,
      encoding: part.encoding,
      body: Buffer.from(body).toString('latin1'),
    })
  }
  walk(indexer.finish().root)
  return found
}

test('text goes in quoted-printable, and says so', async () => {
  assert.deepEqual(
    await text(
      'From: a@b.example',
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Transfer-Encoding: 8bit',
      '',
      'Grüße = schön ',
      '.',
      '',
    ),
    [
      'From: a@b.example',
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Transfer-Encoding: quoted-printable',
      '',
      'Gr=C3=BC=C3=9Fe =3D sch=C3=B6n=20',
      '.',
      '',
    ],
  )
})

test('text that says nothing of itself is said to be of an unknown charset (RFC 1428)', async () => {
  assert.deepEqual(await text('Subject: x', '', 'é', ''), [
    'Subject: x',
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=unknown-8bit',
    'Content-Transfer-Encoding: quoted-printable',
    '',
    '=C3=A9',
    '',
  ])
})

test('parts are encoded each for itself, what holds them becomes 7bit, the rest stays octet for octet', async () => {
  const lines = await text(
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=b',
    'Content-Transfer-Encoding: 8bit',
    '',
    'für niemanden',
    '--b',
    '',
    'plain = text ',
    '--b',
    'Content-Type: application/x-thing',
    'Content-Transfer-Encoding: binary',
    '',
    'ÿÿ',
    '--b',
    'Content-Type: message/rfc822',
    'Content-Transfer-Encoding: 8bit',
    '',
    'Subject: inner',
    'Content-Type: text/html; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
    '',
    '<p>ä',
    '--b--',
    '',
  )
  assert.deepEqual(lines, [
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=b',
    'Content-Transfer-Encoding: 7bit',
    '',
    'f??r niemanden',
    '--b',
    '',
    'plain = text ',
    '--b',
    'Content-Type: application/x-thing',
    'Content-Transfer-Encoding: base64',
    '',
    'w7/Dvw==',
    '--b',
    'Content-Type: message/rfc822',
    'Content-Transfer-Encoding: 7bit',
    '',
    'Subject: inner',
    'Content-Type: text/html; charset=utf-8',
    'Content-Transfer-Encoding: quoted-printable',
    '',
    '<p>=C3=A4',
    '--b--',
    '',
  ])
})

test('fields with octets above 127 get their encoded forms', async () => {
  const lines = await text(
    'From: "Jürgen" <j@b.example>',
    'Subject: Grüße',
    'Content-Type: application/pdf; name="ä.pdf"',
    'Content-Transfer-Encoding: base64',
    '',
    'AAAA',
    '',
  )
  assert.deepEqual(lines.slice(0, 3), [
    'From: =?UTF-8?Q?J=C3=BCrgen?= <j@b.example>',
    'Subject: =?UTF-8?B?R3LDvMOfZQ==?=',
    "Content-Type: application/pdf; name*=UTF-8''%C3%A4.pdf",
  ])
  assert.deepEqual(lines.slice(3), ['Content-Transfer-Encoding: base64', '', 'AAAA', ''])
})

const impossible: [what: string, lines: string[]][] = [
  ['a signed part', ['Content-Type: multipart/signed; boundary=b', '', '--b', '', 'ä', '--b--']],
  ['a strange encoding', ['Content-Transfer-Encoding: x-own', '', 'ä']],
  ['a strange field', ['List-Unsubscribe: <mailto:ä@b.example>', '', 'x']],
  ['an address outside ASCII', ['To: ä@b.example', '', 'x']],
  ['a report', ['Content-Type: message/delivery-status', '', 'X: ä']],
  ['a part without header', ['Content-Type: multipart/mixed; boundary=b', '', '--b', 'ä', '--b--']],
]
for (const [what, lines] of impossible) {
  test(`${what} has no form in 7 bits`, async () => {
    await assert.rejects(text(...lines, ''), NotSevenBit)
  })
}

const line = fc.string({ unit: fc.constantFrom('a', 'ü', '=', ' ', '\t', '.', '–', 'From '), maxLength: 60 })
const body = fc.array(line, { maxLength: 12 }).map((lines) => lines.join('\r\n'))
const leaf = fc
  .tuple(fc.constantFrom('text/plain', 'text/html; charset=utf-8', 'application/x-a', 'image/png'), body)
  .map(([type, text]) => ({ type, text }))

test('whatever the parts are: no octet above 127 is left, no line is long, and their content is the same', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(leaf, { maxLength: 5 }),
      fc.integer({ min: 1, max: 200 }),
      async (parts, size) => {
        const message = Buffer.from(
          [
            'Subject: x',
            'Content-Type: multipart/mixed; boundary="=b="',
            'Content-Transfer-Encoding: 8bit',
            '',
            ...parts.flatMap(({ type, text }) => [
              '--=b=',
              `Content-Type: ${type}`,
              'Content-Transfer-Encoding: 8bit',
              '',
              text,
            ]),
            '--=b=--',
            '',
          ].join('\r\n'),
        )
        const made = await downgraded(message, size)
        assert.ok(made.every((octet) => octet < 128))
        const bodies = (octets: Uint8Array) => leaves(octets).map(({ type, body }) => ({ type, body }))
        assert.deepEqual(bodies(made), bodies(message))
        for (const { encoding, body } of leaves(made))
          if (encoding === '8bit') assert.match(body, /^[\0-\x7f]*$/)
        const encoded = made.toString('latin1').split('\r\n')
        assert.ok(encoded.every((each) => each.length <= 78 || !each.includes('=')))
      },
    ),
    { numRuns: 300 },
  )
})

test('memory holds a chunk of a large message', async () => {
  const chunk = Buffer.alloc(64 * 1024, 'é\r\n')
  const read = async function* () {
    yield Buffer.from('Content-Type: text/plain\r\n\r\n')
    for (let count = 0; count < 320; count++) yield chunk
  }
  const content = await sevenBit(read)
  let bytes = 0
  let most = 0
  for await (const piece of content()) {
    bytes += piece.length
    most = Math.max(most, piece.length)
  }
  assert.ok(bytes > 20 * 1024 * 1024)
  assert.ok(most < 1024 * 1024, `${most} octets at once`)
})
