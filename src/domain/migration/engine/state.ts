import { Refusal } from '../../refusal.ts'

/** States of a batch (migration.md 4.3). Whether it is paused is said beside them. */
export const batchStates = [
  'draft',
  'planned',
  'preflight',
  'waiting-window',
  'initial-sync',
  'synced',
  'approving',
  'finalising',
  'flipped',
  'verifying',
  'done',
  'done-with-skips',
  'failed',
  'cancelled',
  'rolled-back',
] as const
export type BatchState = (typeof batchStates)[number]

/** What becomes of a batch; who steers and the engine both speak through these. */
export type BatchStep =
  | 'plan'
  | 'run'
  | 'preflight-passed'
  | 'preflight-failed'
  | 'window-opened'
  | 'all-synced'
  | 'members-added'
  | 'approval-wanted'
  | 'approved'
  | 'cut-over'
  | 'flipped'
  | 'verify'
  | 'verified'
  | 'verified-with-skips'
  | 'fail'
  | 'retry'
  | 'cancel'
  | 'roll-back'

const steps: Readonly<Record<BatchState, Partial<Record<BatchStep, BatchState>>>> = {
  draft: { plan: 'planned', cancel: 'cancelled' },
  planned: { run: 'preflight', cancel: 'cancelled' },
  preflight: { 'preflight-passed': 'waiting-window', 'preflight-failed': 'planned', cancel: 'cancelled' },
  'waiting-window': { 'window-opened': 'initial-sync', cancel: 'cancelled' },
  'initial-sync': { 'all-synced': 'synced', fail: 'failed', cancel: 'cancelled' },
  synced: {
    'members-added': 'initial-sync',
    'approval-wanted': 'approving',
    'cut-over': 'finalising',
    fail: 'failed',
    cancel: 'cancelled',
    'roll-back': 'rolled-back',
  },
  approving: {
    approved: 'finalising',
    'members-added': 'initial-sync',
    cancel: 'cancelled',
    'roll-back': 'rolled-back',
  },
  finalising: { flipped: 'flipped', 'approval-wanted': 'approving', fail: 'synced', cancel: 'cancelled' },
  flipped: { verify: 'verifying', 'roll-back': 'rolled-back' },
  verifying: {
    verified: 'done',
    'verified-with-skips': 'done-with-skips',
    retry: 'verifying',
    'roll-back': 'rolled-back',
  },
  done: { 'roll-back': 'rolled-back' },
  'done-with-skips': { 'roll-back': 'rolled-back', retry: 'verifying' },
  failed: { retry: 'initial-sync', cancel: 'cancelled', 'roll-back': 'rolled-back' },
  cancelled: { 'roll-back': 'rolled-back' },
  'rolled-back': {},
}

/** The state after a step. Refuses `wrong-state` where the step is not one of this state. */
export function batchAfter(state: BatchState, step: BatchStep): BatchState {
  const next = steps[state][step]
  if (next !== undefined) return next
  const possible = Object.keys(steps[state])
  throw new Refusal(
    'wrong-state',
    `A batch that is ${state} takes no step "${step}". ${possible.length === 0 ? 'It has ended; what is to move again moves in another project.' : `Possible: ${possible.join(', ')}.`}`,
  )
}

/** Whether a step is one of this state. */
export const takesStep = (state: BatchState, step: BatchStep): boolean => steps[state][step] !== undefined

/** States in which mailboxes of the batch are read. */
export const isCopying = (state: BatchState): boolean =>
  state === 'initial-sync' || state === 'synced' || state === 'approving' || state === 'finalising'

/** Whether the mailboxes of the batch are at home here. */
export const isFlipped = (state: BatchState): boolean =>
  state === 'flipped' || state === 'verifying' || state === 'done' || state === 'done-with-skips'

export const hasEnded = (state: BatchState): boolean =>
  state === 'done' || state === 'done-with-skips' || state === 'cancelled' || state === 'rolled-back'

/**
 * States of a mailbox. `synced`: everything was copied once, deltas follow. `final`: its last delta before the flip is done.
 * `left`: it leaves its batch, by policy. `failed` waits for `retry`.
 */
export const memberStates = [
  'waiting',
  'initial-sync',
  'synced',
  'final',
  'flipped',
  'verified',
  'failed',
  'left',
  'cancelled',
  'rolled-back',
] as const
export type MemberState = (typeof memberStates)[number]

export type MemberStep =
  | 'begin'
  | 'pass-done'
  | 'final-pass-done'
  | 'flip'
  | 'verify'
  | 'fail'
  | 'retry'
  | 'leave'
  | 'cancel'
  | 'roll-back'

const memberSteps: Readonly<Record<MemberState, Partial<Record<MemberStep, MemberState>>>> = {
  waiting: { begin: 'initial-sync', fail: 'failed', leave: 'left', cancel: 'cancelled' },
  'initial-sync': {
    begin: 'initial-sync',
    'pass-done': 'synced',
    'final-pass-done': 'final',
    fail: 'failed',
    leave: 'left',
    cancel: 'cancelled',
    'roll-back': 'rolled-back',
  },
  synced: {
    begin: 'synced',
    'pass-done': 'synced',
    'final-pass-done': 'final',
    fail: 'failed',
    retry: 'synced',
    leave: 'left',
    cancel: 'cancelled',
    'roll-back': 'rolled-back',
  },
  final: {
    begin: 'final',
    'pass-done': 'synced',
    'final-pass-done': 'final',
    flip: 'flipped',
    fail: 'failed',
    retry: 'synced',
    leave: 'left',
    cancel: 'cancelled',
    'roll-back': 'rolled-back',
  },
  flipped: {
    begin: 'flipped',
    'pass-done': 'flipped',
    'final-pass-done': 'flipped',
    verify: 'verified',
    retry: 'flipped',
    'roll-back': 'rolled-back',
  },
  verified: {
    begin: 'verified',
    'pass-done': 'verified',
    verify: 'verified',
    retry: 'flipped',
    'roll-back': 'rolled-back',
  },
  failed: { retry: 'waiting', leave: 'left', cancel: 'cancelled', 'roll-back': 'rolled-back' },
  left: { retry: 'waiting', cancel: 'cancelled', 'roll-back': 'rolled-back' },
  cancelled: { 'roll-back': 'rolled-back' },
  'rolled-back': {},
}

/** Refuses `wrong-state`. */
export function memberAfter(state: MemberState, step: MemberStep): MemberState {
  const next = memberSteps[state][step]
  if (next !== undefined) return next
  throw new Refusal('wrong-state', `A mailbox that is ${state} takes no step "${step}".`)
}

export const memberTakes = (state: MemberState, step: MemberStep): boolean =>
  memberSteps[state][step] !== undefined

/**
 * States of an item in the ledger. Settled, so that a page with it may be left behind: `copied`; `skipped` with a reason;
 * `kept`: changed here, so what the source changed was not taken; `deleted`: deleted here, not brought back; `gone`: deleted at
 * the source and still here. Not settled: `pending`, to be read again.
 */
const itemStates = ['copied', 'skipped', 'kept', 'deleted', 'gone', 'pending'] as const
export type ItemLedgerState = (typeof itemStates)[number]
