import { z } from 'zod'
import { changeJunkLists } from '#src/domain/rules/kept-rules.ts'
import { defineAction } from '../action.ts'
import { entity, inOrganization } from '../fields.ts'
import { getOwner } from '../mailbox-folders.ts'

const entries = z.array(z.string().min(1).max(320)).max(100).optional()

/**
 * Whose mail goes to Junk from now on (Block), whose does not (Trust), and about whom nothing is said any more (Forget): addresses and
 * domains. All of it or nothing; answers whether anything is new, and how many entries the lists have then.
 */
export const updateJunkSenders = defineAction({
  name: 'UpdateJunkSenders',
  input: z.object({ ...inOrganization, EntityId: entity, Block: entries, Trust: entries, Forget: entries }),
  run: async ({ store }, input) => {
    const { at } = await getOwner(store, input.OrganizationId, input.EntityId)
    const { Block: block, Trust: trust, Forget: forget } = input
    const { lists, isNew } = await changeJunkLists(store, at, { block, trust, forget })
    const { blocked, safe, safeRecipients } = lists
    return {
      Changed: isNew,
      ...{ Blocked: blocked.length, Safe: safe.length, SafeRecipients: safeRecipients.length },
    }
  },
})
