import { createHash } from 'node:crypto'
import { ApiException } from './exceptions.ts'

const keptMs = 86_400_000
const keptAnswers = 10_000

type Kept<T> = { request: string; answer: Promise<T>; at: number }

/**
 * Answers to requests that carried a ClientToken (API-08): the same token with the same body gives the same answer
 * for a day, also while the first is still being worked on. Failures are not kept. The oldest go first when
 * there are too many.
 */
export class Idempotency<T> {
  readonly #kept = new Map<string, Kept<T>>()
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  /** `scope` says who calls what. Throws when the token came before with another body. */
  once(scope: string, token: string, body: Uint8Array, work: () => Promise<T>): Promise<T> {
    const key = `${scope}\0${token}`
    const request = createHash('sha256').update(body).digest('base64')
    const before = this.#kept.get(key)
    if (before !== undefined && this.#now() - before.at < keptMs) {
      if (before.request === request) return before.answer
      throw new ApiException(
        'InvalidParameterException',
        'This ClientToken came with another request before. Use a new one.',
      )
    }
    const answer = work()
    this.#kept.delete(key)
    this.#kept.set(key, { request, answer, at: this.#now() })
    if (this.#kept.size > keptAnswers) this.#kept.delete(this.#kept.keys().next().value!)
    answer.catch(() => this.#kept.delete(key))
    return answer
  }
}
