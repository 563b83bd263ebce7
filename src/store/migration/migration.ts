import type { OrganizationId } from '#src/base/ids.ts'
import type { ProjectId } from '#src/domain/migration/engine/project/project.ts'
import type { MigrationReader, MigrationStore, MigrationWriter } from '#src/domain/migration/store.ts'
import type { Driver } from '../driver/driver.ts'
import type { Session } from '../session.ts'
import { ledgerCounts } from './ledger-counts.ts'
import { ledgerFolderReads, ledgerFolderWrites } from './ledger-folders.ts'
import { ledgerItemReads, ledgerItemWrites } from './ledger-items.ts'
import { memberReads, memberWrites } from './members.ts'
import { projectReads, projectWrites } from './projects.ts'
import { returnReads, returnWrites } from './returns.ts'

const migrationReader = (session: Session, isCommitted: boolean): MigrationReader => ({
  ...projectReads(session),
  ...memberReads(session),
  ...ledgerFolderReads(session),
  ...ledgerItemReads(session, isCommitted),
  ...ledgerCounts(session),
  ...returnReads(session),
})

/** Writes within one transaction; `changed` is told that there may be something to do. */
export function migrationWriter(session: Session, changed: () => void): MigrationWriter {
  const writes = {
    ...projectWrites(session),
    ...memberWrites(session),
  }
  return {
    ...migrationReader(session, false),
    ...writes,
    ...ledgerFolderWrites(session),
    ...ledgerItemWrites(session),
    ...returnWrites(session),
    putProject: async (project) => {
      changed()
      await writes.putProject(project)
    },
    putBatch: async (organization, batch) => {
      changed()
      await writes.putBatch(organization, batch)
    },
    putMember: async (organization, member) => {
      if (await writes.putMember(organization, member)) changed()
    },
  }
}

/** Who wants to know that something of a project was changed. */
export class MigrationWatchers {
  readonly #listeners = new Set<() => void>()

  add(changed: () => void): () => void {
    const listener = () => changed()
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  changed(): void {
    for (const listener of this.#listeners) queueMicrotask(() => this.#listeners.has(listener) && listener())
  }
}

export function migrationStore(
  session: Session,
  driver: Driver,
  watchers: MigrationWatchers,
): MigrationStore {
  return {
    ...migrationReader(session, true),

    async listDue(before, limit) {
      const rows = await driver.read.all<{
        org: string
        project: string
        no: number
        due_at: number
        priority: number
      }>(
        'SELECT org, project, no, due_at, priority FROM migration_member WHERE due_at < ? ORDER BY priority, due_at LIMIT ?',
        before,
        limit,
      )
      return rows.map((row) => ({
        organization: row.org as OrganizationId,
        project: row.project as ProjectId,
        no: row.no,
        dueAt: row.due_at,
        priority: row.priority,
      }))
    },

    async nextDueAt(now) {
      const row = await driver.read.get<{ due_at: number }>(
        'SELECT due_at FROM migration_member WHERE due_at > ? ORDER BY due_at LIMIT 1',
        now,
      )
      return row?.due_at ?? null
    },

    async freeMemberLeases() {
      const held = await driver.transact((sql) =>
        sql.all<{ org: string; project: string; no: number }>(
          'UPDATE migration_member SET leased_until = 0 WHERE lease_token IS NOT NULL RETURNING org, project, no',
        ),
      )
      return held.map(({ org, project, no }) => ({
        organization: org as OrganizationId,
        project: project as ProjectId,
        no,
      }))
    },

    async listMigrating() {
      const rows = await driver.read.all<{ org: string; id: string }>('SELECT org, id FROM migration_project')
      return rows.map(({ org, id }) => ({ organization: org as OrganizationId, project: id as ProjectId }))
    },

    watch: (changed) => watchers.add(changed),
  }
}
