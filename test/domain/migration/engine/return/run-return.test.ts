import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Batch, Member, ProjectId } from '#src/domain/migration/engine/project/project.ts'
import { returningBatch } from '#src/domain/migration/engine/return/run-return.ts'
import { aBatch, aMember } from '#test/support/migrated-mailbox.ts'

const project = 'p' as ProjectId
const batch: Batch = { ...aBatch(project), state: 'rolling-back' }
const member = (name: string, more: Partial<Member>): Member => ({
  ...aMember(project, `${name}@corp.example`),
  ...more,
})
const back = { state: 'rolled-back', cause: 'Of an earlier day.' } as const
const said = (...members: Member[]) => {
  const { state, cause } = returningBatch(batch, members)
  return [state, cause]
}

test('a batch that goes back says which mailbox waits for what, of those on their way alone', () => {
  assert.deepEqual(said(member('anna', back)), ['rolled-back', ''])
  const on = { state: 'returning', cause: '' } as const
  assert.deepEqual(said(member('anna', back), member('ben', on), member('cleo', on)), [
    'rolling-back',
    'What came in or was changed since goes back to 2 mailboxes there.',
  ])
  const waits = { state: 'returning', cause: 'Nobody answers.' } as const
  const words = 'cleo@corp.example: Nobody answers. "landbridge migrate retry" tries it at once.'
  assert.deepEqual(said(member('anna', back), member('cleo', waits)), ['rolling-back', words])
  assert.deepEqual(said(member('anna', back), member('ben', on), member('cleo', waits)), [
    'rolling-back',
    `${words} 1 other mailbox of the batch go back too.`,
  ])
})

test('what did not go back is counted over all mailboxes, items and what the mailboxes are beside them', () => {
  const loss = { property: 'absence', reason: 'It was not taken.', weight: 'metadata' } as const
  const one = member('anna', { ...back, returned: { returned: 3, left: 1 } })
  assert.deepEqual(said(one), [
    'rolled-back',
    '1 item that came in or was changed since did not go back: the report names each.',
  ])
  const two = member('ben', {
    ...{ ...back, returned: { returned: 0, left: 2 } },
    lostThere: { rights: [loss], others: [loss] },
  })
  assert.deepEqual(said(one, two), [
    'rolled-back',
    '3 items that came in or were changed since and 2 changes of folders, rules, rights or absence did not go back: the report names each.',
  ])
})
