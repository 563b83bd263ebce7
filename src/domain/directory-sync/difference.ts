import { createHash } from 'node:crypto'
import { Breath } from '#src/base/breath.ts'
import type { OrganizationId } from '#src/base/ids.ts'
import type { Page } from '../mailbox/store.ts'
import type { Scope, Store } from '../store.ts'
import { type Circumstances, ObjectDecisions, STEP, type Verdict } from './decide-object.ts'
import type { Decision } from './decision.ts'
import type { Sums } from './guards.ts'
import type { ClassCounts } from './report.ts'
import type { SourceGuid } from './source.ts'
import type { StagedObject } from './store.ts'
import { Tally } from './tally.ts'

export type DifferenceDeps = {
  store: Pick<Store, 'directory' | 'directorySync' | 'transact'>
  now: () => number
}

export type Difference = {
  decisions: Readonly<Partial<Record<Decision, number>>>
  /** `dismissed`: who leaves because interoperability was turned off, which no guard asks about. */
  sums: Omit<Sums, 'before'> & { dismissed: ClassCounts }
  /** Who comes into the book, or again, and has a photo. */
  pictured: readonly SourceGuid[]
  alerts: readonly string[]
  /** How many rows are gone through to put it into place, where that is the first and where not. */
  steps: { first: number; later: number }
  /** Of every decision: the same difference has the same. */
  digest: string
}

const PAGE = 200

/** Decides about everything that a run has staged, and writes the decisions beside it. Changes nothing else. */
export async function decideAll(
  deps: DifferenceDeps,
  organization: OrganizationId,
  circumstances: Circumstances,
  progress: (done: number) => void,
  signal: AbortSignal,
): Promise<Difference> {
  return new Deciding(deps, organization, circumstances).all(progress, signal)
}

class Deciding {
  readonly #store: DifferenceDeps['store']
  readonly #organization: OrganizationId
  /** A run that did not come to its end is begun anew. */
  readonly #scope: Scope
  readonly #at: Circumstances
  readonly #tally = new Tally()
  readonly #objects: ObjectDecisions
  readonly #digest = createHash('sha256')
  readonly #breath = new Breath()

  constructor({ store, now }: DifferenceDeps, organization: OrganizationId, circumstances: Circumstances) {
    this.#store = store
    this.#organization = organization
    this.#scope = { organization, mayBeLost: true }
    this.#at = circumstances
    this.#objects = new ObjectDecisions(store, organization, circumstances, this.#tally.departures, now())
  }

  async all(progress: (done: number) => void, signal: AbortSignal): Promise<Difference> {
    await this.#lookAgain()
    await this.#enter(signal)
    // Those that go come first: what they had is free for the others, and may be taken over.
    let done = 0
    for (const only of ['without-object', 'with-object'] as const) {
      for (let after: SourceGuid | null = null; ; ) {
        signal.throwIfAborted()
        const page: Page<StagedObject, SourceGuid> = await this.#store.directorySync.listStaged(
          this.#organization,
          this.#at.run,
          { only, after, limit: PAGE },
        )
        await this.#decidePage(page.rows)
        done += page.rows.length
        progress(done)
        if (page.next === null) break
        after = page.next
      }
    }
    return { ...this.#tally.found, digest: this.#digest.digest('hex') }
  }

  /** What waits for a reason to go away, or for a second look, is decided anew although the reading did not bring it. */
  async #lookAgain(): Promise<void> {
    // With interoperability off everybody else has to leave.
    const others = this.#at.interoperability ? [] : (['imported'] as const)
    for (const state of ['held', 'quarantined', 'partial', 'local-partial', ...others] as const) {
      for (let after: SourceGuid | null = null; ; ) {
        const page = await this.#store.directorySync.listKnown(this.#organization, {
          state,
          after,
          limit: PAGE,
        })
        await this.#store.transact(this.#scope, async ({ directorySync }) => {
          for (const { guid } of page.rows)
            await directorySync.stageKnown(this.#organization, this.#at.run, guid, state === 'held')
        })
        if (page.next === null) break
        after = page.next
      }
    }
  }

  /** All who are there ask for their addresses; who loses one by that is decided anew too. */
  async #enter(signal: AbortSignal): Promise<void> {
    for (let after: SourceGuid | null = null; ; ) {
      signal.throwIfAborted()
      const page: Page<StagedObject, SourceGuid> = await this.#store.directorySync.listStaged(
        this.#organization,
        this.#at.run,
        { only: 'with-object', after, limit: PAGE },
      )
      await this.#breath.taken()
      await this.#objects.enter(page.rows)
      await this.#breath.taken()
      if (page.next === null) break
      after = page.next
    }
    const { losers } = this.#objects
    for (let from = 0; from < losers.length; from += PAGE) {
      await this.#store.transact(this.#scope, async ({ directorySync }) => {
        for (const guid of losers.slice(from, from + PAGE))
          await directorySync.stageKnown(this.#organization, this.#at.run, guid, false)
      })
    }
  }

  async #decidePage(rows: readonly StagedObject[]): Promise<void> {
    const verdicts: { guid: SourceGuid; verdict: Verdict }[] = []
    await this.#objects.lookUp(rows)
    for (const staged of rows) {
      await this.#breath.taken()
      const verdict = await this.#objects.of(staged)
      verdicts.push({ guid: staged.guid, verdict })
      this.#count(staged, verdict)
    }
    if (verdicts.length === 0) return
    await this.#store.transact(this.#scope, async ({ directorySync }) => {
      for (const { guid, verdict } of verdicts) {
        await this.#breath.taken()
        await directorySync.decide(this.#organization, this.#at.run, guid, verdict)
        const replaced = verdict.note?.replaces
        if (replaced !== undefined)
          await directorySync.decide(this.#organization, this.#at.run, replaced, {
            decision: 'note',
            step: STEP.write,
            entry: null,
            note: verdict.note,
          })
      }
    })
  }

  #count(staged: StagedObject, verdict: Verdict): void {
    const { guid, digest } = staged
    const { decision, entry, note } = verdict
    this.#digest.update(JSON.stringify([guid, digest, decision, entry, note]))
    this.#tally.add(staged, verdict)
  }
}
