import { z } from 'zod'
import { addMembers } from '#src/domain/migration/engine/steer.ts'
import { defineAction } from '../action.ts'
import { getNamed } from '../entries.ts'
import { entity } from '../fields.ts'
import { address, onProject, sourceName, steeringOf } from '../migration-members.ts'

/** Ours: mailboxes of a migration, at most 500 in a call; in a batch that runs only these are begun. */
export const addMigrationMailboxes = defineAction({
  name: 'AddMigrationMailboxes',
  input: z.object({
    ...onProject,
    Mailboxes: z
      .array(
        z.object({
          Address: address,
          BatchNumber: z.number().int().min(1),
          Source: sourceName,
          /** Whose it becomes; whoever has its address where nothing is said. */
          EntityId: entity.optional(),
          X500: z.array(z.string().min(1).max(1_024)).max(100).optional(),
          Items: z.number().int().min(0).optional(),
          Bytes: z.number().int().min(0).optional(),
        }),
      )
      .min(1)
      .max(500),
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
        ...(one.Bytes !== undefined && { expected: { items: one.Items ?? 0, bytes: one.Bytes } }),
      })
    }
    const added = await addMembers(await steeringOf(context, input), given)
    return { Added: added.length }
  },
})
