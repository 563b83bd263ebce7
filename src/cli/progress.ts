import { visibleText } from '#src/platform/log/visible-text.ts'
import type { Io } from './io.ts'

export type Seen = { what: string; done: number; total: number }

const quietMs = 2_000
const plainEveryMs = 5_000
const barCells = 24

/**
 * How far something long is, on stderr: nothing in the first two seconds, then a bar with rate and time left
 * that is drawn over itself on a terminal, and a plain line every five seconds elsewhere, where it has moved on.
 */
export class Progress {
  readonly #io: Io
  readonly #beganAt: number
  readonly #now: () => number
  #plainAt = 0
  #plain = ''
  #drawn = false
  #phase = { what: '', since: 0, from: 0 }

  constructor(io: Io, now: () => number = Date.now) {
    this.#io = io
    this.#now = now
    this.#beganAt = now()
  }

  show(seen: Seen): void {
    const now = this.#now()
    if (seen.what !== this.#phase.what) this.#phase = { what: seen.what, since: now, from: seen.done }
    if (now - this.#beganAt < quietMs || seen.what === '') return
    const line = formatProgress(seen, (now - this.#phase.since) / 1000, seen.done - this.#phase.from)
    if (this.#io.stderr.isTTY === true) {
      this.#io.stderr.write(`\r\x1b[2K${line.slice(0, (this.#io.stderr.columns ?? 80) - 1)}`)
      this.#drawn = true
    } else if (now - this.#plainAt >= plainEveryMs) {
      const where = `${seen.what} ${seen.done} ${seen.total}`
      if (where === this.#plain) return
      this.#plain = where
      this.#plainAt = now
      this.#io.stderr.write(`${line}\n`)
    }
  }

  /** Leaves the terminal clean. */
  end(): void {
    if (this.#drawn) this.#io.stderr.write('\r\x1b[2K')
    this.#drawn = false
  }
}

/** `Checking bodies [#####-----] 42 %  1,234 of 2,938  120/s  0:14 left`. */
export function formatProgress({ what, done, total }: Seen, seconds: number, doneSince: number): string {
  const rate = seconds > 0 ? doneSince / seconds : 0
  const parts = [visibleText(what)]
  if (total > 0) {
    const part = Math.min(1, done / total)
    const filled = Math.round(part * barCells)
    parts.push(`[${'#'.repeat(filled)}${'-'.repeat(barCells - filled)}] ${Math.floor(part * 100)} %`)
    parts.push(`${done.toLocaleString('en')} of ${total.toLocaleString('en')}`)
  } else {
    parts.push(done.toLocaleString('en'))
  }
  if (rate > 0) parts.push(`${rate >= 10 ? Math.round(rate).toLocaleString('en') : rate.toFixed(1)}/s`)
  if (rate > 0 && total > done) parts.push(`${formatSeconds((total - done) / rate)} left`)
  return parts.join('  ')
}

function formatSeconds(seconds: number): string {
  const whole = Math.ceil(seconds)
  const hours = Math.floor(whole / 3600)
  const minutes = Math.floor((whole % 3600) / 60)
  const rest = String(whole % 60).padStart(2, '0')
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`
}
