import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import {
  formatBody,
  formatError,
  formatTarget,
  parseBody,
  parseError,
  parseTarget,
} from '#src/wire/aws/json-rpc.ts'

const octets = (text: string) => Buffer.from(text)

test('a target names its operation', () => {
  assert.equal(parseTarget(formatTarget('CreateUser')), 'CreateUser')
  for (const header of [
    '',
    'CreateUser',
    'OtherService.CreateUser',
    'WorkMailService.',
    'WorkMailService.A B',
    'WorkMailService.__proto__',
  ]) {
    assert.throws(() => parseTarget(header), SyntaxFault, header)
  }
})

test('a body is a JSON object, or nothing', () => {
  assert.deepEqual(parseBody(octets('')), {})
  assert.deepEqual(parseBody(octets(' \n')), {})
  assert.deepEqual(parseBody(octets('{"Name":"Zoë"}')), { Name: 'Zoë' })
  for (const text of ['[]', 'null', '1', '"x"', '{', '{"a":}'])
    assert.throws(() => parseBody(octets(text)), SyntaxFault, text)
  assert.throws(() => parseBody(Uint8Array.of(0x7b, 0xff, 0x7d)), SyntaxFault)
})

test('any octets give an object or a SyntaxFault', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      try {
        assert.equal(typeof parseBody(bytes), 'object')
      } catch (error) {
        assert.ok(error instanceof SyntaxFault)
      }
    }),
  )
})

test('what we write we can read back', () => {
  const input = { Name: 'Zoë', Tags: [{ Key: 'a', Value: '' }], MaxResults: 100, Hidden: false }
  assert.deepEqual(parseBody(octets(formatBody(input))), input)
  const error = { type: 'EntityNotFoundException', message: 'There is no user "x".' }
  assert.deepEqual(parseError(octets(formatError(error)), undefined), error)
})

test('the name of an error is found where services put it (API-02)', () => {
  assert.equal(
    parseError(octets('{"__type":"com.amazonaws.workmail#EntityStateException"}'), undefined).type,
    'EntityStateException',
  )
  assert.equal(
    parseError(octets('{}'), 'LimitExceededException:http://example.com/').type,
    'LimitExceededException',
  )
  assert.equal(parseError(octets('{"message":"m"}'), undefined).message, 'm')
})
