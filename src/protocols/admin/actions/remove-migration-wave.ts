import { z } from 'zod'
import { removeWave } from '#src/domain/migration/engine/steer/steer-wave.ts'
import { defineAction } from '../action.ts'
import { onProject, steeringOf } from '../migration-members.ts'
import { waveName } from '../wave-members.ts'

/** Ours: dissolves a wave; its batches stay. */
export const removeMigrationWave = defineAction({
  name: 'RemoveMigrationWave',
  input: z.object({ ...onProject, Wave: waveName }),
  run: async (context, input) => {
    await removeWave(await steeringOf(context, input), input.Wave)
    return {}
  },
})
