import type { OrganizationId } from '#src/base/ids.ts'
import {
  type AlertSettings,
  type KeptAlert,
  retryAt,
  settleAlerts,
  WEBHOOK,
} from '#src/domain/migration/alerts/alert.ts'
import {
  addMember,
  type BatchSums,
  expiriesOf,
  findAlerts,
  isWell,
  noSums,
} from '#src/domain/migration/alerts/find-alerts.ts'
import type { LiveMigration } from '#src/domain/migration/engine/progress/live.ts'
import type { Project, ProjectId } from '#src/domain/migration/engine/project/project.ts'
import { isCopying, isFlipped } from '#src/domain/migration/engine/project/state.ts'
import type { Expiry } from '#src/domain/migration/source.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { Store } from '#src/domain/store.ts'
import type { Job } from '#src/platform/scheduler/job.ts'

export type AlertDeps = {
  store: Store
  live: () => LiveMigration
  /** Resolves once the message is durable. */
  mail: (organization: OrganizationId, to: string, subject: string, text: string) => Promise<void>
  /** Resolves once the other side has taken it. */
  webhook: (url: string, body: object, signal: AbortSignal) => Promise<void>
  trouble: (message: string, error: unknown) => void
  now: () => number
}

const EVERY_MINUTE = '* * * * *'
const PAGE = 500

/** Looks at migrations whose projects name somebody to be told, and tells each cause once. */
export function alertMigrationsJob(deps: AlertDeps): Job {
  const { store, now, trouble } = deps
  const cameOn = new Map<string, { mark: string; at: number }>()

  return {
    name: 'alert-migrations',
    schedule: EVERY_MINUTE,
    run: async (signal) => {
      for (const { organization, project: id } of await store.migration.listMigrating()) {
        signal.throwIfAborted()
        try {
          const project = await store.migration.getProject(organization, id)
          const alerts = project.settings.alerts ?? (await ledOnly(project))
          if (alerts === undefined) continue
          await look(project, alerts)
          await tell(organization, id, alerts, signal)
        } catch (error) {
          signal.throwIfAborted()
          // Gone meanwhile, or its key is out of reach.
          if (!(error instanceof Refusal)) trouble(`Alerts of migration ${id} could not be told.`, error)
        }
      }
    },
  }

  /** Where nobody is told of all of it, whoever answers for a part is told of that. */
  async function ledOnly(project: Project): Promise<AlertSettings | undefined> {
    const { organization, id, settings, waves = [] } = project
    const nobody = { addresses: [], webhook: null }
    if (settings.responsible !== undefined || waves.some((wave) => wave.responsible !== undefined))
      return nobody
    const batches = await store.migration.listBatches(organization, id)
    return batches.some(({ responsible }) => responsible !== undefined) ? nobody : undefined
  }

  async function look(project: Project, alerts: AlertSettings): Promise<void> {
    const { organization, id } = project
    const live = deps.live()
    const batches = await store.migration.listBatches(organization, id)
    const sums = new Map<number, BatchSums>()
    const cameOnAt = new Map<number, number>()
    for (const { no, state, paused } of batches) {
      if (
        paused ||
        (!isCopying(state) && !isFlipped(state)) ||
        state === 'done' ||
        state === 'done-with-skips'
      ) {
        cameOn.delete(`${id} ${no}`)
        continue
      }
      const sum = await sumsOf(project, no)
      sums.set(no, sum)
      const lanes = live.lanes.filter((lane) => lane.project === id && lane.batch === no)
      const moving = lanes.map(({ member, items, bytes }) => `${member} ${items} ${bytes}`).join()
      const mark = JSON.stringify([state, sum, moving])
      const known = cameOn.get(`${id} ${no}`)
      if (known?.mark !== mark) cameOn.set(`${id} ${no}`, { mark, at: now() })
      cameOnAt.set(no, cameOn.get(`${id} ${no}`)!.at)
    }
    const found = findAlerts({ project, batches, sums, live, cameOnAt, now: now() })
    const after = settleAlerts(project.alerts, found, alerts, now(), isWell({ project, live }))
    if (JSON.stringify(after) !== JSON.stringify(project.alerts)) await keep(organization, id, () => after)
    const expiries = expiriesOf({ project, batches, live })
    if (JSON.stringify(expiries) !== JSON.stringify(project.expiries ?? []))
      await keepExpiries(project, expiries)
  }

  /** For looks after a start, when nothing was read there yet. */
  async function keepExpiries({ organization, id }: Project, expiries: readonly Expiry[]): Promise<void> {
    await store.transact({ organization }, async ({ migration }) => {
      await migration.putProject({ ...(await migration.getProject(organization, id)), expiries })
    })
  }

  async function sumsOf({ organization, id }: Project, batch: number): Promise<BatchSums> {
    const sums = noSums()
    for (let after: number | null = null; ; ) {
      const page = await store.migration.listMembers(organization, id, { batch, after, limit: PAGE })
      for (const member of page.rows) addMember(sums, member)
      if (page.next === null) return sums
      after = page.next
    }
  }

  async function tell(
    organization: OrganizationId,
    id: ProjectId,
    settings: AlertSettings,
    signal: AbortSignal,
  ): Promise<void> {
    const { alerts: kept = {}, name } = await store.migration.getProject(organization, id)
    // One that does not answer takes its time: the others of this round need not wait for it as often.
    let isWebhookDown = false
    for (const alert of Object.values(kept)) {
      if (alert.open.length === 0 || alert.nextAt > now()) continue
      if (isWebhookDown && alert.open.length === 1 && alert.open[0] === WEBHOOK) continue
      const open: string[] = []
      const why: string[] = []
      for (const to of alert.open)
        try {
          if (to === WEBHOOK && isWebhookDown) throw new Error('It had failed just before.')
          if (to === WEBHOOK) await post(settings, name, alert, signal)
          else await deps.mail(organization, to, alert.subject, `${alert.sentence}\n`)
        } catch (error) {
          signal.throwIfAborted()
          open.push(to)
          if (to === WEBHOOK) isWebhookDown = true
          why.push(`${to}: ${(error as Error).message}`)
        }
      const attempts = alert.attempts + 1
      const nextAt = open.length === 0 ? now() : retryAt(attempts, now())
      const told: KeptAlert = {
        ...alert,
        attempts,
        open: nextAt === null ? [] : open,
        nextAt: nextAt ?? now(),
      }
      await keep(
        organization,
        id,
        (all) => ({ ...all, [alert.key]: told }),
        nextAt === null ? `An alert was not told (${alert.subject}): ${why.join('; ')}` : undefined,
      )
    }
  }

  async function post({ webhook }: AlertSettings, project: string, alert: KeptAlert, signal: AbortSignal) {
    if (webhook === null) return
    const { key, kind, subject, sentence, at } = alert
    await deps.webhook(
      webhook,
      { project, kind, cause: key, subject, sentence, at: new Date(at).toISOString() },
      signal,
    )
  }

  async function keep(
    organization: OrganizationId,
    id: ProjectId,
    change: (kept: Readonly<Record<string, KeptAlert>>) => Readonly<Record<string, KeptAlert>>,
    failure?: string,
  ): Promise<void> {
    await store.transact({ organization }, async ({ migration }) => {
      const present = await migration.getProject(organization, id)
      await migration.putProject({ ...present, alerts: change(present.alerts ?? {}) })
      if (failure !== undefined)
        await migration.addEvent(organization, id, {
          at: now(),
          kind: 'alert-failed',
          batch: null,
          member: null,
          by: null,
          sentence: failure,
        })
    })
  }
}
