import { z } from 'zod'
import { notQueued } from '#src/domain/delivery/queue-actions.ts'
import { defineAction } from '../action.ts'
import { inOrganization } from '../fields.ts'
import { queuedMembers, queuedRecipientMembers, transitId } from '../queue-members.ts'

/** Ours: one message on its way, with how far it is for each recipient. */
export const showQueued = defineAction({
  name: 'ShowQueued',
  reads: true,
  input: z.object({ ...inOrganization, QueueId: transitId }),
  run: async ({ store }, input) => {
    const queued = await store.delivery.findQueued(input.OrganizationId, input.QueueId)
    if (queued === undefined) throw notQueued(input.QueueId)
    return { ...queuedMembers(queued.message), Recipients: queued.recipients.map(queuedRecipientMembers) }
  },
})
