import type { SparePlace } from '#src/domain/migration/source.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { BATCH_BYTES, type Batch, batchesOf, type WantedItem } from './item-batches.ts'
import type { OctetRoom } from './octet-room.ts'

/** What a request brought; `again`: batches to be asked for instead, as it was too much. */
export type Fetched<A> = { answers: readonly A[]; again: readonly Batch[]; release(): Promise<void> }
type Outcome<A> = Fetched<A> | { error: unknown }
type Under<A> = { bytes: number; outcome: Promise<Outcome<A>> }

export type ReadAheadOptions<A> = {
  fetch(batch: Batch, signal: AbortSignal): Promise<Fetched<A>>
  room: OctetRoom
  /** For calls beside the first. */
  spare: SparePlace | undefined
}

/** Requests of one list of items, done or under way. */
const MOST_AHEAD = 4

/**
 * Requests for items, asked for before they are wanted: one at a time in the place that the caller has, more of them while the
 * server has places to spare, and as much as there is room for. Items come in no order. Throws what `fetch` throws, after which
 * nothing more is asked for, and the reason of the signal. Where the server refused one as too many, what it had let in is taken first:
 * broken off, that would go on there, and whoever had its place here would be refused too.
 */
export async function* readAhead<A>(
  items: readonly WantedItem[],
  { fetch, room, spare }: ReadAheadOptions<A>,
  signal: AbortSignal,
): AsyncGenerator<A> {
  const stop = new AbortController()
  const both = AbortSignal.any([signal, stop.signal])
  const waiting = batchesOf(items)
  const under: Under<A>[] = []
  /** A request is under way in the place that the caller has. */
  let isOwnTaken = false
  let hasFailed = false
  let refused: SourceFailure | undefined
  const begin = (batch: Batch, leave: ReturnType<SparePlace>): void => {
    waiting.shift()
    const isOwn = leave === undefined
    if (isOwn) isOwnTaken = true
    let failure: unknown
    const outcome = fetch(batch, both)
      .catch((error: unknown): Outcome<A> => {
        hasFailed = true
        failure = error
        return { error }
      })
      .finally(() => {
        if (isOwn) isOwnTaken = false
        leave?.(failure)
        fill()
      })
    under.push({ bytes: heldBytes(batch), outcome })
  }
  const fill = (): void => {
    for (;;) {
      const [batch] = waiting
      if (batch === undefined || under.length >= MOST_AHEAD || hasFailed || both.aborted) return
      if (under.length === 0) room.force(heldBytes(batch))
      else if (!room.take(heldBytes(batch))) return
      const leave = isOwnTaken ? spare?.() : undefined
      if (isOwnTaken && leave === undefined) {
        room.give(heldBytes(batch))
        return
      }
      begin(batch, leave)
    }
  }
  const end = async ({ bytes, outcome }: Under<A>): Promise<void> => {
    const fetched = await outcome
    if (!('error' in fetched)) await fetched.release()
    room.give(bytes)
  }
  try {
    for (;;) {
      fill()
      const [next] = under
      if (next === undefined) {
        signal.throwIfAborted()
        if (refused) throw refused
        return
      }
      try {
        const fetched = await next.outcome
        if (!('error' in fetched)) {
          waiting.unshift(...fetched.again)
          yield* fetched.answers
        } else if (isTooMany(fetched.error)) refused = fetched.error
        else throw fetched.error
      } finally {
        under.shift()
        await end(next)
      }
    }
  } finally {
    stop.abort(new Error('Nobody reads on'))
    for (const each of under.splice(0)) await end(each)
  }
}

const isTooMany = (error: unknown): error is SourceFailure =>
  error instanceof SourceFailure && error.kind === 'too-many'

/** Of an item that is larger than a request most lies in the spool. */
const heldBytes = ({ sizeBytes }: Batch): number => Math.min(sizeBytes, BATCH_BYTES)
