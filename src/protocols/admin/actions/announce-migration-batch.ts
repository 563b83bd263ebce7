import { z } from 'zod'
import { announce } from '#src/domain/migration/engine/announce.ts'
import { defineAction } from '../action.ts'
import { batchMembers, onBatch, steeringOf } from '../migration-members.ts'

/** Ours: tells the people of a batch something by mail; DescribeMigration says how far that is. */
export const announceMigrationBatch = defineAction({
  name: 'AnnounceMigrationBatch',
  input: z.object({
    ...onBatch,
    Subject: z.string().min(1).max(200),
    /** {name} and {address} are filled in for each. */
    Text: z.string().min(1).max(20_000),
  }),
  run: async (context, input) => {
    const steering = await steeringOf(context, input)
    const told = { subject: input.Subject, text: input.Text }
    return { Batch: batchMembers(await announce(steering, input.BatchNumber, told)) }
  },
})
