import { LONGEST_NAP_MS } from '#src/domain/migration/engine/project/retry.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'

/** As many are remembered; a server that is busy for more at once is busy itself. */
const MOST = 10_000
/** So often the server is taken for busy, and is left alone each time. */
const ROUNDS = 3

/**
 * Items for all of which a server was busy at once, how often, and when it wanted to be asked again. Where it stays so, it may be
 * those items (MAPI_E_BUSY, migration.md 1.3): whether it is the server is seen by asking it for something else.
 */
export class BusyItems {
  readonly #known = new Map<string, { rounds: number; until: number }>()

  /** Whether all of them were so often enough, and what was asked for last is over; else that is noted. */
  wereSo(keys: readonly string[], backOffMs: number, now: number): boolean {
    const were = keys.every((key) => {
      const { rounds, until } = this.#known.get(key) ?? { rounds: 0, until: 0 }
      return rounds >= ROUNDS && until <= now
    })
    if (were) return true
    if (this.#known.size + keys.length > MOST) this.#known.clear()
    for (const key of keys) {
      const rounds = 1 + (this.#known.get(key)?.rounds ?? 0)
      this.#known.set(key, { rounds, until: now + backOffMs })
    }
    return false
  }

  forget(key: string): void {
    this.#known.delete(key)
  }
}

/** A server that is well is busy for each of some items: they are asked for one by one. */
export class BusyTogether extends Error {
  override readonly name = 'BusyTogether'
}

/** Whether an item is to wait by itself, for longer than anybody waits in place. */
export const waitsByItself = ({ kind, backOffMs }: SourceFailure): boolean =>
  kind === 'throttled' && (backOffMs ?? 0) > LONGEST_NAP_MS

/** Of an item alone that could not be had; one that waits by itself is asked for later. */
export const failureOfItem = (failure: SourceFailure, words: string): SourceFailure =>
  waitsByItself(failure)
    ? new SourceFailure('throttled', failure.code, words, { backOffMs: failure.backOffMs })
    : new SourceFailure('item-permanent', failure.code, words)
