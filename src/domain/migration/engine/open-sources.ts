import type { OrganizationId } from '#src/base/ids.ts'
import type { Store } from '../../store.ts'
import type { MailboxSource } from '../source.ts'
import { SourceBudget } from './budget.ts'
import type { Clock } from './clock.ts'
import type { Project, ProjectId, SourceLogin } from './project.ts'

export type OpenSourcesDeps = {
  store: Pick<Store, 'migration'>
  clock: Clock
  /** Opens a configured source. Throws `SourceFailure`, refuses `invalid-configuration`. */
  openSource: (organization: OrganizationId, login: SourceLogin) => Promise<MailboxSource>
}

export type OpenedSource = {
  changedAt: number
  source: MailboxSource
  budget: SourceBudget
  usedAt: number
}

/** A source that nobody has used for so long lets go of its connections and folders. */
const IDLE_MS = 5 * 60_000

/** Sources of projects as they are configured now, each with the budget of its server; what is not used is closed. */
export class OpenSources {
  readonly #deps: OpenSourcesDeps
  readonly #opened = new Map<string, OpenedSource>()
  /** When the configuration was made that each was opened with last. */
  readonly #changedAt = new Map<string, number>()
  readonly #opening = new Map<string, Promise<OpenedSource>>()
  /** Of an older configuration, still read from by what began with it. */
  readonly #outdated: { key: string; source: MailboxSource }[] = []
  readonly #projects = new Map<string, Set<ProjectId>>()
  readonly budgets = new Map<string, SourceBudget>()

  constructor(deps: OpenSourcesDeps) {
    this.#deps = deps
  }

  /** Throws `SourceFailure`, refuses `invalid-configuration`. */
  async open(project: Project, source: string): Promise<OpenedSource> {
    const key = sourceKey(project, source)
    const under =
      this.#opening.get(key) ?? this.#openAnew(project, source, key).finally(() => this.#opening.delete(key))
    this.#opening.set(key, under)
    const opened = await under
    opened.usedAt = this.#deps.clock.now()
    return opened
  }

  setCaps(project: Project): void {
    for (const [source, cap] of Object.entries(project.settings.caps))
      this.#opened.get(sourceKey(project, source))?.budget.setCap(cap)
  }

  /** Projects that share the budget of a server. */
  projectsOf(server: string): ProjectId[] {
    return [...(this.#projects.get(server) ?? [])]
  }

  /** Closes what nobody has used for a while, and what is configured otherwise since; `inUse`: keys that are read from now. */
  async closeIdle(inUse: ReadonlySet<string>): Promise<void> {
    const now = this.#deps.clock.now()
    for (const [key, opened] of this.#opened) {
      if (inUse.has(key)) opened.usedAt = now
      else if (now - opened.usedAt >= IDLE_MS && !this.#opening.has(key)) {
        this.#opened.delete(key)
        this.#outdated.push({ key, source: opened.source })
      }
    }
    const free = this.#outdated.filter(({ key }) => !inUse.has(key))
    for (const each of free) this.#outdated.splice(this.#outdated.indexOf(each), 1)
    await closed(free.map(({ source }) => source))
  }

  async closeAll(): Promise<void> {
    const all = [...this.#opened.values(), ...this.#outdated].map(({ source }) => source)
    this.#opened.clear()
    this.#outdated.length = 0
    await closed(all)
  }

  async #openAnew(project: Project, id: string, key: string): Promise<OpenedSource> {
    const { store, openSource, clock } = this.#deps
    const login = await store.migration.getSourceLogin(project.organization, project.id, id)
    const known = this.#opened.get(key)
    if (known?.changedAt === login.config.changedAt) return known
    const source = await openSource(project.organization, login)
    const budget =
      this.budgets.get(source.server) ?? new SourceBudget(source.server, source.connections, clock)
    // Other credentials: what the server said of the old ones does not count, though nothing may be open with them any more.
    const { changedAt } = login.config
    if ((this.#changedAt.get(key) ?? changedAt) !== changedAt) budget.well()
    this.#changedAt.set(key, changedAt)
    this.budgets.set(source.server, budget)
    this.#projects.set(
      source.server,
      (this.#projects.get(source.server) ?? new Set<ProjectId>()).add(project.id),
    )
    budget.setCap(project.settings.caps[id] ?? {})
    const opened = { changedAt, source, budget, usedAt: clock.now() }
    this.#opened.set(key, opened)
    if (known !== undefined) this.#outdated.push({ key, source: known.source })
    return opened
  }
}

/** Names a source of a project among those of all organisations. */
export const sourceKey = (
  { organization, id }: Pick<Project, 'organization' | 'id'>,
  source: string,
): string => `${organization}/${id}/${source}`

const closed = async (sources: readonly MailboxSource[]): Promise<void> => {
  for (const source of sources) await source.close().catch(() => undefined)
}
