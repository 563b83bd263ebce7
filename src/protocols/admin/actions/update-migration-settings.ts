import { z } from 'zod'
import { changeSettings } from '#src/domain/migration/engine/steer/steer-project.ts'
import { defineAction } from '../action.ts'
import { givenSettings, onProject, projectMembers, settingsFields, steeringOf } from '../migration-members.ts'

/** Ours: windows, caps and limits of a migration; they hold within seconds, for what runs too. */
export const updateMigrationSettings = defineAction({
  name: 'UpdateMigrationSettings',
  input: z.object({ ...onProject, Settings: settingsFields }),
  run: async (context, input) =>
    projectMembers(await changeSettings(await steeringOf(context, input), givenSettings(input.Settings))),
})
