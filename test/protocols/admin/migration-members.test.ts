import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SourceBudget } from '#src/domain/migration/engine/pace/budget.ts'
import { liveServer } from '#src/domain/migration/engine/progress/live.ts'
import type { ProjectId } from '#src/domain/migration/engine/project/project.ts'
import { batchMembers, memberMembers, ownChange, resumable } from '#src/protocols/admin/migration-members.ts'
import { ManualClock } from '#test/support/manual-clock.ts'
import { aBatch, aMember } from '#test/support/migrated-mailbox.ts'

test('what has gone back has no grade any more', () => {
  const project = 'p' as ProjectId
  const batch = { ...aBatch(project), grade: 'good' as const }
  const member = { ...aMember(project, 'anna@corp.example'), grade: 'good' as const }
  for (const [state, grade] of [
    ['synced', 'good'],
    ['cancelled', 'good'],
    ['rolling-back', undefined],
    ['rolled-back', undefined],
  ] as const)
    assert.equal(batchMembers({ ...batch, state }).Grade, grade, state)
  for (const [state, grade] of [
    ['synced', 'good'],
    ['returning', undefined],
    ['rolled-back', undefined],
  ] as const)
    assert.equal(memberMembers({ ...member, state }).Grade, grade, state)
})

test('a day that is named twice is kept once, in the order of the week', () => {
  const night = { Begin: '22:00', End: '06:00', Zone: 'Europe/Berlin' }
  assert.deepEqual(ownChange({ Window: { ...night, Weekdays: [3, 1, 3], WholeDays: [7, 6, 7] } }).window, {
    ...{ begin: '22:00', end: '06:00', zone: 'Europe/Berlin' },
    ...{ weekdays: [1, 3], wholeDays: [6, 7], holidays: [] },
  })
  assert.equal(ownChange({ Window: 'always' }).window, 'always')
  assert.equal(ownChange({ Window: null }).window, null)
})

test('why a mailbox waits for its server has the command as it is typed for its batch, and the server when it is asked', () => {
  const clock = new ManualClock()
  for (const refuse of [
    (budget: SourceBudget) => budget.rest('server refuses us', 'No.'),
    (budget: SourceBudget) => budget.restUnsigned('Wrong password.'),
    (budget: SourceBudget) => [budget.restUnsigned(''), budget.restUnsigned('Wrong password.')],
  ]) {
    const budget = new SourceBudget('server', 1, clock)
    assert.equal(liveServer({ budget, projects: [] }).restsUntil, undefined)
    refuse(budget)
    const { trouble, restsUntil } = liveServer({ budget, projects: [] })
    assert.equal(restsUntil, budget.trouble!.until)
    assert.ok(restsUntil > clock.now())
    const said = resumable(trouble!, 'our move', 7)
    assert.match(said, /"landbridge migrate resume 'our move' 7"/)
    assert.doesNotMatch(said, /with the batch where|resume" /)
  }
})
