import { setTimeout as pause } from 'node:timers/promises'

/** Time as the engine lives it; tests have one of their own. */
export type Clock = {
  /** Epoch milliseconds. */
  now(): number
  /** Rejects with the signal's reason. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
}

/** Node's timers take no more than this. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

export const systemClock: Clock = {
  now: Date.now,
  async sleep(ms, signal) {
    signal.throwIfAborted()
    try {
      await pause(Math.min(Math.max(0, ms), LONGEST_TIMER_MS), undefined, { signal })
    } catch (error) {
      signal.throwIfAborted()
      throw error
    }
  },
}
