import type { ProjectId } from './project.ts'
import type { Rate } from './rate-window.ts'
import type { IdleCause } from './retry.ts'

/** What a lane is at just now. */
export type LiveLane = {
  project: ProjectId
  batch: number
  member: number
  address: string
  server: string
  startedAt: number
  items: number
  bytes: number
  requests: number
  idle: IdleCause | null
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
  /** What lanes wait for because of it. */
  cause: IdleCause | null
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
