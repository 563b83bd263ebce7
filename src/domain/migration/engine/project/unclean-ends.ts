import { randomUUID } from 'node:crypto'
import { momentWords } from '#src/base/figure-words.ts'
import type { Member } from './project.ts'

/** What is held against a mailbox, as the process that read it ended without a word, until it gets on. */
export type UncleanEnds = {
  /** Since it got on last. */
  ends: number
  /** Runs in succession that read it item by item and ended at none, before any was answered. */
  unnamed: number
  /** An item was answered while it was read so. */
  answered?: true | undefined
  /** Asked for alone, and not answered yet: written down before its octets are asked for. */
  asked?: AskedItem | undefined
  /** What was written down so as the process ended last. */
  suspect?: AskedItem | undefined
}

/** An item by its key; how often the process ended over it, or may do so now. */
export type AskedItem = { key: string; times: number }

/** From so many on it is read item by item. */
const CAREFUL_FROM = 3
/** It rests as soon as so many runs that read it so have named none: any of them may be killed by chance before it comes so far. */
const RESTS_FROM = 3
/** A process may be killed at any item by chance, and hardly so often at the same one while nothing else is read: that one is at fault. */
const SURE_FROM = 3
const REST_MINUTES = [5, 15, 60] as const

/** Leases of this process begin with it: one that it found no room to end is no sign of a crash. */
const THIS_PROCESS = `${randomUUID()}/`
export const newLeaseToken = (): string => `${THIS_PROCESS}${randomUUID()}`

type Held = Pick<Member, 'heldBy' | 'uncleanEnds'>

const endedWithProcess = ({ heldBy }: Held): boolean =>
  heldBy !== undefined && !heldBy.startsWith(THIS_PROCESS)

export const isCareful = (ends: UncleanEnds | undefined): boolean => (ends?.ends ?? 0) >= CAREFUL_FROM

/** Whether the process has ended over it often enough. */
export const isAtFault = ({ times }: AskedItem): boolean => times >= SURE_FROM

/** Pure: what is held against a mailbox, by the lease that was found; undefined: nothing. */
export function endsOf(member: Held): UncleanEnds | undefined {
  const { uncleanEnds: before } = member
  if (!endedWithProcess(member)) return before && { ...before, asked: undefined, answered: undefined }
  const { ends = 0, unnamed = 0, answered, asked, suspect } = before ?? {}
  const isNone = isCareful(before) && asked === undefined && answered === undefined
  return { ends: ends + 1, unnamed: isNone ? unnamed + 1 : 0, suspect: asked ?? suspect }
}

/** Pure: until when it rests, as the process ended although it was read item by item, and at none of them; undefined: it goes on. */
export function restOf(member: Held, now: number): number | undefined {
  const { unnamed } = endsOf(member) ?? { unnamed: 0 }
  if (!endedWithProcess(member) || unnamed < RESTS_FROM) return undefined
  const minutes = REST_MINUTES[unnamed - RESTS_FROM] ?? REST_MINUTES.at(-1)!
  return now + minutes * 60_000
}

const endedWords = (ends: number, what: string): string =>
  `The service ended ${ends} times while ${what} was read`

export const restWords = ({ ends }: UncleanEnds, address: string, until: number): string =>
  `${endedWords(ends, address)}, at last item by item, and at none of them. So the others come first, and it is tried again ${momentWords(until)}. The log of this machine says how the service ended; "landbridge migrate retry" tries it at once.`

export const carefulWords = ({ ends }: UncleanEnds): string =>
  `${endedWords(ends, 'this mailbox')}: it is read item by item until a page is through, to find the one at fault.`

/** Code of an item that was left behind as the process ended over it. */
export const ENDED_SERVICE = 'ended-the-service'

/** Why an item was left behind. */
export const atFaultWords = ({ times }: AskedItem, folder: string): string =>
  `The service ended ${times} times as it read this item of the folder "${folder}" and nothing else of the mailbox. It is left behind so that the others come. Look at it there and save or delete it, or give the service more memory; then run "landbridge migrate retry".`

/** The same of one that goes back. */
export const returnAtFaultWords = ({ times }: AskedItem): string =>
  `The service ended ${times} times as it took this item back and nothing else of the mailbox. It may have arrived there; where it has not, save it by hand: it stays in the mailbox here. Or give the service more memory; then run "landbridge migrate retry".`

/**
 * Pure: whether a mailbox may be read beside those that are, where nobody could tell which of them the process ended over: a careful one
 * beside none over which it may end as well, and nothing beside an item under suspicion until that was asked for.
 */
export function mayRunBeside(one: Held, others: Iterable<Beside>): boolean {
  const mine = endsOf(one)
  for (const { run, member } of others) {
    const its = run === undefined ? endsOf(member) : run.careful?.ends
    if (its?.suspect !== undefined) return false
    if (mine !== undefined && its !== undefined && (isCareful(mine) || isCareful(its))) return false
  }
  return true
}

/** A mailbox that is being read; without a run while it is opened. */
type Beside = {
  run: { careful?: { ends: UncleanEnds | undefined } | undefined } | undefined
  member: Held
}
