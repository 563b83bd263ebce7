import { Damaged } from '#src/domain/damaged.ts'
import type { Finding } from '#src/domain/maintenance/store.ts'
import { Refusal } from '#src/domain/refusal.ts'

const MOST_LISTED = 1_000

/** What a check has found: all counted, the first thousand kept. */
export class Findings {
  readonly listed: Finding[] = []
  count = 0
  /** Where the file, or what rows hold, is not what it may be, a look at it can fail in any way. */
  isBroken = false

  add(where: string, what: string, remedy: string): void {
    this.count++
    if (this.listed.length < MOST_LISTED) this.listed.push({ where, what, remedy })
  }
}

export const fromBackup = 'Restore it from a backup.'
/** Of a data key that is not what was wrapped under the key above it. */
export const foreignKey = 'Its data key does not open: it was changed, or belongs to another mailbox or key.'
/** For numbers that can be told anew from the rows they count. */
export const tellUs =
  'Nothing is lost, but this should never be: keep a copy of the data folder and report it.'

/** What of a failure a finding says, whose remedy stands beside it. */
export const whatOf = (error: Error): string => (error instanceof Damaged ? error.what : error.message)

/** Opens something sealed; undefined when that is a finding. */
export function tryOpen<T>(findings: Findings, where: string, open: () => T): T | undefined {
  try {
    return open()
  } catch (error) {
    // Octets whose tag verifies and whose text does not parse are damage as well.
    if (!(error instanceof SyntaxError) && !(error instanceof Refusal && error.reason === 'damaged'))
      throw error
    findings.add(where, whatOf(error), fromBackup)
    return undefined
  }
}
