import { Refusal } from '../../../refusal.ts'

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
  'rolling-back',
  'rolled-back',
] as const
export type BatchState = (typeof batchStates)[number]

/** As people who were not there read them. */
export const batchWords: Readonly<Record<BatchState, string>> = {
  draft: 'being put together',
  planned: 'planned',
  preflight: 'being checked',
  'waiting-window': 'waits for its window',
  'initial-sync': 'being copied',
  synced: 'copied, kept up to date',
  approving: 'waits for an approval',
  finalising: 'last changes are copied',
  flipped: 'moved',
  verifying: 'moved, being verified',
  done: 'done',
  'done-with-skips': 'done, with approved losses',
  failed: 'failed',
  cancelled: 'cancelled',
  'rolling-back': 'back there, what came in since follows',
  'rolled-back': 'rolled back',
}

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
  | 'returned'

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
  // What only the last delta finds to be lost is approved once all is verified: people wait for the flip.
  finalising: { flipped: 'flipped', fail: 'synced', cancel: 'cancelled' },
  flipped: { verify: 'verifying', 'roll-back': 'rolling-back' },
  verifying: {
    verified: 'done',
    'verified-with-skips': 'done-with-skips',
    retry: 'verifying',
    'roll-back': 'rolling-back',
  },
  done: { 'roll-back': 'rolling-back' },
  'done-with-skips': { 'roll-back': 'rolling-back', retry: 'verifying' },
  failed: {
    retry: 'initial-sync',
    'members-added': 'initial-sync',
    cancel: 'cancelled',
    'roll-back': 'rolled-back',
  },
  cancelled: { 'roll-back': 'rolled-back' },
  'rolling-back': { returned: 'rolled-back', retry: 'rolling-back' },
  'rolled-back': {},
}

/** What people do to a batch: the command for each step that is theirs. */
const commands: Partial<Record<BatchStep, string>> = {
  run: 'run',
  retry: 'retry',
  'cut-over': 'cutover',
  approved: 'approve',
  cancel: 'cancel',
  'roll-back': 'rollback',
}

/** The state after a step. Refuses `wrong-state` where the step is not one of this state, with what can be done instead. */
export function batchAfter(state: BatchState, step: BatchStep): BatchState {
  const next = steps[state][step]
  if (next !== undefined) return next
  const asked = commands[step]
  throw new Refusal(
    'wrong-state',
    `The batch is "${batchWords[state]}"${asked === undefined ? '' : `, and "migrate ${asked}" is not for that`}. ${insteadOf(state)}`,
  )
}

function insteadOf(state: BatchState): string {
  const possible = Object.keys(steps[state]).flatMap((step) => commands[step as BatchStep] ?? [])
  if (possible.length > 0) return `What can be done now: ${possible.join(', ')}.`
  return Object.keys(steps[state]).length === 0
    ? 'It has ended; who is to move again is added to another batch.'
    : 'It goes on by itself.'
}

/** Whether the cut-over may be asked for: also while it is on its way to where that begins. */
export const mayCutOver = (state: BatchState): boolean =>
  takesStep(state, 'cut-over') || ['initial-sync', 'waiting-window', 'preflight'].includes(state)

/** Whether a step is one of this state. */
export const takesStep = (state: BatchState, step: BatchStep): boolean => steps[state][step] !== undefined

/** States in which mailboxes of the batch are read. */
export const isCopying = (state: BatchState): boolean =>
  state === 'initial-sync' || state === 'synced' || state === 'approving' || state === 'finalising'

/** Whether the mailboxes of the batch are at home here. */
export const isFlipped = (state: BatchState): boolean =>
  state === 'flipped' || state === 'verifying' || state === 'done' || state === 'done-with-skips'

/** Whether it is at home on the other side again; what came in since may still be on its way there. */
export const isBack = (state: BatchState): boolean => state === 'rolling-back' || state === 'rolled-back'

/** Nothing more of it moves here. */
export const hasEnded = (state: BatchState): boolean =>
  state === 'done' || state === 'done-with-skips' || state === 'cancelled' || isBack(state)

/**
 * States of a mailbox. `synced`: everything was copied once, deltas follow. `final`: its last delta before the flip is done.
 * `left`: it leaves its batch, by policy. `failed` waits for `retry`. `returning`: it is at home on the other side again, and what
 * came in here since goes there.
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
  'returning',
  'rolled-back',
] as const
export type MemberState = (typeof memberStates)[number]

/** As people who were not there read them. */
export const memberWords: Readonly<Record<MemberState, string>> = {
  waiting: 'waits',
  'initial-sync': 'being copied',
  synced: 'copied, kept up to date',
  final: 'ready to move',
  flipped: 'moved',
  verified: 'moved and verified',
  failed: 'failed',
  left: 'left its batch',
  cancelled: 'cancelled',
  returning: 'back there, what came in since follows',
  'rolled-back': 'rolled back',
}

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
  | 'returned'
  | 'add-again'

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
    'roll-back': 'returning',
  },
  verified: {
    begin: 'verified',
    'pass-done': 'verified',
    verify: 'verified',
    retry: 'flipped',
    'roll-back': 'returning',
  },
  failed: { retry: 'waiting', leave: 'left', cancel: 'cancelled', 'roll-back': 'rolled-back' },
  // Nobody comes back by a retry of the batch that they have left.
  left: { cancel: 'cancelled', 'roll-back': 'rolled-back', 'add-again': 'waiting' },
  cancelled: { 'roll-back': 'rolled-back', 'add-again': 'waiting' },
  // Who takes it out gives up what could not be put there yet.
  returning: { returned: 'rolled-back', leave: 'rolled-back', retry: 'returning' },
  // What did not go back is tried once more.
  'rolled-back': { 'add-again': 'waiting', retry: 'returning' },
}

/** What people ask of a single mailbox, in their words. */
const asked: Partial<Record<MemberStep, string>> = {
  leave: 'cannot be taken out of its batch any more',
  retry: 'has nothing to be tried again',
  cancel: 'cannot be cancelled any more',
  'roll-back': 'has nothing that could be undone',
}

const memberRefusal = (state: MemberState, step: MemberStep): string =>
  `The mailbox is "${memberWords[state]}" and ${asked[step] ?? 'goes on by itself'}.`

/** Refuses `wrong-state`. */
export function memberAfter(state: MemberState, step: MemberStep): MemberState {
  const next = memberSteps[state][step]
  if (next !== undefined) return next
  throw new Refusal('wrong-state', memberRefusal(state, step))
}

/** Whoever is in no batch any more may be put into another one; what was copied of it is still known. */
export const isFree = ({ state }: { state: MemberState }): boolean => memberTakes(state, 'add-again')

export const memberTakes = (state: MemberState, step: MemberStep): boolean =>
  memberSteps[state][step] !== undefined

/**
 * States of an item in the ledger. Settled, so that a page with it may be left behind: `copied`; `skipped` with a reason;
 * `kept`: changed here, so what the source changed was not taken; `deleted`: deleted here, not brought back; `gone`: deleted at
 * the source and still here. Not settled: `pending`, to be read again.
 */
const itemStates = ['copied', 'skipped', 'kept', 'deleted', 'gone', 'pending'] as const
export type ItemLedgerState = (typeof itemStates)[number]
