import { z } from 'zod'
import { replaceGrants } from '#src/domain/migration/engine/flip/replace-grants.ts'
import { rights } from '#src/domain/migration/right.ts'
import { defineAction } from '../action.ts'
import { address, onProject, steeringOf } from '../migration-members.ts'

/**
 * Ours: what another plan says of mailboxes in the place of an earlier one: all Full Access, Send As and room delegates of each. Others
 * are passed over, as the source tells them.
 */
export const replaceMigrationGrants = defineAction({
  name: 'ReplaceMigrationGrants',
  input: z.object({
    ...onProject,
    Owners: z
      .array(
        z.object({
          Owner: address,
          Grants: z
            .array(
              z.object({
                Grantee: address,
                Right: z.enum(rights),
                Folder: z.string().max(1_024).nullable().optional(),
              }),
            )
            .max(20_000),
        }),
      )
      .max(500),
    /** Also of mailboxes that have moved, with what was given. */
    Moved: z.boolean().optional(),
    DryRun: z.boolean().optional(),
  }),
  run: async (context, input) => {
    const owners = input.Owners.map(({ Owner, Grants }) => ({
      owner: Owner,
      grants: Grants.map(({ Grantee, Right, Folder }) => ({
        ...{ grantee: Grantee, right: Right, folder: Folder ?? null },
      })),
    }))
    const order = { moved: input.Moved ?? false, dryRun: input.DryRun ?? false }
    const { added, left, replaced } = await replaceGrants(await steeringOf(context, input), owners, order)
    return {
      Added: added,
      /** Mailboxes that have moved, whose rights would change with `Moved`. */
      Left: left,
      Replaced: replaced.map(({ owner, grantee, right, given, taken, why }) => ({
        ...{ Owner: owner, Grantee: grantee, Right: right, Given: given, Taken: taken, Why: why },
      })),
    }
  },
})
