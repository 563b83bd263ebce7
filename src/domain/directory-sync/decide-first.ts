import { isDeepStrictEqual } from 'node:util'
import { Breath } from '#src/base/breath.ts'
import type { OrganizationId } from '#src/base/ids.ts'
import { type Circumstances, ObjectDecisions, type Verdict } from './decide-object.ts'
import type { Difference, DifferenceDeps } from './difference.ts'
import type { NewStaged, StagedObject } from './store.ts'
import { Tally } from './tally.ts'

/** Looked up at once: more would hold up everybody else. */
const PAGE = 100

/**
 * Decides about a first reading while it comes in: nobody is there who would go or change, so that nothing that is read later
 * decides about what was read before, as long as no two ask for the same address.
 */
export class FirstDecisions {
  readonly #at: Circumstances
  readonly #objects: ObjectDecisions
  readonly #tally = new Tally()
  readonly #breath = new Breath()
  #decided = 0

  constructor(
    { store, now }: Pick<DifferenceDeps, 'store' | 'now'>,
    organization: OrganizationId,
    circumstances: Circumstances,
  ) {
    this.#at = circumstances
    this.#objects = new ObjectDecisions(store, organization, circumstances, this.#tally.departures, now())
  }

  /** The same objects with what becomes of them. */
  async of(objects: readonly NewStaged[]): Promise<readonly NewStaged[]> {
    const decided: NewStaged[] = []
    for (let from = 0; from < objects.length; from += PAGE) {
      await this.#breath.taken()
      const page = objects.slice(from, from + PAGE)
      await this.#objects.lookUpComing(page.map(undecided))
      for (const each of page) decided.push({ ...each, verdict: await this.#decide(each) })
    }
    return decided
  }

  async #decide(object: NewStaged): Promise<Verdict> {
    await this.#breath.taken()
    this.#decided++
    const verdict = await this.#objects.of(undecided(object))
    this.#tally.add(object, verdict)
    return verdict
  }

  /**
   * What it came to; undefined when all of it has to be decided anew, because something moved meanwhile. `brought`: how many
   * objects were read; more decisions than that tell that one came twice, or went again. So it has where two want one address.
   */
  difference(circumstances: Circumstances, brought: number): Difference | undefined {
    if (this.#decided !== brought || !isDeepStrictEqual(circumstances, this.#at)) return undefined
    if (!this.#objects.hold) return undefined
    // Nothing holds a first run up, so that nobody asks whether it is still the same.
    return { ...this.#tally.found, digest: '' }
  }
}

const undecided = (object: NewStaged): StagedObject => ({
  ...object,
  digest: '',
  decision: null,
  step: null,
  entry: null,
  note: null,
})
