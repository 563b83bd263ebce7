import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { formatAuthorization, parseAmzDate, parseAuthorization } from '#src/wire/aws/authorization.ts'

const signature = 'a'.repeat(64)
const good = {
  keyId: 'LBAK1',
  date: '20261121',
  region: 'eu-west-1',
  service: 'workmail',
  signedHeaders: ['host', 'x-amz-date'],
  signature,
}

test('what we write we can read back', () => {
  assert.deepEqual(parseAuthorization(formatAuthorization(good)), good)
})

test('blanks between the parts are as clients write them', () => {
  const header = formatAuthorization(good)
  assert.deepEqual(parseAuthorization(header.replaceAll(', ', ',')), good)
})

const bad: [why: string, header: string][] = [
  ['empty', ''],
  ['Basic', 'Basic YTpi'],
  ['another algorithm', formatAuthorization(good).replace('SHA256', 'SHA512')],
  ['a scope of three parts', formatAuthorization(good).replace('/eu-west-1', '')],
  ['a short signature', formatAuthorization({ ...good, signature: 'ab' })],
  ['a signature in upper case', formatAuthorization({ ...good, signature: signature.toUpperCase() })],
  ['headers out of order', formatAuthorization({ ...good, signedHeaders: ['x-amz-date', 'host'] })],
  ['a header twice', formatAuthorization({ ...good, signedHeaders: ['host', 'host'] })],
  ['far too long', `AWS4-HMAC-SHA256 ${'x'.repeat(100_000)}`],
]

for (const [why, header] of bad) {
  test(`refuses ${why}`, () => assert.throws(() => parseAuthorization(header), SyntaxFault))
}

test('any text gives a value or a SyntaxFault', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      for (const parse of [parseAuthorization, parseAmzDate]) {
        try {
          parse(text)
        } catch (error) {
          assert.ok(error instanceof SyntaxFault)
        }
      }
    }),
  )
})

test('reads the time of a request', () => {
  assert.equal(parseAmzDate('20261121T193000Z'), Date.UTC(2026, 10, 21, 19, 30))
  for (const text of ['20261121', '20261321T000000Z', '2026-11-21T19:30:00Z', '20261121T193000']) {
    assert.throws(() => parseAmzDate(text), SyntaxFault, text)
  }
})
