import { z } from 'zod'
import { removeMember } from '#src/domain/migration/engine/steer-members.ts'
import { defineAction } from '../action.ts'
import { address, memberMembers, onProject, steeringOf } from '../migration-members.ts'

/** Ours: takes a mailbox out of its batch before the flip. */
export const removeMigrationMailbox = defineAction({
  name: 'RemoveMigrationMailbox',
  input: z.object({
    ...onProject,
    Address: address,
    /** Why. */
    Note: z.string().max(1_024).optional(),
  }),
  run: async (context, input) => ({
    Mailbox: memberMembers(await removeMember(await steeringOf(context, input), input.Address, input.Note)),
  }),
})
