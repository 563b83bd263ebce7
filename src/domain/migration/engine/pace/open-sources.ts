import type { OrganizationId } from '#src/base/ids.ts'
import type { Store } from '../../../store.ts'
import type { MailboxSource } from '../../source.ts'
import type { Project, ProjectId, SourceConfig, SourceLogin } from '../project/project.ts'
import { lookAgainAt, SourceBudget } from './budget.ts'
import type { Clock } from './clock.ts'
import { RestingSources } from './resting-sources.ts'
import { WireTally } from './wire-tally.ts'

export type OpenSourcesDeps = {
  store: Pick<Store, 'migration'>
  clock: Clock
  /** Opens a configured source. Throws `SourceFailure`, refuses `invalid-configuration`. */
  openSource: (organization: OrganizationId, login: SourceLogin) => Promise<MailboxSource>
}

export type OpenedSource = {
  changedAt: number
  url: string
  source: MailboxSource
  budget: SourceBudget
  /** Absent: nobody counts what it carries. */
  tally: WireTally | undefined
  usedAt: number
}

/** A source that nobody has used for so long lets go of its connections and folders. */
const IDLE_MS = 5 * 60_000

/**
 * Sources of projects as they are configured now, each with the budget of its account at its server; what is not used is closed.
 * A server counts and refuses by account: one that it refuses is no trouble of the others, least of all of another organisation's.
 */
export class OpenSources {
  readonly #deps: OpenSourcesDeps
  readonly resting = new RestingSources()
  readonly #opened = new Map<string, OpenedSource>()
  /** When the configuration was made that each was opened with last. */
  readonly #changedAt = new Map<string, number>()
  readonly #opening = new Map<string, Promise<OpenedSource>>()
  /** Of an older configuration, still read from by what began with it. */
  readonly #outdated: { key: string; source: MailboxSource }[] = []
  /** By account, with the projects of the sources that ask with it. */
  readonly #budgets = new Map<string, { budget: SourceBudget; sources: Map<string, ProjectId> }>()

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
    this.resting.opened(key)
    return opened
  }

  /** Lets go of what is somewhere else by now, so that nobody is told of a server that is asked no more. */
  noteConfigs(project: Pick<Project, 'organization' | 'id'>, configs: readonly SourceConfig[]): void {
    for (const { id, url, changedAt } of configs) {
      const key = sourceKey(project, id)
      this.resting.noteConfig(key, changedAt)
      const known = this.#opened.get(key)
      if (known === undefined || known.url === url || this.#opening.has(key)) continue
      this.#opened.delete(key)
      this.#outdated.push({ key, source: known.source })
      for (const [account, { sources }] of this.#budgets)
        if (sources.delete(key) && sources.size === 0) this.#budgets.delete(account)
    }
  }

  setCaps(project: Project): void {
    for (const [source, cap] of Object.entries(project.settings.caps))
      this.#opened.get(sourceKey(project, source))?.budget.setCap(cap)
  }

  /** Each budget with the projects that share it. */
  budgets(): { budget: SourceBudget; projects: ProjectId[] }[] {
    for (const { source, budget } of this.#opened.values()) budget.noteExpiries(source.expiries?.() ?? [])
    return [...this.#budgets.values()].map(({ budget, sources }) => ({
      budget,
      projects: [...new Set(sources.values())],
    }))
  }

  /** How long until the first of what is left alone is tried again: sources that could not be opened, servers in trouble. Milliseconds. */
  nextMs(now: number): number {
    const ends = [...this.#budgets.values()].flatMap(({ budget: { trouble } }) =>
      trouble !== undefined && trouble.until > now ? [lookAgainAt(trouble, now) - now] : [],
    )
    return Math.min(this.resting.nextMs(now), ...ends)
  }

  /** That of the account which this source asks with, a new one where nobody has asked with it. */
  budgetOf(organization: OrganizationId, config: SourceConfig, source: MailboxSource): SourceBudget {
    const known = this.#budgets.get(accountKey(organization, config, source))
    return known?.budget ?? new SourceBudget(source.server, source.connections, this.#deps.clock)
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
    const budget = this.budgetOf(project.organization, login.config, source)
    // Also where nothing is open with the old ones any more.
    const { changedAt } = login.config
    if ((this.#changedAt.get(key) ?? changedAt) !== changedAt) budget.signsInAnew()
    this.#changedAt.set(key, changedAt)
    this.#noteBudget(accountKey(project.organization, login.config, source), budget, key, project.id)
    budget.setCap(project.settings.caps[id] ?? {})
    const tally = source.carried && new WireTally(() => source.carried!())
    const opened = { changedAt, url: login.config.url, source, budget, tally, usedAt: clock.now() }
    this.#opened.set(key, opened)
    if (known !== undefined) this.#outdated.push({ key, source: known.source })
    return opened
  }

  /** What a source asks with now; the account that it asked with before is forgotten where nobody else does. */
  #noteBudget(account: string, budget: SourceBudget, key: string, project: ProjectId): void {
    for (const [each, { sources }] of this.#budgets)
      if (each !== account && sources.delete(key) && sources.size === 0) this.#budgets.delete(each)
    const { sources } = this.#budgets.get(account) ?? { sources: new Map<string, ProjectId>() }
    this.#budgets.set(account, { budget, sources: sources.set(key, project) })
  }
}

/** Names a source of a project among those of all organisations. */
export const sourceKey = (
  { organization, id }: Pick<Project, 'organization' | 'id'>,
  source: string,
): string => `${organization}/${id}/${source}`

const accountKey = (
  organization: OrganizationId,
  { user }: Pick<SourceConfig, 'user'>,
  { server }: Pick<MailboxSource, 'server'>,
): string => JSON.stringify([organization, server, user])

const closed = async (sources: readonly MailboxSource[]): Promise<void> => {
  for (const source of sources) await source.close().catch(() => undefined)
}
