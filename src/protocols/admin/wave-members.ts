import { z } from 'zod'
import type { Batch, Project } from '#src/domain/migration/engine/project/project.ts'
import {
  addressOf,
  responsibleFor,
  responsibleForWave,
} from '#src/domain/migration/engine/project/responsible.ts'
import type { MemberState } from '#src/domain/migration/engine/project/state.ts'
import type { Wave } from '#src/domain/migration/engine/project/waves.ts'
import type { BatchTimes } from '#src/domain/migration/engine/steer/steer-batch.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import { present, timestamp } from './entries.ts'
import { moment } from './migration-members.ts'

/** Members that the actions on waves and batches share; all of them are ours. */

export const waveName = z.string().min(1).max(256)

/** When and how batches move. */
export const timesFields = {
  /** Lower goes first. */
  Priority: z.number().int().min(1).max(9).optional(),
  StartAfter: moment.nullable().optional(),
  CompleteAfter: moment.nullable().optional(),
  FailingMember: z.enum(['hold', 'leave']).optional(),
}

type Times = z.output<z.ZodObject<typeof timesFields>>

/** Only what was given. */
export const batchTimes = ({
  Priority,
  StartAfter,
  CompleteAfter,
  FailingMember,
}: Times): Omit<BatchTimes, 'pilot'> => ({
  ...(Priority !== undefined && { priority: Priority }),
  ...(StartAfter !== undefined && { startAfter: StartAfter === null ? null : StartAfter * 1_000 }),
  ...(CompleteAfter !== undefined && {
    completeAfter: CompleteAfter === null ? null : CompleteAfter * 1_000,
  }),
  ...(FailingMember !== undefined && { failingMember: FailingMember }),
})

/** Of a batch: its wave, and who answers for it, be it as its own or as of what it is part of. */
export const ledMembers = (project: Project, batch: Batch): JsonObject =>
  present({
    Wave: project.waves?.find(({ no }) => no === batch.wave)?.name,
    Responsible: responsibleFor(project, batch),
  })

/** How many mailboxes there are, and have moved or failed; those that left their batch do not count. */
export function memberSums(states: readonly { state: MemberState; members: number }[]) {
  const sums = { Mailboxes: 0, Moved: 0, Failed: 0 }
  for (const { state, members } of states) {
    if (state !== 'left') sums.Mailboxes += members
    if (state === 'flipped' || state === 'verified') sums.Moved += members
    if (state === 'failed') sums.Failed += members
  }
  return sums
}

export function waveMembers(project: Project, wave: Wave): JsonObject {
  const responsible = responsibleForWave(project, wave.record)
  return present({
    Wave: wave.record.name,
    State: wave.state,
    BatchNumbers: wave.batches.map(({ no }) => no),
    PausedBatches: wave.paused === 0 ? undefined : wave.paused,
    Responsible: responsible,
    AlertAddress: responsible && addressOf(responsible),
    BegunDate: timestamp(wave.begunAt),
    MovesFrom: timestamp(wave.movesFrom),
    MovesUntil: timestamp(wave.movesUntil),
    FlippedFrom: timestamp(wave.flippedFrom),
    FlippedUntil: timestamp(wave.flippedUntil),
    DoneDate: timestamp(wave.doneAt),
  })
}
