import { z } from 'zod'
import { rollbackHead, scriptEnd, scriptHead } from '#src/domain/migration/cut-over/exchange-script.ts'
import { listScriptSteps, type StepPlace } from '#src/domain/migration/cut-over/list-steps.ts'
import { isFlipped } from '#src/domain/migration/engine/project/state.ts'
import { findProject } from '#src/domain/migration/engine/steer/steer-project.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import { defineAction } from '../action.ts'
import { present } from '../entries.ts'
import { page } from '../fields.ts'
import { inProject } from '../migration-members.ts'
import { formatNextToken, pageLimit, parseNextToken } from '../pagination.ts'

/**
 * Ours: what to run in the Exchange Management Shell once a batch has moved, what undoes it, and every object as it was before.
 * A script is its head, its steps in their order, and its end.
 */
export const listMigrationScriptSteps = defineAction({
  name: 'ListMigrationScriptSteps',
  reads: true,
  input: z.object({ ...inProject, ...page, BatchNumber: z.number().int().min(1) }),
  run: async ({ store }, input) => {
    const project = await findProject(store, input.OrganizationId, input.ProjectId)
    const { no, state } = await store.migration.getBatch(input.OrganizationId, project.id, input.BatchNumber)
    const { routingDomain } = await store.directory.settings(input.OrganizationId)
    if (routingDomain === null)
      throw new Refusal(
        'wrong-state',
        'The organisation has no routing domain. Name one with "landbridge domain routing", so that Exchange can send here.',
      )
    const token = /^(mailboxes|imported|partial):(.*)$/.exec(parseNextToken(input.NextToken, 'string') ?? '')
    const place: StepPlace | null =
      token === null
        ? null
        : { part: token[1] as StepPlace['part'], after: token[2] === '' ? null : token[2]! }
    const { steps, next } = await listScriptSteps(store, project, no, place, pageLimit(input.MaxResults))
    const about = { project: project.name, batch: no, routingDomain, hasMoved: isFlipped(state) }
    return present({
      NotMoved: place === null && !isFlipped(state) ? true : undefined,
      ScriptHead: place === null ? scriptHead(about) : undefined,
      RollbackHead: place === null ? rollbackHead(about) : undefined,
      ScriptEnd: place === null ? scriptEnd() : undefined,
      Steps: steps.map(({ name, script, rollback, before }) =>
        present({
          Name: name,
          Script: script,
          Rollback: rollback,
          Before: (before ?? undefined) as JsonObject | undefined,
        }),
      ),
      NextToken: formatNextToken(next && `${next.part}:${next.after ?? ''}`),
    })
  },
})
