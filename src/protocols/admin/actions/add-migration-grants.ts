import { z } from 'zod'
import { addGrants } from '#src/domain/migration/engine/steer/steer-project.ts'
import { rights } from '#src/domain/migration/right.ts'
import { defineAction } from '../action.ts'
import { address, onProject, steeringOf } from '../migration-members.ts'

/** Ours: rights that are given again when both their ends are here, at most 500 in a call. */
export const addMigrationGrants = defineAction({
  name: 'AddMigrationGrants',
  input: z.object({
    ...onProject,
    Grants: z
      .array(
        z.object({
          Owner: address,
          Grantee: address,
          Right: z.enum(rights),
          Folder: z.string().max(1_024).nullable().optional(),
        }),
      )
      .max(500),
  }),
  run: async (context, input) => {
    const given = input.Grants.map(({ Owner, Grantee, Right, Folder }) => ({
      owner: Owner,
      grantee: Grantee,
      right: Right,
      folder: Folder ?? null,
    }))
    return { Added: await addGrants(await steeringOf(context, input), given) }
  },
})
