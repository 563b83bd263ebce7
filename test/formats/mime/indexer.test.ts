import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { indexMessage, MimeIndexer } from '#src/formats/mime/indexer.ts'
import { type MimeIndex, type MimePart, walkParts } from '#src/formats/mime/part.ts'
import { fixtureMessage, fixtureNames } from './fixture-message.ts'

const bytesOf = (text: string) => Buffer.from(text.replaceAll('\n', '\r\n'), 'latin1')
const bodyOf = (bytes: Buffer, part: MimePart) => bytes.toString('latin1', part.bodyOffset, part.bodyEnd)
const leaves = (index: MimeIndex) => [...walkParts(index.root)].filter((part) => part.parts.length === 0)

function indexInPieces(bytes: Uint8Array, sizes: readonly number[]): MimeIndex {
  const indexer = new MimeIndexer()
  let at = 0
  for (const size of sizes) {
    // The caller's buffer is used again after push: what the indexer keeps must be its own.
    const chunk = Uint8Array.from(bytes.subarray(at, at + size))
    indexer.push(chunk)
    chunk.fill(0x2d)
    at += size
  }
  indexer.push(bytes.subarray(at))
  return indexer.finish()
}

const plain = (index: MimeIndex) => ({
  ...index,
  headerBytes: Buffer.from(index.headerBytes).toString('latin1'),
})

/** What must hold of any index: ranges lie inside each other and in order, counts are those of a plain count. */
function checkIndex(bytes: Uint8Array, index: MimeIndex): void {
  const lineFeeds = (from: number, end: number) =>
    bytes.subarray(from, end).filter((octet) => octet === 10).length
  assert.equal(index.sizeBytes, bytes.length)
  assert.equal(index.lineCount, lineFeeds(0, bytes.length))
  const paths = new Set<string>()
  const check = (part: MimePart, from: number, end: number) => {
    assert.ok(!paths.has(part.path), `section ${part.path} twice`)
    paths.add(part.path)
    assert.ok(from <= part.headerOffset && part.headerOffset <= part.bodyOffset)
    assert.ok(part.bodyOffset <= part.bodyEnd && part.bodyEnd <= end)
    assert.equal(part.bodyLines, lineFeeds(part.bodyOffset, part.bodyEnd))
    assert.equal(part.type === 'multipart', part.parts.length > 0)
    let next = part.bodyOffset
    for (const child of part.parts) {
      check(child, next, part.bodyEnd)
      next = child.bodyEnd
    }
    if (part.message) check(part.message.root, part.bodyOffset, part.bodyEnd)
  }
  check(index.root, 0, bytes.length)
}

/** Lines from which mail, well-formed and not, is made. */
const messageLines = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        'Content-Type: multipart/mixed; boundary=b',
        'Content-Type: multipart/mixed; boundary="b--"',
        'Content-Type: multipart/digest;',
        ' boundary=bb',
        'Content-Type: message/rfc822',
        'Subject: x',
        '--b',
        '--b ',
        '--b--',
        '--b----',
        '--bb',
        '--bb--',
        '--',
        '-',
        '',
        '',
        '\r',
        ' ',
        'text',
        'x'.repeat(1100),
        `--b${' '.repeat(1030)}`,
      ),
      fc.string({ maxLength: 5 }),
    ),
    { maxLength: 40 },
  )
  .chain((lines) =>
    fc
      .array(fc.constantFrom('\r\n', '\r\n', '\r\n', '\n', '\r', ''), {
        minLength: lines.length,
        maxLength: lines.length,
      })
      .map((ends) => Buffer.from(lines.map((line, place) => line + ends[place]).join(''), 'latin1')),
  )

const anyMessage = fc.oneof(
  messageLines,
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  fc.constantFrom(...fixtureNames).map(fixtureMessage),
)

test('any octets give a sound index', () => {
  fc.assert(
    fc.property(anyMessage, (bytes) => checkIndex(bytes, indexMessage(bytes))),
    { numRuns: 500 },
  )
})

test('pieces of any size give the same index as the whole', () => {
  fc.assert(
    fc.property(anyMessage, fc.array(fc.nat(60), { maxLength: 60 }), (bytes, sizes) => {
      assert.deepEqual(plain(indexInPieces(bytes, sizes)), plain(indexMessage(bytes)))
    }),
    { numRuns: 500 },
  )
})

for (const name of fixtureNames) {
  test(`${name} octet by octet is the same`, () => {
    const bytes = fixtureMessage(name)
    assert.deepEqual(plain(indexInPieces(bytes, new Array(bytes.length).fill(1))), plain(indexMessage(bytes)))
  })
}

test('tells boundaries apart that begin alike', () => {
  const bytes = bytesOf(
    'Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/mixed; boundary=ab\n\n--ab\n\none\n--ab--\n--a\n\ntwo\n--a--\n',
  )
  assert.deepEqual(
    leaves(indexMessage(bytes)).map((part) => [part.path, bodyOf(bytes, part)]),
    [
      ['1.1', 'one'],
      ['2', 'two'],
    ],
  )
})

test('gives a boundary used on two levels to the inner one until that is closed', () => {
  const bytes = bytesOf(
    'Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/mixed; boundary=a\n\n--a\n\none\n--a--\n--a\n\ntwo\n--a--\n',
  )
  assert.deepEqual(
    leaves(indexMessage(bytes)).map((part) => [part.path, bodyOf(bytes, part)]),
    [
      ['1.1', 'one'],
      ['2', 'two'],
    ],
  )
})

test('a line that only begins like a delimiter is text', () => {
  const bytes = bytesOf(
    'Content-Type: multipart/mixed; boundary=a\n\n--a\n\n--ax\n--a--x\n x--a\n--a \t\n\nend\n--a--',
  )
  assert.deepEqual(
    leaves(indexMessage(bytes)).map((part) => bodyOf(bytes, part)),
    ['--ax\r\n--a--x\r\n x--a', 'end'],
  )
})

test('a line too long to be kept back is neither delimiter nor field, however it arrives', () => {
  for (const long of [
    `--a${' '.repeat(1020)}`,
    `--a${' '.repeat(1021)}`,
    `${'n'.repeat(1023)}: x`,
    `${'n'.repeat(1024)}: x`,
  ]) {
    for (const before of [
      'Content-Type: multipart/mixed; boundary=a\n\n',
      '',
      'Content-Type: multipart/mixed; boundary=a\n\n--a\n',
    ]) {
      const bytes = bytesOf(`${before}${long}\n\nx\n`)
      const whole = plain(indexMessage(bytes))
      for (const size of [1, 7, 1000]) {
        const pieces = new Array(Math.ceil(bytes.length / size)).fill(size)
        assert.deepEqual(plain(indexInPieces(bytes, pieces)), whole)
      }
    }
  }
})

test('the line break before a boundary is told from the octets before it, whatever piece they came in', () => {
  const head = 'Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n\r\n'
  for (const [body, ends] of [
    ['one\n--a--', '\n'],
    ['one\r\n--a--', '\r\n'],
    ['one\n\r\n--a--', '\r\n'],
    ['one\r\n\n--a--', '\n'],
  ] as const) {
    const bytes = Buffer.from(head + body)
    for (const size of [1, 2, 3]) {
      const index = indexInPieces(bytes, new Array(Math.ceil(bytes.length / size)).fill(size))
      assert.equal(
        bodyOf(bytes, index.root.parts[0]!),
        body.slice(0, -`${ends}--a--`.length),
        `${body} by ${size}`,
      )
    }
  }
})

test('an 8-bit boundary is found', () => {
  const bytes = bytesOf(
    'Content-Type: multipart/mixed; boundary="gr\xfcn"\n\n--gr\xfcn\n\none\n--gr\xfcn--\n',
  )
  const utf8 = Buffer.from(bytes.toString('latin1'), 'utf8')
  assert.equal(indexMessage(utf8).root.parts.length, 1)
})

test('an encoded nested message is not looked into', () => {
  const bytes = bytesOf(
    'Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nU3ViamVjdDogeA0KDQo=\n',
  )
  const { root } = indexMessage(bytes)
  assert.equal(root.message, undefined)
  assert.equal(root.subtype, 'rfc822')
})

test('a header without its empty line still counts, its parts too', () => {
  const bytes = bytesOf('Content-Type: multipart/mixed; boundary=a\n--a\nContent-Type: text/html\n--a--\n')
  const { root, headerBytes } = indexMessage(bytes)
  assert.equal(root.type, 'text', 'no boundary is known before the header ends')
  assert.equal(headerBytes.length, bytes.length)
})

test('deep nesting ends in a file', () => {
  const nested = Array.from(
    { length: 300 },
    (_, depth) => `Content-Type: multipart/mixed; boundary=b${depth}\n\n--b${depth}\n`,
  )
  const bytes = bytesOf(`${nested.join('')}\ndeep\n`)
  const index = indexMessage(bytes)
  checkIndex(bytes, index)
  const all = [...walkParts(index.root)]
  assert.equal(all.length, 101)
  assert.equal(`${all.at(-1)!.type}/${all.at(-1)!.subtype}`, 'application/octet-stream')
})

test('messages nested without end stop too', () => {
  const bytes = bytesOf(`${'Content-Type: message/rfc822\n\n'.repeat(300)}`)
  const index = indexMessage(bytes)
  checkIndex(bytes, index)
  assert.equal([...walkParts(index.root)].length, 101)
})

test('the ten-thousandth part is the last', () => {
  const bytes = bytesOf(`Content-Type: multipart/mixed; boundary=a\n\n${'--a\n\nx\n'.repeat(12_000)}--a--\n`)
  const index = indexMessage(bytes)
  assert.equal([...walkParts(index.root)].length, 10_000)
  assert.equal(bodyOf(bytes, index.root.parts.at(-1)!), 'x')
  assert.equal(index.root.bodyEnd, bytes.length)
})

test('keeps 256 KiB of a header and counts the rest', () => {
  const bytes = bytesOf(`Subject: x\nX-Long: ${'y'.repeat(600_000)}\n${'X-More: z\n'.repeat(50_000)}\nbody\n`)
  const index = indexInPieces(bytes, new Array(20).fill(50_000))
  assert.equal(index.headerBytes.length, 256 * 1024)
  assert.equal(bodyOf(bytes, index.root), 'body\r\n')
  assert.equal(index.root.bodyLines, 1)
})

test('hostile parameters do not grow the index beyond its budget', () => {
  const part = `--a\nContent-Type: text/plain; x="${'y'.repeat(60_000)}"\n\nz\n`
  const bytes = bytesOf(`Content-Type: multipart/mixed; boundary=a\n\n${part.repeat(300)}--a--\n`)
  const index = indexMessage(bytes)
  assert.equal(index.root.parts.length, 300)
  assert.ok(JSON.stringify(index.root).length < 5_000_000)
})

test('a parameter called __proto__ touches nothing', () => {
  const { root } = indexMessage(
    bytesOf("Content-Type: text/plain; __proto__=x; __proto__*=utf-8''y; charset=z\n\n"),
  )
  assert.deepEqual(Object.entries(root.params), [['charset', 'z']])
  assert.equal(Object.getPrototypeOf(root.params), Object.prototype)
})
