import { setTimeout as sleep } from 'node:timers/promises'
import type { AdministrationMemory } from '#src/domain/administration/store.ts'
import { type Signed, skewMs } from './authenticate.ts'
import { ApiException } from './exceptions.ts'

const mostOfOneKey = 20_000
const bucketMs = 60_000
const secondMs = 1_000
/** What the clocks of two machines that are kept right may differ by. */
const slackMs = 100
const longestWaitMs = 3_000

/**
 * Signatures of requests that changed something, for as long as their time is accepted. Two equal requests
 * in one second have equal signatures (botocore signs nothing random), so a repeated one is answered with an
 * exception that clients try again, signed anew; who merely copied it never gets through. The answer waits until a
 * new signature has a new second, since clients try only three times, and may do so within one. Signatures are forgotten
 * with the process, so that what was signed before its start is refused in the same way: by our clock, and where
 * that of a key's owner is ahead, by the latest time it signed for, which is on disk before the request is heard.
 */
export class Replays {
  readonly #startedAt: number
  readonly #memory: AdministrationMemory
  readonly #wait: (milliseconds: number) => Promise<unknown>
  /** By the minute they were signed in, then by access key. */
  readonly #seen = new Map<number, Map<string, Set<string>>>()
  /** What the memory holds of each access key, and what it held at the start. */
  readonly #ahead = new Map<string, { atStart: number; latest: number }>()

  constructor(
    startedAt: number,
    memory: AdministrationMemory,
    wait: (milliseconds: number) => Promise<unknown> = (milliseconds) => sleep(milliseconds),
  ) {
    this.#startedAt = startedAt
    this.#memory = memory
    this.#wait = wait
  }

  /** Throws `ThrottlingException` for a signature that was, or may have been, heard before. */
  async refuse({ keyId, signature, signedAt }: Signed, now: number): Promise<void> {
    let ahead = this.#ahead.get(keyId)
    if (ahead === undefined) {
      const atStart = await this.#memory.signedAhead(keyId)
      ahead = this.#ahead.get(keyId) ?? { atStart, latest: atStart }
      this.#ahead.set(keyId, ahead)
    }
    const notAfter = Math.max(this.#startedAt, ahead.atStart)
    if (signedAt <= notAfter) {
      await this.#untilSecondAfter(notAfter, Math.max(now, signedAt))
      throw new ApiException(
        'ThrottlingException',
        'This request was signed before the service started. Sign it anew; if that does not help, your clock is late.',
      )
    }
    if (!this.#remember(keyId, signature, signedAt, now)) {
      await this.#untilSecondAfter(signedAt, Math.max(now, signedAt))
      throw new ApiException(
        'ThrottlingException',
        'This very request was received before. Sign it anew, in another second.',
      )
    }
    if (signedAt > now && signedAt > ahead.latest) {
      await this.#memory.noteSignedAhead(keyId, signedAt, now - skewMs)
      ahead.latest = Math.max(ahead.latest, signedAt)
    }
  }

  /** `signerNow` is the time where it was signed, as far as known. One that is far behind need not wait: it is refused anyway. */
  async #untilSecondAfter(time: number, signerNow: number): Promise<void> {
    const next = (Math.floor(time / secondMs) + 1) * secondMs
    const milliseconds = next + slackMs - signerNow
    if (milliseconds > 0 && milliseconds <= longestWaitMs) await this.#wait(milliseconds)
  }

  /** False if it was heard before. Throws `ThrottlingException` where a key has changed too much. */
  #remember(keyId: string, signature: string, signedAt: number, now: number): boolean {
    let held = 0
    for (const [minute, keys] of this.#seen) {
      if ((minute + 1) * bucketMs + skewMs < now) this.#seen.delete(minute)
      else held += keys.get(keyId)?.size ?? 0
    }
    const minute = Math.floor(signedAt / bucketMs)
    const keys = this.#seen.get(minute) ?? new Map<string, Set<string>>()
    const signatures = keys.get(keyId) ?? new Set<string>()
    if (signatures.has(signature)) return false
    if (held >= mostOfOneKey) {
      const sentence = 'Too many changes with this access key in the last minutes. Wait a moment.'
      throw new ApiException('ThrottlingException', sentence)
    }
    this.#seen.set(minute, keys.set(keyId, signatures.add(signature)))
    return true
  }
}
