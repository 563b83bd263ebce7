import { z } from 'zod'
import { syncDirectory as sync } from '#src/domain/directory-sync/run.ts'
import { tellRun } from '#src/domain/directory-sync/tell-run.ts'
import { whenFree } from '#src/domain/directory-sync/when-free.ts'
import { defineAction } from '../action.ts'
import { inOrganization } from '../fields.ts'
import { syncDeps, tellingWhy } from '../sync-deps.ts'
import { runMembers } from '../sync-members.ts'

/** Ours: reads the directory now, as a long operation. With DryRun nothing changes, and ListDirectoryDifference shows what would. */
export const syncDirectory = defineAction({
  name: 'SyncDirectory',
  input: z.object({ ...inOrganization, Full: z.boolean().optional(), DryRun: z.boolean().optional() }),
  run: async (context, { OrganizationId: organization, Full = false, DryRun = false }) => {
    const id = context.operations.start({ name: 'SyncDirectory', organization }, async (report, signal) => {
      const run = await tellingWhy(() =>
        whenFree(
          () => sync(syncDeps(context), organization, { full: Full, dryRun: DryRun, report, signal }),
          signal,
        ),
      )
      tellRun(context.log, organization, run)
      await context.addressBooks.prepare(organization, signal)
      return runMembers(run)
    })
    return { OperationId: id }
  },
})
