import { z } from 'zod'
import { planDirectoryStep } from '#src/domain/migration/cut-over/write-directory.ts'
import { defineAction } from '../action.ts'
import { present } from '../entries.ts'
import { withExchangeDirectory } from '../exchange-directory.ts'
import { page } from '../fields.ts'
import { batchNumber, directoryAccount, inProject } from '../migration-members.ts'
import { formatNextToken, pageLimit, parseNextToken } from '../pagination.ts'

/** Ours: what WriteMigrationDirectory would change of each mailbox of a batch, and what is there now. Nothing is written. */
export const listMigrationDirectoryChanges = defineAction({
  name: 'ListMigrationDirectoryChanges',
  reads: true,
  input: z.object({ ...inProject, ...page, ...directoryAccount, BatchNumber: batchNumber }),
  run: (context, input) =>
    withExchangeDirectory(context, input, async (project, directory) => {
      const { store } = context
      const { no } = await store.migration.getBatch(input.OrganizationId, project.id, input.BatchNumber)
      const { rows, next } = await store.migration.listMembers(input.OrganizationId, project.id, {
        batch: no,
        after: parseNextToken(input.NextToken, 'number'),
        limit: pageLimit(input.MaxResults),
      })
      const steps = []
      for (const member of rows)
        if (!['left', 'cancelled'].includes(member.state))
          steps.push(await planDirectoryStep(store, project, directory, member))
      return present({
        Objects: steps.map(({ address, place, before, after, changes }) => ({
          Address: address,
          Place: place,
          Before: { ...before },
          After: { ...after },
          Changes: [...changes],
        })),
        NextToken: formatNextToken(next),
      })
    }),
})
