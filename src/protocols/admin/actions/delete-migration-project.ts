import { z } from 'zod'
import { removeProject } from '#src/domain/migration/remove-project.ts'
import { defineAction } from '../action.ts'
import { onProject, steeringOf } from '../migration-members.ts'

/** Ours: forgets a migration of which nothing has moved and nothing is copied, with the passwords of its sources. */
export const deleteMigrationProject = defineAction({
  name: 'DeleteMigrationProject',
  input: z.object({ ...onProject }),
  run: async (context, input) => {
    await removeProject(await steeringOf(context, input))
    return {}
  },
})
