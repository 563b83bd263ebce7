import { z } from 'zod'
import { undoDirectoryStep, writeDirectoryStep } from '#src/domain/migration/cut-over/write-directory.ts'
import { getMemberOf } from '#src/domain/migration/engine/project/named.ts'
import { defineAction } from '../action.ts'
import { withExchangeDirectory } from '../exchange-directory.ts'
import { address, directoryAccount, directoryValues, onProject, steeringOf } from '../migration-members.ts'

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
      const member = await getMemberOf(context.store, input.OrganizationId, project.id, input.Address)
      const step = input.Undo === true ? undoDirectoryStep : writeDirectoryStep
      const { by } = await steeringOf(context, input)
      const changed = await step(store, project, directory, member, input.Before, { by, now: context.now })
      return { Changed: [...changed] }
    }),
})
