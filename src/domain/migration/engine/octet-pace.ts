/** What may be read at once after a quiet time, in milliseconds of the rate. */
export const BURST_MS = 1_000

/** Octets a second, as a token bucket that whoever reads shares; a rate that is changed holds from the next call on. */
export class OctetPace {
  #bytesPerSecond: number | undefined
  #readyAt = 0

  set(bytesPerSecond: number | undefined): void {
    this.#bytesPerSecond = bytesPerSecond
  }

  get isLimited(): boolean {
    return this.#bytesPerSecond !== undefined
  }

  /** When more may be read, epoch milliseconds. */
  get readyAt(): number {
    return this.#bytesPerSecond === undefined ? 0 : this.#readyAt
  }

  /** So much was read at that moment. */
  spend(bytes: number, now: number): void {
    if (this.#bytesPerSecond === undefined) return
    this.#readyAt = Math.max(now - BURST_MS, this.#readyAt) + (bytes * 1_000) / this.#bytesPerSecond
  }
}
