import { z } from 'zod'
import { findProject } from '#src/domain/migration/engine/steer/steer-project.ts'
import { defineAction } from '../action.ts'
import { present, timestamp } from '../entries.ts'
import { page } from '../fields.ts'
import { inProject } from '../migration-members.ts'
import { formatNextToken, pageLimit, parseNextToken } from '../pagination.ts'

/** Ours: who did what when, and what the engine did; the newest first. */
export const listMigrationEvents = defineAction({
  name: 'ListMigrationEvents',
  reads: true,
  input: z.object({ ...inProject, ...page }),
  run: async ({ store }, input) => {
    const { id } = await findProject(store, input.OrganizationId, input.ProjectId)
    const { rows, next } = await store.migration.listMigrationEvents(input.OrganizationId, id, {
      before: parseNextToken(input.NextToken, 'number'),
      limit: pageLimit(input.MaxResults),
    })
    const events = rows.map(({ at, kind, batch, by, sentence }) =>
      present({
        Date: timestamp(at),
        Kind: kind,
        BatchNumber: batch ?? undefined,
        By: by ?? undefined,
        Sentence: sentence,
      }),
    )
    return present({ Events: events, NextToken: formatNextToken(next) })
  },
})
