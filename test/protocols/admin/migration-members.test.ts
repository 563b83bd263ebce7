import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ProjectId } from '#src/domain/migration/engine/project.ts'
import { batchMembers, memberMembers } from '#src/protocols/admin/migration-members.ts'
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
