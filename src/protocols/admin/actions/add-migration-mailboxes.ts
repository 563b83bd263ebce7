import { z } from 'zod'
import type { Steering } from '#src/domain/migration/engine/project/steering.ts'
import { putBatch } from '#src/domain/migration/engine/steer/steer-batch.ts'
import { addMembers } from '#src/domain/migration/engine/steer/steer-members.ts'
import type { MovedBooking } from '#src/domain/migration/moved-booking.ts'
import { requireAddable } from '#src/domain/migration/new-mailboxes.ts'
import { defineAction } from '../action.ts'
import { getNamed } from '../entries.ts'
import { entity } from '../fields.ts'
import { address, batchNumber, onProject, sourceName, steeringOf } from '../migration-members.ts'

const hundred = z.number().int().min(0).max(100)
const booking = z
  .object({
    AutoAcceptRequests: z.boolean(),
    AutoDeclineRecurringRequests: z.boolean(),
    AutoDeclineConflictingRequests: z.boolean(),
    ConflictPercentageAllowed: hundred,
    MaximumConflictInstances: hundred,
    BookingWindowDays: z.number().int().min(0).max(1_095),
    AcceptExternal: z.boolean(),
    /** Of a person: whether requests go into the calendar as they come. */
    AddRequests: z.boolean().optional(),
  })
  .transform(
    (given): MovedBooking => ({
      autoAcceptRequests: given.AutoAcceptRequests,
      autoDeclineRecurringRequests: given.AutoDeclineRecurringRequests,
      autoDeclineConflictingRequests: given.AutoDeclineConflictingRequests,
      conflictPercentageAllowed: given.ConflictPercentageAllowed,
      maximumConflictInstances: given.MaximumConflictInstances,
      bookingWindowDays: given.BookingWindowDays,
      acceptExternal: given.AcceptExternal,
      ...(given.AddRequests !== undefined && { addRequests: given.AddRequests }),
    }),
  )

/** Ours: mailboxes of a migration, at most 500 in a call; in a batch that runs only these are begun. */
export const addMigrationMailboxes = defineAction({
  name: 'AddMigrationMailboxes',
  input: z.object({
    ...onProject,
    Mailboxes: z
      .array(
        z.object({
          Address: address,
          BatchNumber: batchNumber,
          Source: sourceName,
          /** Whose it becomes; whoever has its address where nothing is said. */
          EntityId: entity.optional(),
          X500: z.array(z.string().min(1).max(1_024)).max(100).optional(),
          /** Where its server keeps it; `databaseLanes` of the settings counts by it. */
          Database: z.string().min(1).max(256).optional(),
          Items: z.number().int().min(0).optional(),
          Bytes: z.number().int().min(0).optional(),
          /** How its calendar answers once it has moved. */
          Booking: booking.optional(),
        }),
      )
      .min(1)
      .max(500),
    /** Batches that are not there are made, once nothing stands against the mailboxes. */
    MakeBatches: z.boolean().optional(),
    /** Whether an address that nobody here has is refused; else it is named in the answer, and the pre-flight holds its batch. */
    RequireOwners: z.boolean().optional(),
  }),
  run: async (context, input) => {
    const given = []
    for (const one of input.Mailboxes) {
      const entry =
        one.EntityId === undefined
          ? undefined
          : await getNamed(context.store, input.OrganizationId, one.EntityId, 'user', 'resource')
      given.push({
        address: one.Address,
        batch: one.BatchNumber,
        source: one.Source,
        ...(entry && { entry: entry.id }),
        ...(one.X500 && { x500: one.X500 }),
        ...(one.Database !== undefined && { database: one.Database }),
        ...(one.Booking && { booking: one.Booking }),
        ...(one.Bytes !== undefined && { expected: { items: one.Items ?? 0, bytes: one.Bytes } }),
      })
    }
    const steering = await steeringOf(context, input)
    const nobody = await requireAddable(steering, given, { owners: input.RequireOwners === true })
    if (input.MakeBatches === true) await makeBatches(steering, new Set(given.map(({ batch }) => batch)))
    const added = await addMembers(steering, given)
    return { Added: added.length, ...(nobody.length > 0 && { WithoutOwner: nobody }) }
  },
})

async function makeBatches(steering: Steering, numbers: ReadonlySet<number>): Promise<void> {
  const { store, organization, project } = steering
  const known = new Set((await store.migration.listBatches(organization, project)).map(({ no }) => no))
  for (const no of numbers) if (!known.has(no)) await putBatch(steering, { no, name: `batch ${no}` })
}
