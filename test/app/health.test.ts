import assert from 'node:assert/strict'
import { test } from 'node:test'
import { healthRoute } from '#src/app/health.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { Store } from '#src/domain/store.ts'
import type { HttpRequest } from '#src/platform/http/route.ts'

function health() {
  const is = { full: false, unreadable: false, stopping: false, now: 0, probes: 0 }
  const store = {
    organizations: {
      list: async () => {
        if (is.unreadable) throw new Error('SQLITE_IOERR of a file with a secret name')
      },
    },
    probe: async () => {
      is.probes++
      if (is.full) throw new Refusal('try-later', 'The disk is full.')
    },
  } as unknown as Store
  const route = healthRoute(
    store,
    () => is.stopping,
    () => is.now,
  )
  const ask = async () => {
    const { status, body } = await route.answer({} as HttpRequest)
    return [status, JSON.parse(String(body)).status]
  }
  return { is, ask }
}

test('health is good while the store can be read and written', async () => {
  const { is, ask } = health()
  assert.deepEqual(await ask(), [200, 'ok'])
  is.stopping = true
  assert.deepEqual(await ask(), [503, 'stopping'])
})

test('a disk that is full is 503 with the sentence', async () => {
  const { is, ask } = health()
  is.full = true
  assert.deepEqual(await ask(), [503, 'The disk is full.'])
  is.full = false
  is.now = 10_000
  assert.deepEqual(await ask(), [200, 'ok'])
})

test('it writes at most every ten seconds, and reads each time', async () => {
  const { is, ask } = health()
  await Promise.all([ask(), ask()])
  is.now = 9_999
  is.unreadable = true
  assert.deepEqual(await ask(), [503, 'the store cannot be read'])
  assert.equal(is.probes, 1)
  is.now = 10_000
  await ask()
  assert.equal(is.probes, 2)
})
