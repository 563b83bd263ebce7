import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Checked, checkSource } from '#connectors/exchange/check.ts'
import type { EwsSession } from '#connectors/exchange/ews-session.ts'
import type { EwsClient } from '#src/clients/ews/ews-client.ts'

const { signal } = new AbortController()

async function clockLine(clockSkewMs: number) {
  const client = {
    url: new URL('https://old.example/ews'),
    offered: async () => ['ntlm'],
  } as unknown as EwsClient
  const session = {
    ...{ version: undefined, clockSkewMs },
    ...{ distinguished: () => ({}), one: async () => ({}) },
  } as unknown as EwsSession
  const checked: Checked = { client, access: 'impersonation', login: undefined, sessionFor: () => session }
  const lines = await checkSource(checked, 'anna@corp.example', signal)
  return lines.find(({ name }) => name === 'clock')!
}

test('a clock that is an hour ahead or behind is told with what sets it; five minutes are none', async () => {
  const ahead = await clockLine(3_600_000)
  assert.deepEqual([ahead.state, ahead.found], ['warning', 'the server’s clock is 3600 s ahead of ours'])
  assert.match(ahead.remedy, /w32tm/)
  assert.match((await clockLine(-3_600_000)).found, /3600 s behind ours/)
  assert.equal((await clockLine(299_000)).state, 'ok')
})
