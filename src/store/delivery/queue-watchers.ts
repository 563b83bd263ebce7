import type { TraceEvent } from '#src/domain/delivery/trace.ts'

/** Who wants to know what is in a trace from now on. */
export class TraceWatchers {
  readonly #listeners = new Set<{ traced: (event: TraceEvent) => void }>()

  add(traced: (event: TraceEvent) => void): () => void {
    const listener = { traced }
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  traced(events: readonly TraceEvent[]): void {
    for (const { traced } of this.#listeners) for (const event of events) traced(event)
  }
}

/** Who wants to know that something was queued or made due. */
export class QueueWatchers {
  readonly #listeners = new Set<() => void>()

  add(queued: () => void): () => void {
    // One function may watch twice: each gets an end of its own.
    const listener = () => queued()
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  queued(): void {
    for (const listener of this.#listeners)
      queueMicrotask(() => {
        // It may have been taken away by one that ran before it.
        if (this.#listeners.has(listener)) listener()
      })
  }
}
