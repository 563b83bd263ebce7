/** What may be read at once after a quiet time, in milliseconds of the rate. */
export const BURST_MS = 1_000

/** Octets a second, as a token bucket that whoever reads shares; what was read before a rate was changed counts by the new one. */
export class OctetPace {
  #bytesPerSecond: number | undefined
  /** Octets that were read beyond what the rate had allowed at `#at`; below 0: what may be read at once. */
  #owed = 0
  #at = 0

  set(bytesPerSecond: number | undefined): void {
    this.#bytesPerSecond = bytesPerSecond
    if (bytesPerSecond === undefined) this.#owed = 0
  }

  get isLimited(): boolean {
    return this.#bytesPerSecond !== undefined
  }

  /** When more may be read, epoch milliseconds. */
  get readyAt(): number {
    return this.#bytesPerSecond === undefined ? 0 : this.#at + (this.#owed * 1_000) / this.#bytesPerSecond
  }

  /** So much was read at that moment. */
  spend(bytes: number, now: number): void {
    if (this.#bytesPerSecond === undefined) return
    const allowedMs = Math.max(now - BURST_MS, this.readyAt) - now
    this.#owed = (allowedMs * this.#bytesPerSecond) / 1_000 + bytes
    this.#at = now
  }
}
