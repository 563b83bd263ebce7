import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { KeptPolicy } from '#src/domain/delivery/policy-memory.ts'
import type { MtaStsPolicy } from '#src/platform/dns/mta-sts.ts'
import { keptPolicies } from '#src/store/kept-policies.ts'
import { type TemporaryStore, temporaryStore } from '#test/support/store.ts'

let temporary: TemporaryStore
before(async () => {
  temporary = await temporaryStore({ mailboxes: 0 })
})
after(() => temporary.remove())

const policy: MtaStsPolicy = { id: 'one', mode: 'enforce', mx: ['mx.far.example'], maxAgeSeconds: 60 }
const secret = Buffer.alloc(32, 1)

test('a policy is found again under its domain alone, for its max_age', async () => {
  let now = 1_000_000
  const kept = keptPolicies(temporary.store.policies, secret, () => now)
  assert.equal(await kept.find('far.example'), undefined)
  await kept.keep('far.example', { policy, fetchedAt: now })
  assert.deepEqual(await kept.find('far.example'), { policy, fetchedAt: now })
  assert.equal(await kept.find('near.example'), undefined)
  const later = { policy: { ...policy, id: 'two' }, fetchedAt: now + 30_000 }
  await kept.keep('far.example', later)
  now += 89_999
  assert.deepEqual(await kept.find('far.example'), later)
  now += 1
  assert.equal(await kept.find('far.example'), undefined)
})

test('what is kept tells neither domain nor policy, and opens in its own place and under its own secret only', async () => {
  const rows = new Map<string, KeptPolicy>()
  const memory = {
    find: async (name: string) => rows.get(name),
    keep: async (name: string, row: KeptPolicy) => void rows.set(name, row),
  }
  const kept = keptPolicies(memory, secret, () => 0)
  await kept.keep('far.example', { policy, fetchedAt: 0 })
  await kept.keep('near.example', { policy, fetchedAt: 0 })
  const [[far, row], [near]] = [...rows] as [[string, KeptPolicy], [string, KeptPolicy]]
  assert.doesNotMatch(far + Buffer.from(row.sealed).toString('latin1'), /far\.example|enforce/)
  assert.equal(await keptPolicies(memory, Buffer.alloc(32, 2), () => 0).find('far.example'), undefined)
  rows.set(near, row)
  assert.equal(await kept.find('near.example'), undefined)
  for (let size = 0; size < row.sealed.length; size += 7) {
    rows.set(far, { ...row, sealed: row.sealed.subarray(0, size) })
    assert.equal(await kept.find('far.example'), undefined, `${size} octets`)
  }
})
