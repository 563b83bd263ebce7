import type { Store } from '../../../store.ts'
import type { Clock } from '../pace/clock.ts'
import { OctetPace } from '../pace/octet-pace.ts'
import { sourceKey } from '../pace/open-sources.ts'
import type { Project } from '../project/project.ts'

/** What is still to be waited for is written down from here on: a start waits for less anyway. */
const KEPT_MS = 5_000

/** Octets a second of each project over all its sources. What one large item owes is waited for after a restart too. */
export class ProjectPaces {
  readonly #paces = new Map<string, OctetPace>()
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  of(project: Project): OctetPace {
    const key = sourceKey(project, '')
    const known = this.#paces.get(key)
    if (known !== undefined) return known
    const pace = new OctetPace()
    const now = this.#clock.now()
    pace.set(project.settings.bytesPerSecond, now)
    if (project.owed !== undefined) pace.owe(project.owed.bytes, project.owed.at, now)
    this.#paces.set(key, pace)
    return pace
  }

  /** As the project is by now. */
  async note(store: Store, project: Project): Promise<void> {
    const pace = this.of(project)
    const { bytesPerSecond } = project.settings
    const now = this.#clock.now()
    pace.set(bytesPerSecond, now)
    if (bytesPerSecond === undefined) return
    const { owed } = project
    const keptMs = owed === undefined ? 0 : Math.max(0, owed.at + (owed.bytes * 1_000) / bytesPerSecond - now)
    if (Math.abs(pace.waitMs(now) - keptMs) <= KEPT_MS) return
    const { organization, id } = project
    await store.transact({ organization }, async ({ migration }) => {
      const present = await migration.getProject(organization, id)
      await migration.putProject({ ...present, owed: { bytes: Math.ceil(pace.owed(now)), at: now } })
    })
  }
}
