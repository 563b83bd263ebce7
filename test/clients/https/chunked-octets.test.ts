import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { ChunkedOctets } from '#src/clients/https/chunked-octets.ts'

/** What lay in chunks, and what did not any more. */
function taken(octets: Buffer, lengths: readonly number[]): { data: string; rest: string | undefined } {
  const chunks = new ChunkedOctets()
  const data: Buffer[] = []
  let at = 0
  for (const length of [...lengths, octets.length]) {
    const piece = octets.subarray(at, at + length)
    at += piece.length
    const rest = chunks.push(piece, (some) => data.push(Buffer.from(some)))
    if (rest !== undefined)
      return { data: Buffer.concat(data).toString(), rest: `${rest}${octets.subarray(at)}` }
  }
  return { data: Buffer.concat(data).toString(), rest: undefined }
}

test('what lies in chunks is handed on, in pieces of any size, and the last chunk with what follows is not', () => {
  const chunk = fc.record({
    text: fc.string({ minLength: 1, maxLength: 300 }),
    isUpper: fc.boolean(),
    extension: fc.constantFrom('', ';a=b', ' ; a="b"', ';'),
  })
  fc.assert(
    fc.property(
      fc.array(chunk, { maxLength: 8 }),
      fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 60 }),
      fc.constantFrom('', 'X-Trailer: 1\r\n'),
      (parts, lengths, trailer) => {
        const coded = parts.map(({ text, isUpper, extension }) => {
          const size = Buffer.byteLength(text).toString(16)
          return `${isUpper ? size.toUpperCase() : size}${extension}\r\n${text}\r\n`
        })
        const last = `0\r\n${trailer}\r\nHTTP/1.1 200`
        const { data, rest } = taken(Buffer.from(coded.join('') + last), lengths)
        assert.equal(data, parts.map(({ text }) => text).join(''))
        assert.equal(rest, last)
      },
    ),
  )
})

test('what is no chunk is a fault', () => {
  const broken = [
    '\r\n',
    'g\r\n',
    '-1\r\n',
    '0x1\r\na\r\n',
    '1\r\nab\r\n',
    '1\r\na\n',
    '1\r\na0\r\n',
    '9'.repeat(2_000),
  ]
  for (const text of broken) assert.throws(() => taken(Buffer.from(text), []), SyntaxFault, text)
})
