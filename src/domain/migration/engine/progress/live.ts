import type { Expiry } from '../../source.ts'
import type { PassRun } from '../ledger/page-run.ts'
import type { SourceBudget } from '../pace/budget.ts'
import type { Lane } from '../pace/lane.ts'
import type { Member, Project, ProjectId } from '../project/project.ts'
import type { IdleCause } from '../project/retry.ts'
import type { Rate } from './rate-window.ts'

/** What a lane is at just now. */
export type LiveLane = {
  project: ProjectId
  batch: number
  member: number
  address: string
  source: string
  /** What caps count it by, where that is known. */
  database: string | undefined
  server: string
  startedAt: number
  items: number
  bytes: number
  requests: number
  idle: IdleCause | null
  /** Since when its server owes it an answer, epoch milliseconds. */
  askedAt: number | null
  /** What its server failed at last, while that is tried again. */
  trouble: string | null
  /** What it or its source does that takes longer than people expect. */
  doing: string | null
  draining: boolean
}
export type LiveServer = {
  server: string
  /** Projects that copy from it. */
  projects: readonly ProjectId[]
  inUse: number
  limit: number
  calls: number
  bytes: number
  breaches: number
  trouble: string | null
  /** Until when nothing is asked of it because of that, epoch milliseconds. */
  restsUntil?: number | undefined
  /** What lanes wait for because of it. */
  cause: IdleCause | null
  /** What of it ends, as it was seen last. */
  expiries: readonly Expiry[]
  /** Milliseconds by cause. */
  idle: Readonly<Record<string, number>>
}
/** How fast a batch went on over the last minute. */
export type LiveRate = { project: ProjectId; batch: number; rate: Rate }
export type LiveMigration = {
  lanes: readonly LiveLane[]
  servers: readonly LiveServer[]
  rates: readonly LiveRate[]
  /** Why nothing comes over from anywhere: there is no room here. */
  noRoom: string | null
}

type RunningLane = {
  project: Pick<Project, 'id'>
  batch: number
  member: Pick<Member, 'no' | 'address'>
  source: string
  database: string | undefined
  budget: SourceBudget
  lane: Lane
  run: PassRun | undefined
  startedAt: number
}

export const liveLane = ({
  project,
  batch,
  member,
  source,
  database,
  budget,
  lane,
  run,
  startedAt,
}: RunningLane): LiveLane => ({
  project: project.id,
  batch,
  member: member.no,
  address: member.address,
  source,
  database,
  server: budget.name,
  startedAt,
  items: run?.done.items ?? 0,
  bytes: run?.done.bytes ?? 0,
  requests: lane.requests,
  idle: lane.idle ?? null,
  askedAt: lane.askedAt ?? null,
  trouble: lane.trouble ?? null,
  doing: run?.careful?.doing ?? run?.source.doing?.() ?? null,
  draining: lane.draining,
})

export const liveServer = ({
  budget,
  projects,
}: {
  budget: SourceBudget
  projects: readonly ProjectId[]
}): LiveServer => ({
  server: budget.name,
  projects,
  inUse: budget.inUse,
  limit: budget.limit,
  calls: budget.calls,
  bytes: budget.bytes,
  breaches: budget.breaches,
  trouble: budget.trouble?.message ?? null,
  restsUntil: budget.trouble?.until,
  cause: budget.trouble?.idle ?? null,
  expiries: budget.expiries,
  idle: Object.fromEntries(budget.idle),
})
