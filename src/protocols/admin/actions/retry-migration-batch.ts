import { z } from 'zod'
import { askSourcesAnew } from '#src/domain/migration/engine/ask-anew.ts'
import { retryBatch } from '#src/domain/migration/engine/steer-batch.ts'
import { defineAction } from '../action.ts'
import { present } from '../entries.ts'
import { onBatch, steeringOf } from '../migration-members.ts'

/** Ours: tries failed mailboxes, items that were left behind on either way, and rights that could not be given, once more. */
export const retryMigrationBatch = defineAction({
  name: 'RetryMigrationBatch',
  input: z.object({ ...onBatch }),
  run: async (context, input) => {
    const steering = await steeringOf(context, input)
    const asked = await askSourcesAnew(steering, input.BatchNumber)
    const { mailboxes, items, rights } = await retryBatch(steering, input.BatchNumber)
    return present({
      ...{ Mailboxes: mailboxes, Items: items, Rights: rights },
      AskedAnew: asked.length === 0 ? undefined : asked,
    })
  },
})
