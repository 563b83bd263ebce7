import { z } from 'zod'
import { membersOf } from '#src/domain/migration/engine/flip/flip.ts'
import { RecentAnswers } from '#src/domain/migration/engine/pace/recent-answers.ts'
import { type Progress, progressOf } from '#src/domain/migration/engine/progress/progress.ts'
import type { Batch } from '#src/domain/migration/engine/project/project.ts'
import { isCopying, isFlipped, type MemberState } from '#src/domain/migration/engine/project/state.ts'
import { wavesOf } from '#src/domain/migration/engine/project/waves.ts'
import { policyOf } from '#src/domain/migration/engine/steer/advance.ts'
import { costOfLeaving, type LeavingCost } from '#src/domain/migration/engine/steer/leaving.ts'
import { findProject } from '#src/domain/migration/engine/steer/steer-project.ts'
import type { Store } from '#src/domain/store.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import { defineAction } from '../action.ts'
import { present, timestamp } from '../entries.ts'
import {
  batchMembers,
  inProject,
  leavingMembers,
  projectMembers,
  resumable,
  sourceMembers,
} from '../migration-members.ts'
import { ledMembers, memberSums, waveMembers } from '../wave-members.ts'

const MOST_TOLD = 100
/** Nobody waits longer for how far batches are: who asks again hears it. */
const PATIENCE_MS = 5_000

/** Ours: a migration with its batches, and what runs of it in this process just now. */
export const describeMigration = defineAction({
  name: 'DescribeMigration',
  reads: true,
  input: z.object({ ...inProject }),
  run: async ({ store, migration, now }, { OrganizationId, ProjectId }) => {
    const project = await findProject(store, OrganizationId, ProjectId)
    const { lanes, servers, rates, noRoom } = migration.live()
    const own = lanes.filter((lane) => lane.project === project.id)
    const batches = await store.migration.listBatches(OrganizationId, project.id)
    const open = { state: 'unresolved', limit: MOST_TOLD } as const
    const refused = (await store.migration.listGrants(OrganizationId, project.id, open)).rows.length
    const keyOf = ({ no, state, paused }: Batch) =>
      // Who watches asks each second; what was done to the batch shows at once.
      [OrganizationId, project.id, no, state, paused].join('/')
    const recent = progressIn(store)
    const far = new Map<number, JsonObject>()
    const patience = performance.now() + PATIENCE_MS
    const atWork = batches.filter((batch) => isWorkedOn(batch, own))
    for (const batch of recent.inTurn(atWork, keyOf))
      far.set(batch.no, await progressMembers(batch, patience - performance.now()))
    // From an index: also of batches that nobody read yet.
    const counts = await countsIn(store).get([OrganizationId, project.id].join('/'), async () =>
      Map.groupBy(await store.migration.countMemberStates(OrganizationId, project.id), ({ batch }) => batch),
    )
    return {
      ...projectMembers(project),
      Sources: (await store.migration.listSources(OrganizationId, project.id)).map(sourceMembers),
      ...(noRoom !== null && { NoRoom: noRoom }),
      // As many as are counted; ListMigrationGrants has them all.
      ...(refused > 0 && { RightsByHand: refused, ...(refused === MOST_TOLD && { RightsAtLeast: true }) }),
      Batches: batches.map((batch) => ({
        ...batchMembers(batch),
        ...ledMembers(project, batch),
        ...sumsOf(batch),
        ...far.get(batch.no),
      })),
      ...(project.waves?.length && {
        Waves: wavesOf(project, batches).map((wave) => waveMembers(project, wave)),
      }),
      Lanes: own.map((lane) =>
        present({
          Address: lane.address,
          BatchNumber: lane.batch,
          Server: lane.server,
          StartedDate: lane.startedAt / 1_000,
          Items: lane.items,
          Bytes: lane.bytes,
          Requests: lane.requests,
          Idle: lane.idle ?? undefined,
          Doing: lane.doing ?? undefined,
          AskedDate: timestamp(lane.askedAt),
          Draining: lane.draining,
        }),
      ),
      Servers: servers
        .filter(({ projects }) => projects.includes(project.id))
        .map((server) =>
          present({
            Server: server.server,
            InUse: server.inUse,
            Limit: server.limit,
            Calls: server.calls,
            Bytes: server.bytes,
            Breaches: server.breaches,
            Trouble: server.trouble ?? undefined,
            AskedAgainDate: timestamp(server.restsUntil ?? null),
            IdleMs: { ...server.idle },
          }),
        ),
    }

    function sumsOf(batch: Batch): JsonObject {
      const { Mailboxes, Moved, Failed } = memberSums(counts.get(batch.no) ?? [])
      return { Mailboxes, Moved, ...(Failed > 0 && far.has(batch.no) && { Failed }) }
    }

    async function progressMembers(batch: Batch, patienceMs: number): Promise<JsonObject> {
      const rate = rates.find((each) => each.project === project.id && each.batch === batch.no)?.rate ?? null
      const { no, state } = batch
      const read = async () => {
        const members = await membersOf(store.migration, OrganizationId, project.id, no)
        const lanes = own.filter(({ batch }) => batch === no)
        const running = new Map(
          lanes.map(({ member, trouble, startedAt, items, bytes }) => [
            member,
            { trouble, read: { items, bytes, ms: now() - startedAt } },
          ]),
        )
        const failed = members.filter(({ state }) => state === 'failed')
        const at = { organization: OrganizationId, project: project.id }
        return {
          ...progressOf(project, batch, members, {
            running,
            lanes: own,
            rate,
            noRoom: noRoom !== null,
            now: now(),
          }),
          leaving:
            failed.length === 0 || isFlipped(state)
              ? null
              : await costOfLeaving(store.migration, at, members, failed),
        }
      }
      const key = keyOf(batch)
      const progress = patienceMs <= 0 ? recent.known(key) : await recent.within(patienceMs, key, read)
      if (progress === undefined) return {}
      return present({
        ItemsPerSecond: rate?.itemsPerSecond,
        BytesPerSecond: rate?.bytesPerSecond,
        ItemsLeft: progress.items,
        BytesLeft: progress.bytes,
        UnknownSizes: progress.unknown,
        DoneDate: timestamp(progress.doneAt),
        EarliestDoneDate: timestamp(progress.earliestAt),
        LatestDoneDate: timestamp(progress.latestAt),
        ...(progress.doneAt !== null && { MailboxesMeasured: progress.measured }),
        FinalPassSeconds: progress.finalMs === null ? undefined : Math.ceil(progress.finalMs / 1_000),
        Idle: { ...progress.idle },
        ...(progress.failed > 0 && { Failed: progress.failed, Failures: [...progress.failures] }),
        ...(progress.leaving && {
          Leaving: { FailingMember: policyOf(project, batch), ...leavingMembers(progress.leaving) },
        }),
        ...(batch.cause === '' &&
          progress.standstill !== '' && { Cause: resumable(progress.standstill, project.name, no) }),
      })
    }
  },
})

type BatchProgress = Progress & { leaving: LeavingCost | null }

const progresses = new WeakMap<Store, RecentAnswers<BatchProgress>>()

/** How far batches of a store are, as it was read a moment ago. */
function progressIn(store: Store): RecentAnswers<BatchProgress> {
  const known = progresses.get(store) ?? new RecentAnswers<BatchProgress>()
  progresses.set(store, known)
  return known
}

type StateCounts = ReadonlyMap<number, readonly { state: MemberState; members: number }[]>

const counted = new WeakMap<Store, RecentAnswers<StateCounts>>()

/** Mailboxes of each batch by state, as they were counted a moment ago. */
function countsIn(store: Store): RecentAnswers<StateCounts> {
  const known = counted.get(store) ?? new RecentAnswers<StateCounts>()
  counted.set(store, known)
  return known
}

/** Batches whose mailboxes are worked on, or wait to be: of the others there is nothing to tell. */
const isWorkedOn = ({ no, state }: Batch, lanes: readonly { batch: number }[]): boolean =>
  state === 'waiting-window' ||
  state === 'verifying' ||
  isCopying(state) ||
  lanes.some(({ batch }) => batch === no)
