/** What all who read may have asked for at once, in milliseconds of the rate. */
export const PAGE_MS = 1_000
/** Timers wake late: so much of a quiet time may be made up for, in milliseconds of the rate. */
export const SLACK_MS = 100

/** Somebody who waits for a turn: lower priorities first, then who came first. */
export type Waiting = {
  readonly priority: number
  /** Whether nothing but the pace stands in the way. */
  couldGo(): boolean
  /** It may be their turn. */
  look(): void
}

/** Octets that were asked for, and count as read from then on until it is known how many they are. */
export type Reserved = {
  spend(bytes: number, now: number): void
  /** Nothing more is read of it. */
  end(now: number): void
}

/**
 * Octets a second, as a bucket that whoever reads shares. What is asked for is paid before it is read, nothing is saved up, and it
 * begins with a page that is owed, as nobody knows what was read before: in any time no more is read than the rate allows, and a page.
 */
export class OctetPace {
  #bytesPerSecond: number | undefined
  /** Octets that were read beyond what the rate had allowed at `#at`; below 0: what may be read at once. */
  #owed = 0
  #at = 0
  #readers = 0
  /** Raised when it gets or loses its limit: what was reserved before is not given back. */
  #limits = 0
  readonly #waiting: Waiting[] = []

  /** Who waits by a rate that is not that rate any more waits no longer by the new one. */
  set(bytesPerSecond: number | undefined, now: number): void {
    const before = this.#bytesPerSecond
    if (before === bytesPerSecond) return
    const waitMs = this.#behindMs(now)
    this.#bytesPerSecond = bytesPerSecond
    if (before === undefined || bytesPerSecond === undefined) this.#limits++
    if (bytesPerSecond !== undefined) {
      const ms = before === undefined ? PAGE_MS : Math.min(waitMs, (waitMs * before) / bytesPerSecond)
      this.#owed = (ms * bytesPerSecond) / 1_000
    }
    this.#at = now
    for (const each of [...this.#waiting]) each.look()
  }

  get isLimited(): boolean {
    return this.#bytesPerSecond !== undefined
  }

  /** Until more may be read, in milliseconds. */
  waitMs(now: number): number {
    return Math.max(0, this.#behindMs(now))
  }

  /** Octets that are still to be waited for. */
  owed(now: number): number {
    return (this.waitMs(now) * (this.#bytesPerSecond ?? 0)) / 1_000
  }

  /** So much was owed at that moment, before this process began. */
  owe(bytes: number, at: number, now: number): void {
    if (this.#bytesPerSecond === undefined) return
    const left = bytes - (Math.max(0, now - at) * this.#bytesPerSecond) / 1_000
    this.#owed = Math.max(left, this.owed(now))
    this.#at = now
  }

  /** Octets that one of those who read asks for at once. */
  get pageBytes(): number {
    if (this.#bytesPerSecond === undefined) return Number.POSITIVE_INFINITY
    return (this.#bytesPerSecond * PAGE_MS) / 1_000 / Math.max(1, this.#readers)
  }

  /** One more reads; gives how it ends. */
  begin(): () => void {
    this.#readers++
    let reads = true
    return () => {
      if (reads) this.#readers--
      reads = false
    }
  }

  /** Octets that were carried without anybody having asked for them: they are paid by who comes next. */
  spend(bytes: number, now: number): void {
    this.#spend(bytes, now)
  }

  reserve(bytes: number, now: number): Reserved {
    const limits = this.#limits
    let left = this.isLimited ? bytes : 0
    this.#spend(left, now)
    return {
      spend: (read, at) => {
        if (limits !== this.#limits) left = 0
        const paid = Math.min(read, left)
        left -= paid
        this.#spend(read - paid, at)
      },
      end: (at) => {
        if (left > 0 && limits === this.#limits) this.#spend(-left, at)
        left = 0
        this.#next()
      },
    }
  }

  join(waiting: Waiting): void {
    const behind = this.#waiting.findIndex(({ priority }) => priority > waiting.priority)
    this.#waiting.splice(behind < 0 ? this.#waiting.length : behind, 0, waiting)
  }

  part(waiting: Waiting): void {
    const at = this.#waiting.indexOf(waiting)
    if (at < 0) return
    this.#waiting.splice(at, 1)
    this.#next()
  }

  /** Whether it is the turn of this one, as far as the pace goes. */
  isTurnOf(waiting: Waiting, now: number): boolean {
    if (this.waitMs(now) > 0) return false
    for (const each of this.#waiting) {
      if (each === waiting) return true
      if (each.couldGo()) return false
    }
    return true
  }

  #next(): void {
    const next = this.#waiting.find((each) => each.couldGo())
    if (next !== undefined) queueMicrotask(() => next.look())
  }

  /** Below 0: so long it has been ready. */
  #behindMs(now: number): number {
    if (this.#bytesPerSecond === undefined) return 0
    // The machine's clock was put back.
    if (now < this.#at) this.#at = now
    return this.#at - now + (this.#owed * 1_000) / this.#bytesPerSecond
  }

  #spend(bytes: number, now: number): void {
    if (this.#bytesPerSecond === undefined) return
    this.#owed = (Math.max(-SLACK_MS, this.#behindMs(now)) * this.#bytesPerSecond) / 1_000 + bytes
    this.#at = now
  }
}
