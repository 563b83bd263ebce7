import { z } from 'zod'
import { defineAction } from '../action.ts'
import { inOrganization } from '../fields.ts'
import { projectMembers } from '../migration-members.ts'

/** Ours: all of them, in the order in which they were made; there are at most 100. */
export const listMigrationProjects = defineAction({
  name: 'ListMigrationProjects',
  reads: true,
  input: z.object({ ...inOrganization }),
  run: async ({ store }, { OrganizationId }) => ({
    Projects: (await store.migration.listProjects(OrganizationId)).map(projectMembers),
  }),
})
