import { z } from 'zod'
import { membersOf } from '#src/domain/migration/engine/flip.ts'
import { hasFailed, preflightBatch } from '#src/domain/migration/engine/preflight.ts'
import type { Project } from '#src/domain/migration/engine/project.ts'
import { findProject } from '#src/domain/migration/engine/steer-project.ts'
import type { MailboxSource } from '#src/domain/migration/source.ts'
import { defineAction } from '../action.ts'
import { checkMembers, inProject } from '../migration-members.ts'

/** Ours: the pre-flight of a batch by itself: every line, red or green. Nothing is begun and nothing written. */
export const getMigrationPreflight = defineAction({
  name: 'GetMigrationPreflight',
  reads: true,
  input: z.object({ ...inProject, BatchNumber: z.number().int().min(1).max(1_000_000) }),
  run: async ({ store, migration, now, signal }, { OrganizationId, ProjectId, BatchNumber }) => {
    const project = await findProject(store, OrganizationId, ProjectId)
    const batch = await store.migration.getBatch(OrganizationId, project.id, BatchNumber)
    const members = await membersOf(store.migration, OrganizationId, project.id, BatchNumber)
    const opened: MailboxSource[] = []
    const openSource = async (of: Project, source: string) => {
      const login = await store.migration.getSourceLogin(of.organization, of.id, source)
      const made = await migration.openSource(login)
      opened.push(made)
      return made
    }
    try {
      const deps = { store, openSource, freeBytes: migration.freeBytes, now, signal }
      const lines = await preflightBatch(deps, project, batch, members)
      return { Passed: !hasFailed(lines), Checks: lines.map(checkMembers) }
    } finally {
      for (const source of opened) await source.close()
    }
  },
})
