import { z } from 'zod'
import { rollBack } from '#src/domain/migration/engine/rollback.ts'
import { defineAction } from '../action.ts'
import { batchMembers, onBatch, steeringOf } from '../migration-members.ts'

/**
 * Ours: undoes a batch: before its flip the copies go, after it people are at home on the other side again, and what came in here
 * since is taken there.
 */
export const rollBackMigrationBatch = defineAction({
  name: 'RollBackMigrationBatch',
  input: z.object({ ...onBatch }),
  run: async (context, input) => {
    const { store, signal } = context
    const { organization, project, by, now } = await steeringOf(context, input)
    const whole = await store.migration.getProject(organization, project)
    const late = await rollBack(store, whole, input.BatchNumber, { by, now, signal })
    const batch = await store.migration.getBatch(organization, project, input.BatchNumber)
    return {
      Batch: batchMembers(batch),
      ArrivedSince: late.map(({ address, items, bytes }) => ({
        Address: address,
        Items: items,
        Bytes: bytes,
      })),
    }
  },
})
