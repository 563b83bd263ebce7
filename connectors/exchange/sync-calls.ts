import PQueue from 'p-queue'
import { systemClock } from '#src/domain/migration/engine/pace/clock.ts'
import { ConnectionLimit } from '#src/domain/migration/engine/pace/connection-limit.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'

/** Of one account at once; the usual policy allows 5, its own programs among them (migration.md 1.3, mustang #122). */
const MOST = 4

/** As its code, and as the name of the policy in the words of a busy server. */
const ofSyncs = /Concurrent ?Sync ?Calls/i

/** Calls of SyncFolderItems: a server counts them beside all others, and what it says of them is about no other call. */
export class SyncCalls {
  readonly #limit: ConnectionLimit
  readonly #queue = new PQueue({ concurrency: MOST })
  /** The last call that was begun while there might be more at once. */
  #lowered = 0

  constructor(clock = systemClock) {
    this.#limit = new ConnectionLimit(MOST, clock)
  }

  /** Rejects with the reason of the signal, or as `call`: with what passes where there were more than the server allows. */
  run<T>(call: () => Promise<T>, signal: AbortSignal): Promise<T> {
    return this.#queue.add(
      async () => {
        const begun = this.#limit.begin()
        try {
          const answer = await call()
          this.#limit.succeeded(begun)
          return answer
        } catch (error) {
          if (!(error instanceof SourceFailure && isOfSyncs(error))) throw error
          if (begun.no > this.#lowered) {
            this.#limit.tooMany(error, begun)
            this.#lowered = this.#limit.calls
          }
          const { code, message, backOffMs } = error
          throw new SourceFailure('transient', code, message, { backOffMs, ofMailbox: true, cause: error })
        } finally {
          this.#limit.end(begun)
          this.#queue.concurrency = this.#limit.most
        }
      },
      { signal },
    )
  }
}

const isOfSyncs = ({ kind, code, message }: SourceFailure): boolean =>
  kind === 'too-many' && (ofSyncs.test(code) || ofSyncs.test(message))
