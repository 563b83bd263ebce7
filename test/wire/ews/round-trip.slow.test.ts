/** Whatever the schema allows, we write as the schema says and read back as it was: each operation, both directions. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isOperation, type Operation, requestField, responseField } from '#src/wire/ews/message.ts'
import { operations } from '#src/wire/ews/operations.ts'
import { formatRequest, parseRequest } from '#src/wire/ews/request.ts'
import { formatResponse, parseResponse } from '#src/wire/ews/response.ts'
import { ewsSchema, validateEws } from '#test/support/ews-schema.ts'
import { arbitraryValue } from '../xml/arbitrary-values.ts'

const names = Object.keys(operations).filter(isOperation)

type Written = { operation: Operation; value: unknown; xml: string }

function samples(of: (operation: Operation) => unknown): { operation: Operation; value: unknown }[] {
  return names.flatMap((operation) => (of(operation) as unknown[]).map((value) => ({ operation, value })))
}

const runs = 4
const requests: Written[] = samples((operation) =>
  fc.sample(arbitraryValue(requestField(operation).type), runs),
).map(({ operation, value }) => ({
  operation,
  value,
  xml: formatRequest(operation, value as never).join(''),
}))
const responses: Written[] = samples((operation) =>
  fc.sample(arbitraryValue(responseField(operation).type), runs),
).map(({ operation, value }) => ({
  operation,
  value,
  xml: formatResponse(operation, value as never).join(''),
}))

test('every request can be read back', () => {
  for (const { operation, value, xml } of requests) {
    const { call } = parseRequest(xml)
    assert.equal(call.operation, operation)
    assert.deepEqual(plain('request' in call && call.request), plain(value), xml)
  }
})

test('every response can be read back', () => {
  for (const { operation, value, xml } of responses) {
    const { response, serverVersion } = parseResponse(operation, xml, { lenient: false })
    assert.equal(serverVersion?.MajorVersion, 15)
    assert.deepEqual(plain(response), plain(value), xml)
  }
})

test('every request is as the schema of Exchange says', ewsSchema, () => {
  assert.deepEqual(validateEws(...requests.map(({ xml }) => xml)), [])
})

test('every response is as the schema of Exchange says', ewsSchema, () => {
  assert.deepEqual(validateEws(...responses.map(({ xml }) => xml)), [])
})

/** Octets by their content, whichever class holds them; what is undefined is not there. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return `octets ${Buffer.from(value).toString('hex')}`
  if (value instanceof Map) return [...value]
  if (Array.isArray(value)) return value.map(plain)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one)]))
}
