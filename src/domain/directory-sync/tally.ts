import type { Verdict } from './decide-object.ts'
import type { Decision, ObjectClass } from './decision.ts'
import { Departures } from './departures.ts'
import type { Sums } from './guards.ts'
import { noCounts } from './report.ts'
import type { SourceGuid } from './source.ts'

/** How many of each decision a run has come to, and what the guards judge. */
export class Tally {
  readonly departures = new Departures()
  readonly #decisions: Partial<Record<Decision, number>> = {}
  readonly #created: Record<ObjectClass, number> = { ...noCounts }
  #readdressed = 0

  add(guid: SourceGuid, { decision, counts, note }: Verdict): void {
    if (decision === null) return
    this.#decisions[decision] = (this.#decisions[decision] ?? 0) + 1
    if (counts?.created) this.#created[counts.created]++
    if (counts?.deleted) this.departures.add(guid, counts.deleted)
    if (counts?.readdressed) this.#readdressed++
    if (note?.replaces === undefined) return
    this.departures.takeOver(note.replaces)
    this.#decisions.delete = (this.#decisions.delete ?? 1) - 1
    if (this.#decisions.delete === 0) delete this.#decisions.delete
  }

  get decisions(): Readonly<Partial<Record<Decision, number>>> {
    return this.#decisions
  }

  get sums(): Omit<Sums, 'before'> {
    return { created: this.#created, deleted: this.departures.counts, readdressed: this.#readdressed }
  }
}
