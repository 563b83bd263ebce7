import assert from 'node:assert/strict'
import { test } from 'node:test'
import { heldFirst } from '#src/domain/migration/engine/mailbox/held-first.ts'
import type { Member } from '#src/domain/migration/engine/project/project.ts'
import { Refusal } from '#src/domain/refusal.ts'

const gone = { heldBy: 'another-process/lease', dueAt: 5, priority: 1 }
const suspect = { ends: 3, unnamed: 0, asked: { key: 'a', times: 1 } }

const of = (members: Record<number, Partial<Member> | Error>) => ({
  migration: {
    freeMemberLeases: async () =>
      Object.keys(members).map((no) => ({
        organization: 'o' as never,
        project: 'p' as never,
        no: Number(no),
      })),
    getMember: async (_org: unknown, _project: unknown, no: number) => {
      const member = members[no]!
      if (member instanceof Error) throw member
      return member as Member
    },
  },
})

test('who was read as the process ended comes first, and before all who has an item under suspicion', async () => {
  const never = () => assert.fail('nothing is wrong')
  const found = await heldFirst(
    of({ 1: gone, 2: { ...gone, dueAt: null }, 3: { ...gone, uncleanEnds: suspect } }),
    never,
  )
  assert.deepEqual(
    found.map(({ no, dueAt }) => [no, dueAt]),
    [
      [3, 5],
      [1, 5],
    ],
  )
})

test('a key that is out of reach is no fault of ours, and anything else is told', async () => {
  const told: unknown[] = []
  const trouble = (_: string, error: unknown) => told.push(error)
  assert.deepEqual(await heldFirst(of({ 1: new Refusal('key-unavailable', 'Away.') }), trouble), [])
  assert.deepEqual(told, [])
  const fault = new Error('The store is broken')
  assert.deepEqual(await heldFirst(of({ 1: fault }), trouble), [])
  assert.deepEqual(told, [fault])
})
