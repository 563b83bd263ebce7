import { z } from 'zod'
import { putBatch } from '#src/domain/migration/engine/steer/steer-batch.ts'
import { defineAction } from '../action.ts'
import {
  batchMembers,
  batchOwnFields,
  onBatch,
  ownChange,
  responsible,
  steeringOf,
} from '../migration-members.ts'
import { batchTimes, ledMembers, timesFields, waveName } from '../wave-members.ts'

/** Ours: makes a batch, or changes when it moves, in which wave it is and who answers for it. */
export const putMigrationBatch = defineAction({
  name: 'PutMigrationBatch',
  input: z.object({
    ...onBatch,
    Name: z.string().min(1).max(256).optional(),
    Pilot: z.boolean().optional(),
    ...timesFields,
    OwnSettings: batchOwnFields.optional(),
    /** By its name; it is made where there is none. Null: in none. */
    Wave: waveName.nullable().optional(),
    /** Null: whoever answers for its wave, else for the project. */
    Responsible: responsible.nullable().optional(),
  }),
  run: async (context, input) => {
    const { BatchNumber: no, Name, Pilot, Wave, Responsible } = input
    const steering = await steeringOf(context, input)
    const batch = await putBatch(steering, {
      no,
      ...(Name !== undefined && { name: Name }),
      ...(Pilot !== undefined && { pilot: Pilot }),
      ...batchTimes(input),
      ...(input.OwnSettings && { ownChange: ownChange(input.OwnSettings) }),
      ...(Wave !== undefined && { waveName: Wave }),
      ...(Responsible !== undefined && { ledBy: Responsible }),
    })
    const project = await context.store.migration.getProject(steering.organization, steering.project)
    return { Batch: { ...batchMembers(batch), ...ledMembers(project, batch) } }
  },
})
