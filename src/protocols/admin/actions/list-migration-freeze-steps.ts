import { z } from 'zod'
import { scriptEnd } from '#src/domain/migration/cut-over/exchange-script.ts'
import {
  freezeHead,
  listFreezeSteps,
  requireUnmoved,
  thawHead,
} from '#src/domain/migration/cut-over/freeze-script.ts'
import { findProject } from '#src/domain/migration/engine/steer/steer-project.ts'
import { defineAction } from '../action.ts'
import { present } from '../entries.ts'
import { page } from '../fields.ts'
import { batchNumber, inProject } from '../migration-members.ts'
import { formatNextToken, pageLimit, parseNextToken } from '../pagination.ts'

/**
 * Ours: what closes the mailboxes of a batch to their people before its cut-over, in the Exchange Management Shell, and what opens
 * them again. Elsewhere are those that come from other systems, which have no such switch.
 */
export const listMigrationFreezeSteps = defineAction({
  name: 'ListMigrationFreezeSteps',
  reads: true,
  input: z.object({ ...inProject, ...page, BatchNumber: batchNumber }),
  run: async ({ store }, input) => {
    const project = await findProject(store, input.OrganizationId, input.ProjectId)
    const batch = await store.migration.getBatch(input.OrganizationId, project.id, input.BatchNumber)
    requireUnmoved(batch)
    const { no } = batch
    const after = parseNextToken(input.NextToken, 'number') ?? null
    const at = { after, limit: pageLimit(input.MaxResults) }
    const { steps, elsewhere, next } = await listFreezeSteps(store, project, no, at)
    const about = { project: project.name, batch: no }
    return present({
      ScriptHead: after === null ? freezeHead(about) : undefined,
      RollbackHead: after === null ? thawHead(about) : undefined,
      ScriptEnd: after === null ? scriptEnd() : undefined,
      Steps: steps.map(({ name, script, rollback }) => ({ Name: name, Script: script, Rollback: rollback })),
      Elsewhere: elsewhere,
      NextToken: formatNextToken(next),
    })
  },
})
