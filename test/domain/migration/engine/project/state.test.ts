import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  gradeOf,
  heaviest,
  needsApproval,
  weightOf,
  worseOf,
} from '#src/domain/migration/engine/project/grade.ts'
import {
  type BatchState,
  type BatchStep,
  batchAfter,
  batchStates,
  hasEnded,
  isFlipped,
  memberAfter,
  memberStates,
  memberTakes,
  takesStep,
} from '#src/domain/migration/engine/project/state.ts'

const legal: [BatchState, BatchStep, BatchState][] = [
  ['draft', 'plan', 'planned'],
  ['planned', 'run', 'preflight'],
  ['preflight', 'preflight-passed', 'waiting-window'],
  ['preflight', 'preflight-failed', 'planned'],
  ['waiting-window', 'window-opened', 'initial-sync'],
  ['initial-sync', 'all-synced', 'synced'],
  ['initial-sync', 'fail', 'failed'],
  ['synced', 'members-added', 'initial-sync'],
  ['synced', 'approval-wanted', 'approving'],
  ['synced', 'cut-over', 'finalising'],
  ['approving', 'approved', 'finalising'],
  ['finalising', 'flipped', 'flipped'],
  ['finalising', 'fail', 'synced'],
  ['flipped', 'verify', 'verifying'],
  ['verifying', 'verified', 'done'],
  ['verifying', 'verified-with-skips', 'done-with-skips'],
  ['done', 'roll-back', 'rolling-back'],
  ['synced', 'roll-back', 'rolled-back'],
  ['rolling-back', 'returned', 'rolled-back'],
  ['failed', 'retry', 'initial-sync'],
]
const illegal: [BatchState, BatchStep][] = [
  ['planned', 'cut-over'],
  ['initial-sync', 'cut-over'],
  ['approving', 'cut-over'],
  ['finalising', 'approval-wanted'],
  ['synced', 'flipped'],
  ['flipped', 'cancel'],
  ['verifying', 'cancel'],
  ['done', 'cancel'],
  ['rolled-back', 'run'],
  ['rolling-back', 'roll-back'],
  ['cancelled', 'run'],
  ['done', 'approved'],
]

test('a batch takes the steps of its state and no other', () => {
  for (const [state, step, next] of legal) assert.equal(batchAfter(state, step), next, `${state} ${step}`)
  for (const [state, step] of illegal) {
    assert.equal(takesStep(state, step), false, `${state} ${step}`)
    assert.throws(() => batchAfter(state, step), { reason: 'wrong-state' }, `${state} ${step}`)
  }
})

test('nobody who is at home here is cancelled, and every end is one', () => {
  for (const state of batchStates) {
    if (isFlipped(state)) assert.equal(takesStep(state, 'cancel'), false, state)
    if (hasEnded(state)) assert.equal(takesStep(state, 'run'), false, state)
    // Whatever was copied can be taken back.
    if (
      ![
        'draft',
        'planned',
        'preflight',
        'waiting-window',
        'initial-sync',
        'finalising',
        'rolling-back',
        'rolled-back',
      ].includes(state)
    )
      assert.equal(takesStep(state, 'roll-back'), true, state)
  }
})

test('a mailbox flips only after its last delta', () => {
  for (const state of memberStates) assert.equal(memberTakes(state, 'flip'), state === 'final', state)
  assert.equal(memberAfter('synced', 'final-pass-done'), 'final')
  assert.equal(memberAfter('final', 'pass-done'), 'synced')
  assert.throws(() => memberAfter('flipped', 'cancel'), { reason: 'wrong-state' })
})

test('grades follow the heaviest loss', () => {
  const none = { metadata: 0, visible: 0, content: 0 }
  assert.equal(gradeOf(none, 100), 'perfect')
  assert.equal(gradeOf({ ...none, metadata: 5 }, 100), 'good')
  assert.equal(gradeOf({ ...none, visible: 1 }, 100), 'investigate')
  assert.equal(gradeOf({ ...none, content: 3 }, 20), 'investigate', 'few')
  assert.equal(gradeOf({ ...none, content: 50 }, 100_000), 'investigate', 'few of many')
  assert.equal(gradeOf({ ...none, content: 10 }, 1_000), 'poor')
  assert.deepEqual(
    ['perfect', 'good', 'investigate', 'poor'].filter((grade) => needsApproval(grade as 'good')),
    ['investigate', 'poor'],
  )
  assert.equal(worseOf('good', 'poor'), 'poor')
  assert.equal(heaviest([]), null)
  const untold = { property: 'rules', reason: '', weight: 'visible' } as const
  assert.deepEqual([weightOf(untold), weightOf({ ...untold, ofSource: true })], ['visible', 'metadata'])
  assert.equal(heaviest([{ weight: 'metadata' }, { weight: 'visible' }]), 'visible')
})
