import { z } from 'zod'
import { retryQueued as retry } from '#src/domain/delivery/queue-actions.ts'
import { defineAction } from '../action.ts'
import { inOrganization } from '../fields.ts'
import { transitId } from '../queue-members.ts'

/** Ours: makes what waits due now, one message or all of the organisation. Tells for how many recipients. */
export const retryQueued = defineAction({
  name: 'RetryQueued',
  input: z.object({ ...inOrganization, QueueId: transitId.optional() }),
  run: async ({ store, now }, input) => ({
    Recipients: await retry(store, input.OrganizationId, input.QueueId ?? null, now()),
  }),
})
