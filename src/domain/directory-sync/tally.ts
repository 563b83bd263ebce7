import { STEP, type Verdict } from './decide-object.ts'
import type { Decision, ObjectClass } from './decision.ts'
import { Departures } from './departures.ts'
import type { Sums } from './guards.ts'
import { type ClassCounts, noCounts } from './report.ts'
import type { SourceGuid } from './source.ts'
import type { StagedObject } from './store.ts'

/** More than these nobody reads. */
const MOST_ALERTS = 20

/** How many of each decision a run has come to, and what the guards judge. */
export class Tally {
  readonly departures = new Departures()
  /** Who comes into the book, or again, and has a photo. */
  readonly pictured: SourceGuid[] = []
  readonly alerts: string[] = []
  readonly #decisions: Partial<Record<Decision, number>> = {}
  readonly #created: Record<ObjectClass, number> = { ...noCounts }
  readonly #dismissed: Record<ObjectClass, number> = { ...noCounts }
  #readdressed = 0
  #rows = 0
  #releasing = 0
  #groups = 0

  add({ guid, object }: Pick<StagedObject, 'guid' | 'object'>, verdict: Verdict): void {
    const { decision, counts, note, alerts = [] } = verdict
    this.#rows++
    for (const alert of alerts) if (this.alerts.length < MOST_ALERTS) this.alerts.push(alert)
    if (object?.members) this.#groups++
    if (decision === null) return
    if (verdict.step === STEP.release) this.#releasing++
    if ((decision === 'create' || decision === 'return') && object?.hasPhoto) this.pictured.push(guid)
    this.#decisions[decision] = (this.#decisions[decision] ?? 0) + 1
    if (counts?.created) this.#created[counts.created]++
    if (counts?.deleted) this.departures.add(guid, counts.deleted)
    if (counts?.dismissed) this.#dismissed[counts.dismissed]++
    if (counts?.readdressed) this.#readdressed++
    if (note?.replaces === undefined) return
    this.departures.takeOver(note.replaces)
    this.#releasing--
    this.#decisions.delete = (this.#decisions.delete ?? 1) - 1
    if (this.#decisions.delete === 0) delete this.#decisions.delete
  }

  /** All of it, as a difference says it. */
  get found() {
    const { pictured, alerts } = this
    return { decisions: this.#decisions, sums: this.#sums, steps: this.#steps, pictured, alerts }
  }

  /** How many rows are gone through to put it into place: of a first run only groups are looked at twice. */
  get #steps(): { first: number; later: number } {
    const once = this.#releasing + this.#rows
    return { first: once + this.#groups, later: once + this.#rows }
  }

  get #sums(): Omit<Sums, 'before'> & { dismissed: ClassCounts } {
    return {
      ...{ created: this.#created, deleted: this.departures.counts },
      ...{ dismissed: this.#dismissed, readdressed: this.#readdressed },
    }
  }
}
