import type { SourceFailure } from '../../source-failure.ts'
import { AWAY_REST_MS } from '../project/retry.ts'

/** Until a source that could not be opened is tried again, unless it is only away. */
const REOPEN_MS = 5 * 60_000

/** `until`, `since`: epoch milliseconds. */
export type Rest = { until: number; since: number; cause: string }

/** Sources that could not be opened: each is tried once for all of its mailboxes, and not again before its rest is over. */
export class RestingSources {
  readonly #rests = new Map<string, Rest>()

  find(key: string, now: number): Rest | undefined {
    const rest = this.#rests.get(key)
    return rest !== undefined && rest.until > now ? rest : undefined
  }

  note(key: string, now: number, error: Error & Partial<Pick<SourceFailure, 'kind'>>): Rest {
    const ms = error.kind === 'transient' ? AWAY_REST_MS : REOPEN_MS
    const rest = { until: now + ms, since: now, cause: error.message }
    this.#rests.set(key, rest)
    return rest
  }

  opened(key: string): void {
    this.#rests.delete(key)
  }

  /** One that was given anew since need not rest. */
  noteConfig(key: string, changedAt: number): void {
    if (changedAt > (this.#rests.get(key)?.since ?? changedAt)) this.#rests.delete(key)
  }

  /** How long until the first of them is tried again, in milliseconds. */
  nextMs(now: number): number {
    const left = [...this.#rests.values()].flatMap(({ until }) => (until > now ? [until - now] : []))
    return Math.min(Number.POSITIVE_INFINITY, ...left)
  }
}
