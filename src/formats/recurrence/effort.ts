/**
 * What walks over a series may still cost, all of them together: a unit is about a moment, a day or a period looked at. Who has
 * none left takes the series to be over. Rules are written by strangers, and some name every second of ten thousand years.
 */
export type Effort = { left: number }

/** For all that is asked about a series at once: some tens of milliseconds, and 12,000 occurrences. */
const UNITS_OF_A_SERIES = 60_000

export const seriesEffort = (units = UNITS_OF_A_SERIES): Effort => ({ left: units })

/** For all series of a question together: a third of a second of a processor, however many there are. */
const UNITS_OF_A_QUESTION = 500_000
/** Which every series has: what real ones need, such as twice a day for the two years that Exchange shows at most. */
const LEAST_UNITS = 8_000

/** The effort of one question about many series: once it is used up, each gets little, so that those of a stranger hide no others. */
export class SharedEffort {
  #left = UNITS_OF_A_QUESTION
  #last: Effort & { given: number } = { left: 0, given: 0 }

  /** For the next series; the one before it is done. */
  next(): Effort {
    this.#left -= this.#last.given - Math.max(0, this.#last.left)
    const given = Math.max(LEAST_UNITS, Math.min(UNITS_OF_A_SERIES, this.#left))
    this.#last = { left: given, given }
    return this.#last
  }
}
