import { z } from 'zod'
import { changeMailbox } from '#src/domain/migration/engine/steer/steer-mailbox.ts'
import { defineAction } from '../action.ts'
import {
  address,
  memberMembers,
  moment,
  onProject,
  ownChange,
  ownFields,
  steeringOf,
} from '../migration-members.ts'

/** Ours: what one mailbox of a migration has otherwise than its batch and project. */
export const updateMigrationMailbox = defineAction({
  name: 'UpdateMigrationMailbox',
  input: z.object({
    ...{ ...onProject, Address: address },
    /** Null takes one away: it is as its batch or project says again. */
    OwnSettings: ownFields.optional(),
    Priority: z.number().int().min(1).max(9).optional(),
    StartAfter: moment.nullable().optional(),
  }),
  run: async (context, input) => {
    const { OwnSettings, Priority: priority, StartAfter } = input
    const member = await changeMailbox(await steeringOf(context, input), input.Address, {
      ...(OwnSettings && { own: ownChange(OwnSettings) }),
      ...(priority !== undefined && { priority }),
      ...(StartAfter !== undefined && { startAfter: StartAfter === null ? null : StartAfter * 1_000 }),
    })
    return { Mailbox: { ...memberMembers(member), Priority: member.priority } }
  },
})
