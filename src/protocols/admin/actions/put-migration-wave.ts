import { z } from 'zod'
import { putWave } from '#src/domain/migration/engine/steer/steer-wave.ts'
import { defineAction } from '../action.ts'
import {
  batchNumber,
  batchOwnFields,
  onProject,
  ownChange,
  responsible,
  steeringOf,
} from '../migration-members.ts'
import { batchTimes, timesFields, waveMembers, waveName } from '../wave-members.ts'

/** Ours: makes a wave of a migration, or changes its name, batches, place, times, settings and who answers for it. */
export const putMigrationWave = defineAction({
  name: 'PutMigrationWave',
  input: z.object({
    ...onProject,
    Wave: waveName,
    NewName: waveName.optional(),
    /** All that are in it from then on. */
    BatchNumbers: z.array(batchNumber).max(10_000).optional(),
    /** Null: whoever answers for the project. */
    Responsible: responsible.nullable().optional(),
    /** The wave that comes next; null: it is the last. */
    BeforeWave: waveName.nullable().optional(),
    ...timesFields,
    /** Of each of its batches; null takes one away. */
    OwnSettings: batchOwnFields.optional(),
  }),
  run: async (context, input) => {
    const { NewName, BatchNumbers, Responsible, BeforeWave } = input
    const times = batchTimes(input)
    const { project, wave, settled } = await putWave(await steeringOf(context, input), input.Wave, {
      ...(NewName !== undefined && { rename: NewName }),
      ...(BatchNumbers !== undefined && { batches: BatchNumbers }),
      ...(Responsible !== undefined && { responsible: Responsible }),
      ...(BeforeWave !== undefined && { before: BeforeWave }),
      ...(Object.keys(times).length > 0 && { times }),
      ...(input.OwnSettings && { own: ownChange(input.OwnSettings) }),
    })
    return { Wave: waveMembers(project, wave), SettledBatches: [...settled] }
  },
})
