import { z } from 'zod'
import { cancelQueued as cancel } from '#src/domain/delivery/queue-actions.ts'
import { defineAction } from '../action.ts'
import { inOrganization } from '../fields.ts'
import { transitId } from '../queue-members.ts'

/** Ours: takes a message out of the queue, for everybody to whom it is not just being delivered. Nobody is told. */
export const cancelQueued = defineAction({
  name: 'CancelQueued',
  input: z.object({ ...inOrganization, QueueId: transitId }),
  run: async ({ store, now }, input) => {
    const taken = await cancel(store, input.OrganizationId, input.QueueId, now())
    return { Recipients: taken.map(({ address }) => address) }
  },
})
