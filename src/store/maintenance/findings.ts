import type { Finding } from '#src/domain/maintenance/store.ts'
import { Refusal } from '#src/domain/refusal.ts'

const MOST_LISTED = 1_000

/** What a check has found: all counted, the first thousand kept. */
export class Findings {
  readonly listed: Finding[] = []
  count = 0

  add(where: string, what: string, remedy: string): void {
    this.count++
    if (this.listed.length < MOST_LISTED) this.listed.push({ where, what, remedy })
  }
}

export const fromBackup = 'Restore it from a backup.'
/** For numbers that can be told anew from the rows they count. */
export const tellUs =
  'Nothing is lost, but this should never be: keep a copy of the data folder and report it.'

/** Opens something sealed; undefined when that is a finding. */
export function tryOpen<T>(findings: Findings, where: string, open: () => T): T | undefined {
  try {
    return open()
  } catch (error) {
    // Octets whose tag verifies and whose text does not parse are damage as well.
    if (!(error instanceof SyntaxError) && !(error instanceof Refusal && error.reason === 'damaged'))
      throw error
    findings.add(where, error.message, fromBackup)
    return undefined
  }
}
