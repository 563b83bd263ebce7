import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ProjectId } from '#src/domain/migration/engine/project/project.ts'
import { GradeTurns } from '#src/domain/migration/engine/verify/grade-turns.ts'

test('a batch that never rests is graded every ten minutes, each by its own time', () => {
  const turns = new GradeTurns()
  const [one, other] = ['one' as ProjectId, 'other' as ProjectId]
  const minutes = (project: ProjectId, batch: number, ...all: number[]) =>
    all.filter((minute) => turns.isDue(project, batch, minute * 60_000))
  assert.deepEqual(minutes(one, 1, 0, 3, 9), [])
  assert.deepEqual(minutes(one, 2, 9, 12), [])
  assert.deepEqual(minutes(other, 1, 9, 12), [])
  assert.deepEqual(minutes(one, 1, 10, 11, 19, 25, 34, 35), [10, 25, 35])
  assert.deepEqual(minutes(one, 2, 19), [19])
})
