import type { Verdict } from './decide-object.ts'
import type { Decision, ObjectClass } from './decision.ts'
import { Departures } from './departures.ts'
import type { Sums } from './guards.ts'
import { type ClassCounts, noCounts } from './report.ts'
import type { SourceGuid } from './source.ts'
import type { StagedObject } from './store.ts'

/** How many of each decision a run has come to, and what the guards judge. */
export class Tally {
  readonly departures = new Departures()
  /** Who comes into the book, or again, and has a photo. */
  readonly pictured: SourceGuid[] = []
  readonly #decisions: Partial<Record<Decision, number>> = {}
  readonly #created: Record<ObjectClass, number> = { ...noCounts }
  readonly #dismissed: Record<ObjectClass, number> = { ...noCounts }
  #readdressed = 0

  add({ guid, object }: Pick<StagedObject, 'guid' | 'object'>, { decision, counts, note }: Verdict): void {
    if (decision === null) return
    if ((decision === 'create' || decision === 'return') && object?.hasPhoto) this.pictured.push(guid)
    this.#decisions[decision] = (this.#decisions[decision] ?? 0) + 1
    if (counts?.created) this.#created[counts.created]++
    if (counts?.deleted) this.departures.add(guid, counts.deleted)
    if (counts?.dismissed) this.#dismissed[counts.dismissed]++
    if (counts?.readdressed) this.#readdressed++
    if (note?.replaces === undefined) return
    this.departures.takeOver(note.replaces)
    this.#decisions.delete = (this.#decisions.delete ?? 1) - 1
    if (this.#decisions.delete === 0) delete this.#decisions.delete
  }

  get decisions(): Readonly<Partial<Record<Decision, number>>> {
    return this.#decisions
  }

  get sums(): Omit<Sums, 'before'> & { dismissed: ClassCounts } {
    return {
      ...{ created: this.#created, deleted: this.departures.counts },
      ...{ dismissed: this.#dismissed, readdressed: this.#readdressed },
    }
  }
}
