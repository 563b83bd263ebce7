/** What was done up to a moment. */
export type Done = { items: number; bytes: number }
export type Rate = { itemsPerSecond: number; bytesPerSecond: number }

/** As long as a rate looks back. */
const WINDOW_MS = 60_000
/** Moments that are kept of it. */
const EVERY_MS = 1_000

/** How fast something goes on: over the last minute, from what was done in all at moments within it. */
export class RateWindow {
  #seen: ({ at: number } & Done)[] = []

  note(at: number, { items, bytes }: Done): void {
    const last = this.#seen.at(-1)
    if (last !== undefined && at - last.at < EVERY_MS) return
    this.#seen.push({ at, items, bytes })
    // One from before the window is kept: the rate is of the whole of it.
    while (this.#seen.length > 2 && this.#seen[1]!.at <= at - WINDOW_MS) this.#seen.shift()
  }

  /** Null until it was looked at twice. */
  rate(at: number, now: Done): Rate | null {
    const first = this.#seen[0]
    if (first === undefined || at - first.at < EVERY_MS) return null
    const seconds = (at - first.at) / 1_000
    return {
      itemsPerSecond: Math.max(0, now.items - first.items) / seconds,
      bytesPerSecond: Math.max(0, now.bytes - first.bytes) / seconds,
    }
  }
}
