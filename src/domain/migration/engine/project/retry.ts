import type { SourceFailure } from '../../source-failure.ts'

const FIRST_MS = 1_000
const LONGEST_MS = 5 * 60_000
/** How often a call is tried again before its lane gives way to others. */
export const MOST_TRANSIENT = 5
/** Hints up to this are slept through in place; for a longer one the lane ends and comes back when it is over. */
export const LONGEST_NAP_MS = 5_000
/** Until a server that refused us, or was out of reach, is asked again. */
export const SERVER_REST_MS = 5 * 60_000
/** The same for a name and password that were refused more than once: tried more often, they lock the account. */
export const SIGN_IN_REST_MS = 24 * 3_600_000
/** Until a source that was out of reach as it was opened is tried again. */
export const AWAY_REST_MS = 30_000

/** Until a mailbox that was full is tried again. */
export const FULL_REST_MS = 5 * 60_000

/** Full jitter: anything up to the exponential bound (`random` is 0 to below 1). A hint is obeyed exactly. */
export function waitAfter(
  failure: Pick<SourceFailure, 'backOffMs'>,
  attempt: number,
  random: () => number,
): number {
  if (failure.backOffMs !== null) return failure.backOffMs
  return Math.ceil(random() * Math.min(LONGEST_MS, FIRST_MS * 2 ** attempt))
}

/** Why a lane is not at work; every idle second has one. */
const idleCauses = [
  'window closed',
  'paused',
  'server asked to wait',
  'trying again',
  'connections all in use',
  'speed limit',
  'server refuses us',
  'server out of reach',
  'next delta not due',
  'waits for approval',
  'waits for the others of its batch',
  'lanes all in use',
  'about to begin',
  'no room there',
  'no room here',
  'its last run broke off',
  'ended the service',
] as const
export type IdleCause = (typeof idleCauses)[number]

/** The lane ends here; its mailbox is due again at `until`. */
export class LanePostponed extends Error {
  override readonly name = 'LanePostponed'
  readonly until: number
  readonly idle: IdleCause

  constructor(until: number, idle: IdleCause, message: string) {
    super(message)
    this.until = until
    this.idle = idle
  }
}
