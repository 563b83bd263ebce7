import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  endLook,
  isGivenUp,
  lookAt,
  nextLook,
  noLate,
} from '#src/domain/migration/engine/project/late-looks.ts'
import type { Member } from '#src/domain/migration/engine/project/project.ts'

const HOUR = 3_600_000
const settings = { lateHours: [6, 1] }

test('the next look is the nearest hour that is to come; after the last, and before the move, there is none', () => {
  const next = (now: number) => nextLook({ flippedAt: 0 }, settings, now)
  assert.deepEqual([0, HOUR - 1, HOUR, 6 * HOUR].map(next), [HOUR, HOUR, 6 * HOUR, null])
  assert.equal(nextLook({ flippedAt: null }, settings, 0), null)
  assert.equal(nextLook({ flippedAt: 0 }, { lateHours: [] }, 0), null)
})

test('a look that was asked for, or is past, is due at once; one whose clock was put back is not skipped', () => {
  const at = (late: object | undefined, now: number) =>
    lookAt({ flippedAt: 0, late: late && { ...noLate, ...late } }, settings, now)
  assert.equal(at({ askedAt: 1 }, 9 * HOUR), 9 * HOUR)
  assert.equal(at({ lookedAt: 0 }, 2 * HOUR), 2 * HOUR)
  assert.equal(at({ lookedAt: HOUR }, 2 * HOUR), 6 * HOUR)
  assert.equal(at({ lookedAt: 6 * HOUR }, 7 * HOUR), null)
  assert.equal(at({ lookedAt: 9 * HOUR }, 2 * HOUR), 6 * HOUR)
})

test('a source is given up at a look once it let it wait for longer than a day', () => {
  const given = (change: Partial<Member>, now: number) =>
    isGivenUp(
      { state: 'verified', idle: 'server out of reach', flippedAt: 0, ...change } as Member,
      settings,
      now,
    )
  const due = 6 * HOUR
  assert.equal(given({}, due + 24 * HOUR), false)
  assert.equal(given({}, due + 24 * HOUR + 1), true)
  assert.equal(given({ late: { ...noLate, askedAt: due + HOUR } }, due + 24 * HOUR + 1), false)
  for (const change of [{ state: 'flipped' }, { idle: undefined }, { flippedAt: null }] as const)
    assert.equal(given(change as Partial<Member>, 1_000 * HOUR), false)
})

test('a look adds to its batch what came since the one before, and says nothing where nothing came', async () => {
  let late: unknown
  const said: string[] = []
  const writer = {
    getProject: async () => ({ settings }),
    getBatch: async () => ({ no: 1, late: { items: 10, bytes: 1_000 } }),
    putBatch: async (_organization: string, batch: { late: unknown }) => {
      late = batch.late
    },
    addEvent: async (_organization: string, _project: string, { sentence }: { sentence: string }) => {
      said.push(sentence)
    },
  }
  const looked = (items: number, bytes: number) => {
    const member = {
      ...{ no: 2, batch: 1, address: 'anna@corp.example', flippedAt: 0, lastPass: { startedAt: 2 * HOUR } },
      late: { ...noLate, items, bytes, noted: 3, notedBytes: 200 },
    }
    const project = { organization: 'o', id: 'p' }
    return endLook(writer as never, project as never, member as never, { now: 3 * HOUR, trouble: '' })
  }
  const { late: after, dueAt } = await looked(5, 700)
  assert.deepEqual(late, { items: 12, bytes: 1_500 })
  assert.deepEqual(said, ['2 items that arrived late were copied to anna@corp.example.'])
  assert.deepEqual([after!.noted, after!.notedBytes, after!.looks, after!.lookedAt], [5, 700, 1, 2 * HOUR])
  assert.equal(dueAt, 6 * HOUR)
  late = undefined
  await looked(3, 200)
  assert.deepEqual([late, said.length], [undefined, 1])
})
