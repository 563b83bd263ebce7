import type { ProjectId } from '../project/project.ts'
import type { LiveRate } from './live.ts'
import { type Done, RateWindow } from './rate-window.ts'

/** A pass that runs, and what it did so far. */
type RunningPass = { project: ProjectId; batch: number; done: Done | undefined }
type Pace = { project: ProjectId; batch: number; ended: Done; window: RateWindow }

/** How fast batches go on: what runs of them and what has ended since something of them runs, all together. */
export class BatchPaces {
  readonly #paces = new Map<string, Pace>()

  begin({ project, batch }: Omit<RunningPass, 'done'>): void {
    const key = keyOf(project, batch)
    if (this.#paces.has(key)) return
    this.#paces.set(key, { project, batch, ended: { items: 0, bytes: 0 }, window: new RateWindow() })
  }

  end({ project, batch, done }: RunningPass): void {
    add(this.#paces.get(keyOf(project, batch))?.ended, done)
  }

  /** Of each batch of which something runs; the others are forgotten. */
  rates(now: number, running: readonly RunningPass[]): LiveRate[] {
    const rates: LiveRate[] = []
    for (const [key, { project, batch, ended, window }] of this.#paces) {
      const passes = running.filter((each) => each.project === project && each.batch === batch)
      if (passes.length === 0) {
        this.#paces.delete(key)
        continue
      }
      const sum = { ...ended }
      for (const { done } of passes) add(sum, done)
      window.note(now, sum)
      const rate = window.rate(now, sum)
      if (rate !== null) rates.push({ project, batch, rate })
    }
    return rates
  }
}

const keyOf = (project: ProjectId, batch: number): string => `${project}/${batch}`

function add(to: Done | undefined, more: Done | undefined): void {
  if (to === undefined || more === undefined) return
  to.items += more.items
  to.bytes += more.bytes
}
