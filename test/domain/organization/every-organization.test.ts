import assert from 'node:assert/strict'
import { it } from 'node:test'
import { PartFailures } from '#src/base/part-failures.ts'
import { forEveryOrganization } from '#src/domain/organization/every-organization.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { Store } from '#src/domain/store.ts'

const store = {
  organizations: {
    list: async (after: string | null) =>
      after === null
        ? { rows: [{ id: 'm-1' }, { id: 'm-2' }], next: 'm-2' }
        : { rows: [{ id: 'm-3' }, { id: 'm-4' }], next: null },
  },
} as unknown as Store
const never = new AbortController().signal

it('all have their turn, whoever fails, and those are named; one whose key is out of reach is none of them', async () => {
  const had: string[] = []
  const work = async (organization: string) => {
    had.push(organization)
    if (organization === 'm-1') throw new Refusal('key-unavailable', 'The key is out of reach.')
    if (organization === 'm-2') throw new Refusal('over-quota', 'The disk is full.')
    if (organization === 'm-3') throw new TypeError('a fault of ours')
  }
  await assert.rejects(forEveryOrganization(store, work, never), (error: unknown) => {
    assert.ok(error instanceof PartFailures)
    assert.deepEqual(
      error.failures.map(({ of }) => of),
      ['m-2', 'm-3'],
    )
    assert.equal(error.message, 'It failed for m-2 (The disk is full.), m-3 (a fault of ours)')
    return true
  })
  assert.deepEqual(had, ['m-1', 'm-2', 'm-3', 'm-4'])
})

it('nobody more has a turn when it is called off', async () => {
  const had: string[] = []
  const stop = new AbortController()
  const work = async (organization: string) => {
    had.push(organization)
    stop.abort(new Error('stopped'))
    throw new Error('cut off')
  }
  await assert.rejects(forEveryOrganization(store, work, stop.signal), /stopped/)
  assert.deepEqual(had, ['m-1'])
})
