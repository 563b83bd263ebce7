import type { BusyTime } from '../calendar/busy-time.ts'
import type { WorkingHours } from '../calendar/working-hours.ts'

/** Why nobody knows when somebody is free; each protocol has its own words for it. */
export type FreeBusyFailureReason =
  /** Nobody has that address. */
  | 'unknown-address'
  /** Whoever asks may not see even the times. */
  | 'not-allowed'
  /** Its mailbox is elsewhere, and nothing says how to ask there. */
  | 'no-source'
  /** The question has been passed on already: passing it on again could go round. */
  | 'loop'
  | 'too-many-members'
  /** The other system: did not answer in time, was not reached, is busy, refused our credentials, could not tell. */
  | 'timeout'
  | 'unreachable'
  | 'busy'
  | 'credentials'
  | 'peer-failed'
  /** Our own side could not tell. */
  | 'unavailable'

export type FreeBusyFailure = {
  reason: FreeBusyFailureReason
  /** A sentence for people; it holds what the other system said. */
  message: string
  /** The other system's own word for it, such as an EWS response code. */
  code?: string
}

/** What is known of one person: times that are taken, whole and by start. */
export type FreeBusy = {
  times: readonly BusyTime[]
  /** Null where nobody told. */
  workingHours: WorkingHours | null
  /** Whether subjects and places are among them. */
  detailed: boolean
  /** Stretches that nobody knows anything about, by epoch milliseconds (EWS digit 4). */
  unknown?: readonly { startMs: number; endMs: number }[]
  /** Of a group that is kept here: the times of each member by start, null where nobody told. */
  members?: readonly (readonly BusyTime[] | null)[]
}

export type FreeBusyAnswer = { address: string } & ({ freeBusy: FreeBusy } | { failure: FreeBusyFailure })

export type FreeBusyQuestion = {
  addresses: readonly string[]
  /** Epoch milliseconds; `to` is not in it. */
  from: number
  to: number
  detailed: boolean
  /** Who wants to know, for systems that ask. */
  requester: { email: string; name: string } | null
}

/** Another system that knows when people are free. Answers for every address, in order; never rejects for one of them. */
export type FreeBusySource = {
  /** For people: the host or function that is asked. */
  name: string
  /** What it tells may depend on the requester: an answer is for that one alone. */
  personal?: boolean
  /** At most 50 addresses. Rejects with `FreeBusyTrouble` when the system as a whole gives no answer. */
  ask(question: FreeBusyQuestion, signal: AbortSignal): Promise<readonly FreeBusyAnswer[]>
}

/** The other system as a whole gave no answer: a named failure of every address that it was asked about. */
export class FreeBusyTrouble extends Error {
  readonly failure: FreeBusyFailure
  /** How long it asks to be left alone. */
  readonly backOffMs: number | null

  constructor(failure: FreeBusyFailure, options: ErrorOptions & { backOffMs?: number } = {}) {
    super(failure.message, options)
    this.failure = failure
    this.backOffMs = options.backOffMs ?? null
  }
}
