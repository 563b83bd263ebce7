import { z } from 'zod'
import { announce } from '#src/domain/migration/engine/steer/announce.ts'
import { defineAction } from '../action.ts'
import { address, batchMembers, moment, onBatch, steeringOf } from '../migration-members.ts'

/** Ours: tells the people of a batch something by mail; DescribeMigration says how far that is. */
export const announceMigrationBatch = defineAction({
  name: 'AnnounceMigrationBatch',
  input: z.object({
    ...onBatch,
    Subject: z.string().min(1).max(200),
    /** {name} and {address} are filled in for each. */
    Text: z.string().min(1).max(20_000),
    /** Who it says it is from, somebody of the organisation; without it its postmaster. */
    Sender: address.optional(),
    /** When people stop, epoch seconds: who comes to the batch until then is told too. */
    StopsAt: moment.optional(),
  }),
  run: async (context, input) => {
    const steering = await steeringOf(context, input)
    const stopsAt = input.StopsAt === undefined ? undefined : input.StopsAt * 1_000
    const told = { subject: input.Subject, text: input.Text, sender: input.Sender, stopsAt }
    return { Batch: batchMembers(await announce(steering, input.BatchNumber, told)) }
  },
})
