import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { DotStuffer } from '#src/wire/smtp/dot-stuffing.ts'
import { DotUnstuffer } from '#src/wire/smtp/dot-unstuffing.ts'
import { LineBuffer } from '#src/wire/smtp/line-buffer.ts'
import { NewlineNormalizer, NewlineWatch } from '#src/wire/smtp/newlines.ts'

/** Cuts octets at random places. */
function pieces(octets: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const out: Uint8Array[] = []
  for (let at = 0, turn = 0; at < octets.length; turn++) {
    const size = sizes[turn % sizes.length]!
    out.push(octets.subarray(at, at + size))
    at += size
  }
  return out
}

function unstuff(chunks: readonly Uint8Array[]): { content: string; rest: string; ended: boolean } {
  const unstuffer = new DotUnstuffer()
  const content: Uint8Array[] = []
  for (const [index, chunk] of chunks.entries()) {
    const got = unstuffer.push(chunk)
    content.push(...got.content)
    if (!got.ended) continue
    const rest = Buffer.concat([chunk.subarray(got.used), ...chunks.slice(index + 1)])
    return { content: Buffer.concat(content).toString('latin1'), rest: rest.toString('latin1'), ended: true }
  }
  return { content: Buffer.concat(content).toString('latin1'), rest: '', ended: false }
}

/** The rule in its plainest form, to judge the reader of chunks. */
function unstuffPlainly(text: string): { content: string; rest: string; ended: boolean } {
  const whole = `\r\n${text}`
  const end = whole.indexOf('\r\n.\r\n')
  const content = (end < 0 ? whole : whole.slice(0, end + 2)).replace(/\r\n\./g, '\r\n').slice(2)
  return { content, rest: end < 0 ? '' : whole.slice(end + 5), ended: end >= 0 }
}

const nasty = fc.string({
  unit: fc.constantFrom('\r', '\n', '.', '\r\n', '\r\n.', '\r\n.\r\n', 'a'),
  maxLength: 30,
})
const sizes = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 6 })

test('dots are taken as the rule says, however the octets are cut', () => {
  fc.assert(
    fc.property(nasty, sizes, (text, cut) => {
      const expected = unstuffPlainly(text)
      const got = unstuff(pieces(Buffer.from(text), cut))
      // A CR behind a dot is held back until it is known what follows.
      if (!expected.ended && /(?:^|\r\n)\.\r$/.test(text)) expected.content = expected.content.slice(0, -1)
      assert.deepEqual(got, expected)
    }),
    { numRuns: 3_000 },
  )
})

/** Every way a sender has tried to make a server see the end of a message where there is none. */
const notTheEnd = [
  '\n.\n',
  '\n.\r\n',
  '\r\n.\n',
  '\r.\r',
  '\r.\r\n',
  '\r\n.\r',
  '\n.\r',
  '\r.\n',
  '\n\n.\r\n',
  '\r\r\n.\n',
  '\r\n\0.\r\n',
  '\r\n.\0\r\n',
  '\r\n .\r\n',
  '\r\n. \r\n',
  '\r\n..\r\n',
  '\r\n.\r\r\n',
  '\r\n.\n\r\n',
  '\n\r\n.\r\r\n',
  '\x0b.\x0b',
  '\x0c.\x0c',
  '\u0085.\u0085',
  '\u2028.\u2028',
  '\r\n\u200b.\r\n',
  '\r\0\n.\r\n',
  '\r \n.\r\n',
  '=0D=0A.=0D=0A',
  '\r\n.\x1a\r\n',
  '%0d%0a.%0d%0a',
]
for (const trick of notTheEnd) {
  test(`not the end of a message: ${JSON.stringify(trick)}`, () => {
    const smuggled = `body${trick}MAIL FROM:<evil@x>\r\nRCPT TO:<b@y>\r\nDATA\r\nevil`
    for (const size of [1, 2, 3, 1_000]) {
      assert.equal(unstuff(pieces(Buffer.from(smuggled), [size])).ended, false)
      const whole = unstuff(pieces(Buffer.from(`${smuggled}\r\n.\r\nQUIT\r\n`), [size]))
      assert.equal(whole.rest, 'QUIT\r\n')
      assert.ok(whole.content.includes('MAIL FROM:<evil@x>'))
    }
  })
}

const lines = fc.array(fc.constantFrom('', '.', '..', '.a', 'text', 'a.', '.\u00e9'), { maxLength: 8 })

test('what is stuffed comes out again, however it is cut', () => {
  fc.assert(
    fc.property(lines, fc.boolean(), sizes, sizes, (words, lastLineEnds, cut, cutAgain) => {
      const text = words.join('\r\n') + (lastLineEnds ? '\r\n' : '')
      const stuffer = new DotStuffer()
      const stuffed = pieces(Buffer.from(text), cut).map((chunk) => stuffer.push(chunk))
      const wire = Buffer.concat([...stuffed, stuffer.end()])
      const got = unstuff(pieces(wire, cutAgain))
      assert.equal(got.ended, true)
      assert.equal(got.rest, '')
      const mended = text === '' || text.endsWith('\r\n') ? text : `${text}\r\n`
      assert.equal(got.content, Buffer.from(mended).toString('latin1'))
    }),
    { numRuns: 2_000 },
  )
})

test('a CR or LF by itself becomes CRLF, however the octets are cut', () => {
  fc.assert(
    fc.property(nasty, sizes, (text, cut) => {
      const normalizer = new NewlineNormalizer()
      const out = pieces(Buffer.from(text), cut).map((chunk) => normalizer.push(chunk))
      const got = Buffer.concat([...out, normalizer.end()]).toString('latin1')
      assert.equal(got, text.replace(/\r\n|\r|\n/g, '\r\n'))
    }),
    { numRuns: 2_000 },
  )
})

test('a CR or LF by itself is seen, however the octets are cut', () => {
  fc.assert(
    fc.property(nasty, sizes, (text, cut) => {
      const watch = new NewlineWatch()
      for (const chunk of pieces(Buffer.from(text), cut)) watch.push(chunk)
      watch.end()
      assert.equal(watch.bareNewline, /[\r\n]/.test(text.replaceAll('\r\n', '')))
    }),
    { numRuns: 2_000 },
  )
})

test('content without anything to mend is handed on as it is, not copied', () => {
  const octets = Buffer.from('one\r\ntwo\r\n')
  assert.equal(new NewlineNormalizer().push(octets), octets)
  assert.equal(new DotStuffer().push(octets), octets)
})

test('lines are the same however the octets are cut', () => {
  const words = fc.string({
    unit: fc.constantFrom('\r\n', '\n', '\r', 'a', 'bc', 'aaaaaaaaaaaaaaaaaaaa'),
    maxLength: 20,
  })
  fc.assert(
    fc.property(words, sizes, (text, cut) => {
      const read = (chunks: readonly Uint8Array[]) => {
        const buffer = new LineBuffer()
        const found: unknown[] = []
        for (const chunk of chunks) {
          buffer.push(chunk)
          for (let line = buffer.next(16); line !== undefined; line = buffer.next(16)) {
            found.push(
              'octets' in line
                ? [line.kind, line.kind === 'too-long' ? '' : Buffer.from(line.octets).toString()]
                : line.kind,
            )
          }
        }
        return found
      }
      assert.deepEqual(read(pieces(Buffer.from(text), cut)), read([Buffer.from(text)]))
    }),
    { numRuns: 1_000 },
  )
})

test('a line without end costs no memory and is told in the end', () => {
  const buffer = new LineBuffer()
  for (let chunk = 0; chunk < 10; chunk++) {
    buffer.push(Buffer.alloc(10_000, 'a'))
    assert.equal(buffer.next(512), undefined)
    assert.equal(buffer.length, 0)
  }
  buffer.push(Buffer.alloc(100_000, 'a'))
  assert.deepEqual(buffer.next(512), { kind: 'endless' })
})
