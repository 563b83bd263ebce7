import { z } from 'zod'
import type { ExchangeDirectory } from '#src/domain/migration/cut-over/directory-values.ts'
import { planDirectoryStep } from '#src/domain/migration/cut-over/write-directory.ts'
import type { Member, Project } from '#src/domain/migration/engine/project/project.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { Store } from '#src/domain/store.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import { defineAction } from '../action.ts'
import { present } from '../entries.ts'
import { withExchangeDirectory } from '../exchange-directory.ts'
import { page } from '../fields.ts'
import { batchNumber, directoryAccount, inProject } from '../migration-members.ts'
import { formatNextToken, pageLimit, parseNextToken } from '../pagination.ts'
import { partOf } from '../part.ts'

/**
 * Ours: what WriteMigrationDirectory would change of each mailbox of a batch, and what is there now, or why it cannot be written.
 * Nothing is written. As many at each call as its time allows, until no NextToken is left.
 */
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
      const isOver = partOf(context.now)
      const objects: JsonObject[] = []
      for (const [at, member] of rows.entries()) {
        context.signal.throwIfAborted()
        if (!['left', 'cancelled'].includes(member.state))
          objects.push(await objectMembers(store, project, directory, member))
        if (at + 1 < rows.length && isOver())
          return present({ Objects: objects, NextToken: formatNextToken(member.no) })
      }
      return present({ Objects: objects, NextToken: formatNextToken(next) })
    }),
})

/** A mailbox about which the directory cannot be asked, or that it does not have any more, has its problem; the others go on. */
async function objectMembers(
  store: Store,
  project: Project,
  directory: ExchangeDirectory,
  member: Member,
): Promise<JsonObject> {
  try {
    const { address, place, before, after, changes } = await planDirectoryStep(
      store,
      project,
      directory,
      member,
    )
    return {
      Address: address,
      Place: place,
      Before: { ...before },
      After: { ...after },
      Changes: [...changes],
    }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return { Address: member.address, Changes: [], Problem: error.message }
  }
}
