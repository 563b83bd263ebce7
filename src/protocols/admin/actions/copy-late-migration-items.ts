import { z } from 'zod'
import { askForLate, lateLook } from '#src/domain/migration/engine/steer/steer-late.ts'
import { findProject } from '#src/domain/migration/engine/steer/steer-project.ts'
import { defineAction } from '../action.ts'
import { timestamp } from '../entries.ts'
import { address, batchNumber, by, inProject, moment, steeringOf } from '../migration-members.ts'

/**
 * Ours: looks now what arrived at the source of mailboxes that have moved, and copies what is new. With `Since`, the time that an earlier
 * call answered, it asks for nothing and says how far that is.
 */
export const copyLateMigrationItems = defineAction({
  name: 'CopyLateMigrationItems',
  input: z
    .object({
      ...{ ...inProject, By: by, Since: moment.optional() },
      ...{ BatchNumber: batchNumber.optional(), Address: address.optional() },
    })
    .refine(({ BatchNumber, Address }) => (BatchNumber === undefined) !== (Address === undefined), {
      error: 'Name a batch or the address of a mailbox, one of the two.',
    }),
  run: async (context, input) => {
    const { store } = context
    const target = input.Address === undefined ? { batch: input.BatchNumber! } : { address: input.Address }
    const at =
      input.Since === undefined
        ? (await askForLate(await steeringOf(context, input), target)).at
        : Math.round(input.Since * 1_000)
    const { id } = await findProject(store, input.OrganizationId, input.ProjectId)
    const of = { organization: input.OrganizationId, project: id }
    const look = await lateLook(store.migration, of, target, { at })
    return {
      Since: timestamp(at)!,
      ...{ Mailboxes: look.mailboxes, Looked: look.looked, Items: look.items, Bytes: look.bytes },
      // Named are the first of them.
      ...{ MailboxesArrived: look.arrived, MailboxesTroubled: look.troubled },
      Arrived: look.came.map(({ address, items }) => ({ Address: address, Items: items })),
      Troubles: look.troubles.map(({ address, cause }) => ({ Address: address, Cause: cause })),
    }
  },
})
