import { setTimeout as pause } from 'node:timers/promises'
import type { ScanFailure } from '#src/domain/scanning/scanner.ts'

/** The scanner could not be asked, or gave no usable answer. Only what is `unavailable` is tried again. */
export class ScanTrouble extends Error {
  override readonly name = 'ScanTrouble'
  readonly failure: ScanFailure
  /** The connection broke while the message was on its way. */
  readonly midway: boolean

  constructor(failure: ScanFailure, message: string, options: { cause?: unknown; midway?: boolean } = {}) {
    super(message, options)
    this.failure = failure
    this.midway = options.midway === true
  }
}

/** How long and how often a scanner is asked about one message. */
export type ScanLimits = {
  /** Larger messages are not sent to it. */
  maxBytes: number
  /** For one attempt, connecting and reading the answer included. */
  attemptMs: number
  attempts: number
}

type NoVerdict = { word: 'PROCESSING_FAILED'; failure: ScanFailure; reason: string }

const PAUSE_MS = 200

/**
 * Asks up to `limits.attempts` times. Trouble becomes the verdict PROCESSING_FAILED; other errors are ours or the message's and
 * pass. Who breaks off in the middle each time and then still `isThere` cannot read the message: its words about that may be lost
 * with the connection.
 */
export async function askScanner<T>(
  name: string,
  limits: ScanLimits,
  sizeBytes: number,
  ask: (signal: AbortSignal) => Promise<T>,
  isThere: () => Promise<boolean> = async () => false,
): Promise<T | NoVerdict> {
  if (sizeBytes > limits.maxBytes)
    return {
      word: 'PROCESSING_FAILED',
      failure: 'too-large',
      reason: `${sizeBytes} octets are more than ${limits.maxBytes}`,
    }
  let midway = true
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask(AbortSignal.timeout(limits.attemptMs))
    } catch (error) {
      if (!(error instanceof ScanTrouble)) throw error
      midway &&= error.midway
      if (error.failure === 'unavailable' && attempt < limits.attempts) await pause(PAUSE_MS * attempt)
      else {
        const failure = midway && (await isThere()) ? 'unreadable' : error.failure
        return { word: 'PROCESSING_FAILED', failure, reason: `${name}: ${error.message}` }
      }
    }
  }
}
