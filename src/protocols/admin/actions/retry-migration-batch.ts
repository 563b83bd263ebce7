import { z } from 'zod'
import { getMemberOf } from '#src/domain/migration/engine/project/named.ts'
import { askSourcesAnew } from '#src/domain/migration/engine/steer/ask-anew.ts'
import { retryBatch } from '#src/domain/migration/engine/steer/steer-batch.ts'
import { defineAction } from '../action.ts'
import { present } from '../entries.ts'
import { address, batchNumber, onProject, steeringOf } from '../migration-members.ts'

/** Ours: tries failed mailboxes, items that were left behind on either way, and rights that could not be given, once more. */
export const retryMigrationBatch = defineAction({
  name: 'RetryMigrationBatch',
  input: z
    .object({ ...onProject, BatchNumber: batchNumber.optional(), Address: address.optional() })
    .refine(({ BatchNumber, Address }) => (BatchNumber === undefined) !== (Address === undefined), {
      error: 'Name a batch or the address of a mailbox, one of the two.',
    }),
  run: async (context, input) => {
    const steering = await steeringOf(context, input)
    const { organization, project } = steering
    const one =
      input.Address === undefined
        ? undefined
        : await getMemberOf(context.store, organization, project, input.Address)
    const no = one?.batch ?? input.BatchNumber!
    const asked = await askSourcesAnew(steering, no)
    const { mailboxes, items, rights } = await retryBatch(steering, no, one)
    return present({
      ...{ Mailboxes: mailboxes, Items: items, Rights: rights },
      AskedAnew: asked.length === 0 ? undefined : asked,
    })
  },
})
