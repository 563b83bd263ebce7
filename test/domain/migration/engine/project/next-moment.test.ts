import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nextMoment } from '#src/domain/migration/engine/project/next-moment.ts'
import type { Project, ProjectId, WindowRules } from '#src/domain/migration/engine/project/project.ts'
import { usualSettings } from '#src/domain/migration/engine/project/project.ts'
import { aBatch } from '#test/support/migrated-mailbox.ts'

const batch = aBatch('project' as ProjectId)
const at = (hour: number) => Date.UTC(2026, 10, 24, hour)
const atAnyTime = { settings: { ...usualSettings, window: null } } as Project
const window: WindowRules = {
  ...{ zone: 'UTC', begin: '22:00', end: '06:00' },
  ...{ weekdays: [1, 2, 3, 4, 5, 6, 7], holidays: [] },
}
const atNight = { settings: { ...usualSettings, window } } as Project

test('the nearest moment ahead counts, not one that is over', () => {
  const batches = [
    { ...batch, startAfter: at(9), completeAfter: at(18) },
    { ...batch, startAfter: at(15) },
  ]
  assert.equal(nextMoment(atAnyTime, batches, at(12)), at(15))
  assert.equal(nextMoment(atAnyTime, batches, at(15)), at(18))
  assert.equal(nextMoment(atAnyTime, batches, at(18)), null)
})

test('a window counts when it opens, and while it is open when it closes', () => {
  assert.equal(nextMoment(atNight, [batch], at(12)), at(22))
  assert.equal(nextMoment(atNight, [batch], at(23)), at(30))
})

test('nothing is due for a batch that is paused or has ended', () => {
  const due = { ...batch, startAfter: at(15) }
  const over = [
    { ...due, paused: true },
    { ...due, state: 'cancelled' as const },
  ]
  assert.equal(nextMoment(atNight, over, at(12)), null)
})
