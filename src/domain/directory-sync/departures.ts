import type { ObjectClass } from './decision.ts'
import { type ClassCounts, noCounts } from './report.ts'
import type { SourceGuid } from './source.ts'

/** Who goes with a run, and whose place somebody else takes. */
export class Departures {
  readonly #going = new Map<SourceGuid, ObjectClass>()
  readonly #takenOver = new Set<SourceGuid>()

  add(guid: SourceGuid, name: ObjectClass): void {
    this.#going.set(guid, name)
  }

  /** Its entry stays, as that of another object. */
  takeOver(guid: SourceGuid): void {
    this.#going.delete(guid)
    this.#takenOver.add(guid)
  }

  /** Whether it goes, and nobody took its place yet. */
  has(guid: SourceGuid): boolean {
    return this.#going.has(guid)
  }

  /** Whether what it had is free. */
  frees(guid: SourceGuid): boolean {
    return this.#going.has(guid) || this.#takenOver.has(guid)
  }

  /** Nobody goes. */
  get isEmpty(): boolean {
    return this.#going.size === 0
  }

  get counts(): ClassCounts {
    const counts = { ...noCounts }
    for (const name of this.#going.values()) counts[name]++
    return counts
  }
}
