import { z } from 'zod'
import { undoDirectoryStep, writeDirectoryStep } from '#src/domain/migration/cut-over/write-directory.ts'
import { defineAction } from '../action.ts'
import { withExchangeDirectory } from '../exchange-directory.ts'
import {
  address,
  directoryAccount,
  directoryValues,
  getMemberOf,
  onProject,
  steeringOf,
} from '../migration-members.ts'

/**
 * Ours: makes the object of a mailbox that has moved lead here, in the directory of the other side, or puts it back as it was.
 * `Before` is what ListMigrationDirectoryChanges said of it; what is otherwise by now is refused.
 */
export const writeMigrationDirectory = defineAction({
  name: 'WriteMigrationDirectory',
  input: z.object({
    ...onProject,
    ...directoryAccount,
    Address: address,
    Before: directoryValues,
    Undo: z.boolean().optional(),
  }),
  run: (context, input) =>
    withExchangeDirectory(context, input, async (project, directory) => {
      const { store } = context
      const member = await getMemberOf(context, input.OrganizationId, project.id, input.Address)
      const step = input.Undo === true ? undoDirectoryStep : writeDirectoryStep
      const changed = await step(store, project, directory, member, input.Before)
      if (changed.length > 0) {
        const { by, now } = await steeringOf(context, input)
        const done = input.Undo === true ? 'is as it was again' : 'leads here now'
        await store.transact({ organization: input.OrganizationId }, ({ migration }) =>
          migration.addEvent(input.OrganizationId, project.id, {
            ...{ at: now, kind: 'directory', batch: member.batch, member: member.no, by },
            sentence: `The object of ${member.address} in the directory ${done} (${changed.join(', ')}).`,
          }),
        )
      }
      return { Changed: [...changed] }
    }),
})
