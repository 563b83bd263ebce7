import type { AdministrationMemory } from '#src/domain/administration/store.ts'
import { type Signed, skewMs } from './authenticate.ts'
import { ApiException } from './exceptions.ts'

const mostOfOneKey = 20_000
const bucketMs = 60_000

/**
 * Signatures of requests that changed something, for as long as their time is accepted. Two equal requests
 * in one second have equal signatures (botocore signs nothing random), so a repeated one is answered with an
 * exception that clients try again, signed anew; who merely copied it never gets through. Signatures are forgotten
 * with the process, so that what was signed before its start is refused in the same way: by our clock, and where
 * that of a key's owner is ahead, by the latest time it signed for, which is on disk before the request is heard.
 */
export class Replays {
  readonly #startedAt: number
  readonly #memory: AdministrationMemory
  /** By the minute they were signed in, then by access key. */
  readonly #seen = new Map<number, Map<string, Set<string>>>()
  /** What the memory holds of each access key, and what it held at the start. */
  readonly #ahead = new Map<string, { atStart: number; latest: number }>()

  constructor(startedAt: number, memory: AdministrationMemory) {
    this.#startedAt = startedAt
    this.#memory = memory
  }

  /** Throws `ThrottlingException` for a signature that was, or may have been, heard before. */
  async refuse({ keyId, signature, signedAt }: Signed, now: number): Promise<void> {
    let ahead = this.#ahead.get(keyId)
    if (ahead === undefined) {
      const atStart = await this.#memory.signedAhead(keyId)
      ahead = this.#ahead.get(keyId) ?? { atStart, latest: atStart }
      this.#ahead.set(keyId, ahead)
    }
    if (signedAt <= Math.max(this.#startedAt, ahead.atStart)) {
      throw new ApiException(
        'ThrottlingException',
        'This request was signed before the service started. Sign it anew; if that does not help, your clock is late.',
      )
    }
    this.#remember(keyId, signature, signedAt, now)
    if (signedAt > now && signedAt > ahead.latest) {
      await this.#memory.noteSignedAhead(keyId, signedAt, now - skewMs)
      ahead.latest = Math.max(ahead.latest, signedAt)
    }
  }

  #remember(keyId: string, signature: string, signedAt: number, now: number): void {
    let held = 0
    for (const [minute, keys] of this.#seen) {
      if ((minute + 1) * bucketMs + skewMs < now) this.#seen.delete(minute)
      else held += keys.get(keyId)?.size ?? 0
    }
    const minute = Math.floor(signedAt / bucketMs)
    const keys = this.#seen.get(minute) ?? new Map<string, Set<string>>()
    const signatures = keys.get(keyId) ?? new Set<string>()
    if (signatures.has(signature)) {
      throw new ApiException(
        'ThrottlingException',
        'This very request was received before. Sign it anew, in another second.',
      )
    }
    if (held >= mostOfOneKey) {
      const sentence = 'Too many changes with this access key in the last minutes. Wait a moment.'
      throw new ApiException('ThrottlingException', sentence)
    }
    this.#seen.set(minute, keys.set(keyId, signatures.add(signature)))
  }
}
