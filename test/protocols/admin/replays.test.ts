import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { AdministrationMemory } from '#src/domain/administration/store.ts'
import type { Signed } from '#src/protocols/admin/authenticate.ts'
import { ApiException } from '#src/protocols/admin/exceptions.ts'
import { Replays } from '#src/protocols/admin/replays.ts'
import { type TemporaryStore, temporaryStore } from '#test/support/store.ts'

const startedAt = Date.UTC(2026, 10, 21, 19, 30)
const now = startedAt + 60_000
const throttled = (words: RegExp) => (error: unknown) =>
  error instanceof ApiException && error.type === 'ThrottlingException' && words.test(error.message)

const signed = (signature: string, signedAt: number, keyId = 'LBAKTEST'): Signed => ({
  caller: { kind: 'key', id: keyId, organization: null },
  keyId,
  signature,
  signedAt,
})

let full: TemporaryStore
before(async () => {
  full = await temporaryStore({ mailboxes: 0 })
})
after(() => full.remove())
const memory = (): AdministrationMemory => full.store.administration

test('a request that changes something is heard once, for as long as its time is accepted', async () => {
  const replays = new Replays(startedAt, memory())
  await replays.refuse(signed('a', now), now)
  await assert.rejects(replays.refuse(signed('a', now), now + 299_000), throttled(/received before/))
  await replays.refuse(signed('b', now + 1_000), now + 1_000)
  const early = signed('c', now + 300_000)
  await replays.refuse(early, now)
  await assert.rejects(replays.refuse(early, now + 600_000), throttled(/received before/))
})

test('one that was signed before the start may have been heard then', async () => {
  const replays = new Replays(startedAt + 500, memory())
  await assert.rejects(
    replays.refuse(signed('a', startedAt, 'LBAKLATE'), startedAt + 900),
    throttled(/before the service started/),
  )
  await replays.refuse(signed('a', startedAt + 1_000, 'LBAKLATE'), startedAt + 1_100)
})

test('is told to sign anew once that gives another signature, so that a client that tries thrice gets through', async () => {
  const waits: number[] = []
  const replays = new Replays(startedAt + 500, memory(), async (milliseconds) => waits.push(milliseconds))
  const refused = (signedAt: number, at: number, words: RegExp) =>
    assert.rejects(replays.refuse(signed('a', signedAt, 'LBAKTWICE'), at), throttled(words))
  await refused(startedAt, startedAt + 900, /before the service started/)
  await refused(startedAt - 5_000, startedAt + 1_200, /before the service started/)
  await replays.refuse(signed('a', now, 'LBAKTWICE'), now + 100)
  await refused(now, now + 400, /received before/)
  await refused(now, now + 5_000, /received before/)
  const ahead = now + 60_000
  await replays.refuse(signed('a', ahead, 'LBAKTWICE'), now)
  await refused(ahead, now + 500, /received before/)
  assert.deepEqual(waits, [200, 700, 1_100])
})

test('one of a clock that is ahead is not heard again after a restart', async () => {
  const ahead = signed('ahead', now + 240_000, 'LBAKAHEAD')
  await new Replays(startedAt, memory()).refuse(ahead, now)
  await full.reopen()
  const again = new Replays(now + 10_000, memory())
  await assert.rejects(again.refuse(ahead, now + 20_000), throttled(/before the service started/))
  await again.refuse(signed('next', now + 260_000, 'LBAKAHEAD'), now + 20_000)
  await again.refuse(signed('b', now + 20_000, 'LBAKOTHER'), now + 20_000)
})

test('one key that changes too much holds up no other, and an early signature holds up no forgetting', async () => {
  const replays = new Replays(startedAt, memory())
  await replays.refuse(signed('early', now + 300_000, 'busy'), now)
  for (let count = 1; count < 20_000; count++) await replays.refuse(signed(`${count}`, now, 'busy'), now)
  await assert.rejects(
    replays.refuse(signed('one more', now, 'busy'), now),
    throttled(/with this access key/),
  )
  await replays.refuse(signed('one more', now, 'quiet'), now)
  const later = now + 400_000
  await replays.refuse(signed('later', later, 'busy'), later)
})
