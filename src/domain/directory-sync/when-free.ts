import { setTimeout as pause } from 'node:timers/promises'
import { Refusal } from '../refusal.ts'

const WAIT_MS = 60_000
const LOOK_AGAIN_MS = 250

/**
 * A run that somebody asks for, once the one that began by itself has ended: it waits up to a minute, and then rejects with the
 * refusal `try-later` that it got.
 */
export async function whenFree<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (const until = Date.now() + WAIT_MS; ; await pause(LOOK_AGAIN_MS, undefined, { signal })) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof Refusal) || error.reason !== 'try-later' || Date.now() > until) throw error
    }
  }
}
