import { z } from 'zod'
import { membersOf } from '#src/domain/migration/engine/flip/flip.ts'
import { hasFailed, isLookedAt } from '#src/domain/migration/engine/preflight/preflight.ts'
import { preflightPart } from '#src/domain/migration/engine/preflight/preflight-part.ts'
import type { Project } from '#src/domain/migration/engine/project/project.ts'
import { findProject } from '#src/domain/migration/engine/steer/steer-project.ts'
import type { MailboxSource } from '#src/domain/migration/source.ts'
import { defineAction } from '../action.ts'
import { present } from '../entries.ts'
import { batchNumber, checkMembers, inProject } from '../migration-members.ts'
import { formatPlace, parsePlace, partOf } from '../part.ts'

const count = z.number().int().min(0)
const place = z.object({
  after: count,
  bytes: z.number().min(0),
  unknown: count,
  sources: z.record(z.string(), z.boolean()),
})

/**
 * Ours: the pre-flight of a batch by itself: every line, red or green. Nothing is begun and nothing written. A part of its
 * mailboxes at each call, until no NextToken is left; each part says whether it passed.
 */
export const getMigrationPreflight = defineAction({
  name: 'GetMigrationPreflight',
  reads: true,
  input: z.object({
    ...inProject,
    BatchNumber: batchNumber,
    NextToken: z.string().min(1).max(65_536).optional(),
  }),
  run: async ({ store, migration, now, signal }, { OrganizationId, ProjectId, BatchNumber, NextToken }) => {
    const from = parsePlace(NextToken, place)
    const isOver = partOf(now)
    const project = await findProject(store, OrganizationId, ProjectId)
    const batch = await store.migration.getBatch(OrganizationId, project.id, BatchNumber)
    const members = (await membersOf(store.migration, OrganizationId, project.id, BatchNumber)).filter(
      isLookedAt,
    )
    const opened: MailboxSource[] = []
    const openSource = async (of: Project, source: string) => {
      const login = await store.migration.getSourceLogin(of.organization, of.id, source)
      const made = await migration.openSource(login)
      opened.push(made)
      return migration.budgeted(of.organization, login.config, made)
    }
    try {
      const deps = { store, openSource, freeBytes: migration.freeBytes, dns: migration.dns, now, signal }
      const { lines, next } = await preflightPart(deps, project, batch, members, { from, isOver })
      return present({
        Passed: !hasFailed(lines),
        Checks: lines.map(checkMembers),
        Mailboxes: members.length,
        Looked: next === null ? members.length : members.filter(({ no }) => no <= next.after).length,
        NextToken: formatPlace(next),
      })
    } finally {
      await Promise.allSettled(opened.map((source) => source.close()))
    }
  },
})
