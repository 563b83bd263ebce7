import { z } from 'zod'
import { costOfRemoving, removeMember } from '#src/domain/migration/engine/steer/steer-members.ts'
import { defineAction } from '../action.ts'
import { address, leavingMembers, memberMembers, onProject, steeringOf } from '../migration-members.ts'

/** Ours: takes a mailbox out of its batch before the flip, or only says what that would break. */
export const removeMigrationMailbox = defineAction({
  name: 'RemoveMigrationMailbox',
  input: z.object({
    ...onProject,
    Address: address,
    /** Why. */
    Note: z.string().max(1_024).optional(),
    /** Nothing is changed. */
    DryRun: z.boolean().optional(),
  }),
  run: async (context, { Address, Note, DryRun, ...input }) => {
    const steering = await steeringOf(context, input)
    const { member, cost } = await costOfRemoving(context.store, steering, Address)
    const after = DryRun === true ? member : await removeMember(steering, Address, Note)
    return { Mailbox: memberMembers(after), Leaving: leavingMembers(cost) }
  },
})
