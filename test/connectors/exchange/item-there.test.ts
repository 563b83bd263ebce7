import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EwsSession } from '#connectors/exchange/ews-session.ts'
import { readShown } from '#connectors/exchange/item-there.ts'

const { signal } = new AbortController()

test('what was just put and cannot be read is asked for again, and no item that was left behind', async () => {
  const session = {
    messages: async () => [{ ResponseClass: 'Error', ResponseCode: 'ErrorItemNotFound' }],
  } as unknown as EwsSession
  const ids = [{ ItemId: { Id: 'a' } }]
  const reading = (fallback?: 'transient') =>
    readShown(session, ids, ['item:Categories'], '"x" again', signal, fallback)
  await assert.rejects(reading('transient'), { kind: 'transient' })
  await assert.rejects(reading(), { kind: 'item-permanent' })
})
