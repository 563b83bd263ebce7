import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isOpen, mayRun, waitsForTime } from '#src/domain/migration/engine/project/may-run.ts'
import type { Project, ProjectId, WindowRules } from '#src/domain/migration/engine/project/project.ts'
import { usualSettings } from '#src/domain/migration/engine/project/project.ts'
import { batchStates, memberStates } from '#src/domain/migration/engine/project/state.ts'
import { aBatch } from '#test/support/migrated-mailbox.ts'

const id = 'project' as ProjectId

test('of a batch that went back what came in since is taken there, paused or not, also where an earlier version ended it at once', () => {
  for (const state of ['rolling-back', 'rolled-back'] as const)
    for (const paused of [false, true])
      assert.deepEqual(
        memberStates.filter((member) => mayRun({ ...aBatch(id), state, paused }, { state: member })),
        ['returning'],
      )
})

test('a batch that copies or has moved runs unless it is paused, any other does not', () => {
  for (const paused of [false, true])
    assert.deepEqual(
      batchStates.filter((state) => mayRun({ ...aBatch(id), state, paused }, { state: 'synced' })),
      paused
        ? []
        : [
            ...['initial-sync', 'synced', 'approving', 'finalising'],
            ...['flipped', 'verifying', 'done', 'done-with-skips'],
          ],
    )
  assert.equal(mayRun({ ...aBatch(id), state: 'synced' }, { state: 'left' }), false)
})

test('people wait for what follows the last delta: it is done whatever the window', () => {
  const window: WindowRules = {
    ...{ zone: 'UTC', begin: '22:00', end: '06:00' },
    ...{ weekdays: [1, 2, 3, 4, 5, 6, 7], holidays: [] },
  }
  const project = { settings: { ...usualSettings, window } } as Project
  const openAt = (hour: number) =>
    batchStates.filter((state) => isOpen(project, { ...aBatch(id), state }, Date.UTC(2026, 10, 23, hour)))
  assert.deepEqual(openAt(23), batchStates)
  assert.deepEqual(openAt(12), [
    ...['finalising', 'flipped', 'verifying', 'done', 'done-with-skips'],
    ...['rolling-back', 'rolled-back'],
  ])
})

test('who waits for the hour is told which, and is due then', () => {
  const window: WindowRules = {
    ...{ zone: 'UTC', begin: '22:00', end: '06:00' },
    ...{ weekdays: [1, 2, 3, 4, 5, 6, 7], holidays: [] },
  }
  const project = { settings: { ...usualSettings, window } } as Project
  const batch = aBatch(id)
  const [noon, tonight, night] = [12, 22, 23].map((hour) => Date.UTC(2026, 10, 24, hour)) as [
    number,
    number,
    number,
  ]
  assert.deepEqual(waitsForTime(project, batch, { state: 'waiting' }, noon), {
    ...{ dueAt: tonight, idle: 'window closed' },
    cause: 'The next window opens 2026-11-24T22:00:00.000Z.',
  })
  assert.equal(waitsForTime(project, batch, { state: 'waiting' }, night), null)
  assert.deepEqual(waitsForTime(project, batch, { state: 'waiting', startAfter: night }, tonight), {
    ...{ dueAt: night, idle: 'window closed' },
    cause: 'It starts after 2026-11-24T23:00:00.000Z.',
  })
  assert.equal(waitsForTime(project, batch, { state: 'synced', startAfter: night }, tonight), null)
})
