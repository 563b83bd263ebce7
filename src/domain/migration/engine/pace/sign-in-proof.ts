import { untilAborted } from '#src/base/until-aborted.ts'
import type { Clock } from './clock.ts'

/** An answer proves for so long that they are taken: whoever begins after a quiet time goes alone again. */
const PROOF_MS = 60_000

/** Who is refused hears it sooner: a call that is under way for longer was let in, and may be a large one. */
const HEARD_MS = 10_000

/**
 * Whether a server takes the name and the password that we have for it. Until a call was answered one goes alone and the others
 * wait for it: each call is an attempt to sign in, and after some that fail an account is locked (ten in Active Directory).
 */
export class SignInProof {
  readonly #clock: Clock
  #provenAt: number | undefined
  #trying: PromiseWithResolvers<void> | undefined
  #refusals = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get #isProven(): boolean {
    return this.#provenAt !== undefined && this.#clock.now() - this.#provenAt < PROOF_MS
  }

  /** How often they were refused since they were taken last. */
  get refusals(): number {
    return this.#refusals
  }

  /** Waits while another call tries them; gives how to say that the own one has ended. Rejects with the signal's reason. */
  async turn(signal: AbortSignal): Promise<() => void> {
    while (!this.#isProven && this.#trying !== undefined) await untilAborted(this.#trying.promise, signal)
    if (this.#isProven) return () => undefined
    const trying = Promise.withResolvers<void>()
    this.#trying = trying
    const heard = setTimeout(() => {
      if (this.#trying === trying) this.#prove()
    }, HEARD_MS).unref()
    return () => {
      clearTimeout(heard)
      if (this.#trying === trying) this.#endTrial()
    }
  }

  taken(): void {
    this.#refusals = 0
    this.#prove()
  }

  #prove(): void {
    this.#provenAt = this.#clock.now()
    this.#endTrial()
  }

  /** Nobody waits for it any more, also while its call goes on: once the proof is too old, another one tries. */
  #endTrial(): void {
    this.#trying?.resolve()
    this.#trying = undefined
  }

  /** Calls that were under way when the first of them was refused are the same refusal. */
  refused(): void {
    if (this.#provenAt !== undefined || this.#trying !== undefined) this.#refusals++
    this.#provenAt = undefined
  }

  /** There are others from now on. */
  forget(): void {
    this.#provenAt = undefined
    this.#refusals = 0
  }
}
