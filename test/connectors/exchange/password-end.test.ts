import assert from 'node:assert/strict'
import { test } from 'node:test'
import { askPasswordEnd, passwordEnd } from '#connectors/exchange/password-end.ts'
import type { EwsClient } from '#src/clients/ews/ews-client.ts'
import { HttpsFailure } from '#src/clients/https/https-failure.ts'

const { signal } = new AbortController()
const login = { user: 'CORP\\svc', password: 'x' }

function clientSaying(answer: () => string) {
  let calls = 0
  const call = async () => {
    calls++
    return { ResponseClass: 'Success', PasswordExpirationDate: answer() }
  }
  return { client: { call } as unknown as EwsClient, calls: () => calls }
}

test('the end of a password is asked for once in a while, and told of whoever signs in with one', async () => {
  const endsAt = Math.floor(Date.now() / 1_000) * 1_000 + 5 * 24 * 3_600_000
  const { client, calls } = clientSaying(() => new Date(endsAt).toISOString())
  assert.deepEqual(passwordEnd(client, login), [])
  await askPasswordEnd(client, signal)
  await askPasswordEnd(client, signal)
  assert.equal(calls(), 1)
  assert.deepEqual(passwordEnd(client, login), [{ what: 'password', of: 'CORP\\svc', endsAt }])
  assert.deepEqual(passwordEnd(client, undefined), [])
})

test('a password that never ends, a word that is no time, and a server that does not say are nothing to tell', async () => {
  const fails = () => {
    throw new HttpsFailure('fault', 'ErrorInvalidOperation')
  }
  for (const answer of [() => '9999-12-31T23:59:59Z', () => 'soon', fails]) {
    const { client } = clientSaying(answer)
    await askPasswordEnd(client, signal)
    assert.deepEqual(passwordEnd(client, login), [])
  }
})
