import { z } from 'zod'
import { createProject } from '#src/domain/migration/engine/steer/steer-project.ts'
import { defineAction } from '../action.ts'
import { inOrganization } from '../fields.ts'
import { by, givenSettings, projectMembers, settingsFields, steeredBy } from '../migration-members.ts'

/** Ours: a migration with its sources, batches and mailboxes. */
export const createMigrationProject = defineAction({
  name: 'CreateMigrationProject',
  input: z.object({
    ...inOrganization,
    Name: z.string().min(1).max(256),
    By: by,
    Settings: settingsFields.optional(),
  }),
  run: async ({ store, caller, now }, { OrganizationId, Name, By, Settings }) => {
    const settings = givenSettings(Settings ?? {})
    const given = { name: Name, settings, by: steeredBy(caller, By) }
    return projectMembers(await createProject(store, OrganizationId, given, now()))
  },
})
