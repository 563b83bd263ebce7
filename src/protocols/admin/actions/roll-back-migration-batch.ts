import { z } from 'zod'
import { rollBack } from '#src/domain/migration/engine/return/rollback.ts'
import { defineAction } from '../action.ts'
import { present } from '../entries.ts'
import { page } from '../fields.ts'
import { batchMembers, onBatch, steeringOf } from '../migration-members.ts'
import { formatPlace, parsePlace, partOf } from '../part.ts'

const place = z.object({ member: z.number().int(), after: z.string().nullable() })

/**
 * Ours: undoes a batch: before its flip the copies go, a part of them at each call until no NextToken is left; after it people are
 * at home on the other side again at once, and what came in or was changed here since is taken there.
 */
export const rollBackMigrationBatch = defineAction({
  name: 'RollBackMigrationBatch',
  input: z.object({ ...onBatch, NextToken: page.NextToken }),
  run: async (context, input) => {
    const { store, signal } = context
    const from = parsePlace(input.NextToken, place)
    const { organization, project, by, now } = await steeringOf(context, input)
    const whole = await store.migration.getProject(organization, project)
    const part = { by, now, signal, from, isOver: partOf(context.now) }
    const { late, next } = await rollBack(store, whole, input.BatchNumber, part)
    const batch = await store.migration.getBatch(organization, project, input.BatchNumber)
    return present({
      Batch: batchMembers(batch),
      ArrivedSince: late.map(({ address, items, bytes, changed, whole: isAll }) => ({
        Address: address,
        Items: items,
        Bytes: bytes,
        Changed: changed,
        // There was no time to count all.
        ...(!isAll && { AtLeast: true }),
      })),
      NextToken: formatPlace(next),
    })
  },
})
