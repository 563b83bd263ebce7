/** No is an answer for every operation, and one that the schema of Exchange knows. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isOperation, type Operation } from '#src/wire/ews/message.ts'
import { operations } from '#src/wire/ews/operations.ts'
import { refusedResponse } from '#src/wire/ews/refused.ts'
import { formatResponse, parseResponse } from '#src/wire/ews/response.ts'
import { ewsSchema, validateEws } from '#test/support/ews-schema.ts'

/** Responses without a place for a code. */
const withoutPlace: Operation[] = [
  'CreateOrUpdateFocusedOtherOverride',
  'DeleteFocusedOtherOverride',
  'GetFocusedOtherOverrides',
  'GetUserAvailability',
  'SendNotification',
  'SetUserPhoto',
]
const refused = {
  code: 'ErrorServerBusy',
  text: 'Too <much> at once',
  values: { BackOffMilliseconds: '1500' },
} as const

test('every other operation can be refused, as the schema says', ewsSchema, () => {
  const refusals: string[] = []
  for (const operation of Object.keys(operations).filter(isOperation)) {
    const response = refusedResponse(operation, refused)
    assert.equal(response === undefined, withoutPlace.includes(operation), operation)
    if (response !== undefined) refusals.push(formatResponse(operation, response).join(''))
  }
  assert.ok(refusals.length > 100)
  assert.deepEqual(validateEws(...refusals), [])
})

test('a refusal is there once for each thing that was asked for', () => {
  const response = refusedResponse('GetItem', refused, 3)
  assert.ok(response !== undefined)
  const { response: read } = parseResponse('GetItem', formatResponse('GetItem', response).join(''))
  assert.deepEqual(
    read?.ResponseMessages.map((message) => message.GetItemResponseMessage?.ResponseCode),
    ['ErrorServerBusy', 'ErrorServerBusy', 'ErrorServerBusy'],
  )
})
