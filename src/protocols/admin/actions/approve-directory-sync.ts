import { z } from 'zod'
import { approveRun } from '#src/domain/directory-sync/run.ts'
import { tellRun } from '#src/domain/directory-sync/tell-run.ts'
import { defineAction } from '../action.ts'
import { inOrganization } from '../fields.ts'
import { syncDeps, tellingWhy } from '../sync-deps.ts'
import { runMembers } from '../sync-members.ts'

/** Ours: puts the run into place that a guard held up, as it was shown, as a long operation. */
export const approveDirectorySync = defineAction({
  name: 'ApproveDirectorySync',
  input: z.object({ ...inOrganization, Run: z.number().int().positive() }),
  run: async (context, { OrganizationId: organization, Run }) => {
    const id = context.operations.start({ name: 'SyncDirectory', organization }, async (report, signal) => {
      const run = await tellingWhy(() => approveRun(syncDeps(context), organization, Run, { report, signal }))
      // Its alerts were told when it began to wait.
      tellRun(context.log, organization, { ...run, alerts: [] })
      await context.addressBooks.prepare(organization, signal)
      return runMembers(run)
    })
    return { OperationId: id }
  },
})
