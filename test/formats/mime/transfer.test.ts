import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodeTransfer, decodeTransferred } from '#src/formats/mime/transfer.ts'

const decode = (encoding: string, text: string) =>
  Buffer.from(decodeTransferred(encoding, Buffer.from(text, 'latin1'))).toString('latin1')

function decodeInPieces(encoding: string, bytes: Uint8Array, sizes: readonly number[]): Buffer {
  const decoder = decodeTransfer(encoding)
  const out: Uint8Array[] = []
  let at = 0
  for (const size of [...sizes, bytes.length]) {
    // A copy of what comes out, too: nothing says it stays valid after the next push.
    out.push(Uint8Array.from(decoder.push(Uint8Array.from(bytes.subarray(at, at + size)))))
    at += size
  }
  return Buffer.concat([...out, decoder.finish()])
}

const cases: [encoding: string, encoded: string, decoded: string][] = [
  ['base64', 'SGVsbG8=', 'Hello'],
  ['base64', 'SGVs\r\nbG8h\r\n', 'Hello!'],
  ['base64', 'S G\tV-s\nbG8_', 'He~\xb1\xb1\xbc'],
  ['base64', 'SGVsbG8', 'Hello'],
  ['base64', 'SGVsbA==SGVsbG8=', 'HellHello'],
  ['base64', 'SGVs!!bG8=', 'Hello'],
  ['base64', 'SGVsb', 'Hel'],
  ['base64', '====', ''],
  ['base64', '', ''],
  ['quoted-printable', 'a=3Db', 'a=b'],
  ['quoted-printable', 'a=\r\nb=\nc', 'abc'],
  ['quoted-printable', 'a= \t\r\nb', 'ab'],
  ['quoted-printable', 'a  \r\nb \t', 'a\r\nb'],
  ['quoted-printable', 'a =20\r\nb', 'a  \r\nb'],
  ['quoted-printable', '=e4=E4', '\xe4\xe4'],
  ['quoted-printable', '100%=x =4', '100%=x =4'],
  ['quoted-printable', '= x=', '= x'],
  ['quoted-printable', 'a b  c', 'a b  c'],
  ['quoted-printable', '=\r=41', 'A'],
  ['x-uuencode', 'junk\r\nbegin 644 cat.txt\r\n#0V%T\r\n`\r\nend\r\nmore\r\n', 'Cat'],
  ['uuencode', 'begin 600 a\n%2&5L;&\\\n \nend', 'Hello'],
  ['7bit', 'as=20is', 'as=20is'],
  ['x-unknown', 'SGVs', 'SGVs'],
  ['__proto__', 'SGVs', 'SGVs'],
]

for (const [encoding, encoded, decoded] of cases) {
  test(`${encoding} ${JSON.stringify(encoded)}`, () => {
    assert.equal(decode(encoding, encoded), decoded)
  })
}

test('base64 lines of any width decode to what was encoded, in pieces of any size', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 500 }),
      fc.integer({ min: 1, max: 80 }),
      fc.array(fc.nat(40), { maxLength: 20 }),
      (bytes, width, sizes) => {
        const lines =
          Buffer.from(bytes)
            .toString('base64')
            .match(new RegExp(`.{1,${width}}`, 'g')) ?? []
        const encoded = Buffer.from(lines.join('\r\n'))
        assert.deepEqual(decodeInPieces('base64', encoded, sizes), Buffer.from(bytes))
      },
    ),
  )
})

test('a megabyte of base64 with one junk character decodes whole', () => {
  const bytes = Buffer.alloc(1_000_000, 'binary \x00\xff stuff')
  const lines = bytes.toString('base64').match(/.{1,76}/g)!
  lines[3000] = `!${lines[3000]}`
  assert.deepEqual(decodeInPieces('base64', Buffer.from(lines.join('\r\n')), [300_000]), bytes)
})

test('any octets decode, and pieces give the same as the whole', () => {
  const soup = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc
      .string({
        unit: fc.constantFrom('=', '=', ' ', '\t', '\r', '\n', 'A', '4', 'z', '\r\n'),
        maxLength: 60,
      })
      .map((text) => Buffer.from(text)),
    fc
      .string({
        unit: fc.constantFrom('begin 644 x\n', 'end\n', '#0V%T\n', '`\n', 'M', '\r\n'),
        maxLength: 20,
      })
      .map((text) => Buffer.from(text)),
  )
  fc.assert(
    fc.property(
      soup,
      fc.constantFrom('base64', 'quoted-printable', 'x-uuencode', '8bit'),
      fc.array(fc.nat(9), { maxLength: 40 }),
      (bytes, encoding, sizes) => {
        const whole = Buffer.from(decodeTransferred(encoding, bytes))
        assert.deepEqual(decodeInPieces(encoding, bytes, sizes), whole)
      },
    ),
    { numRuns: 1000 },
  )
})
