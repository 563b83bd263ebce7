import type { OrganizationId } from '#src/base/ids.ts'
import type {
  Batch,
  Project,
  ProjectId,
  SourceConfig,
  SourceLogin,
} from '#src/domain/migration/engine/project/project.ts'
import type { MigrationReader, MigrationWriter } from '#src/domain/migration/store.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { DataKey } from '../data-key.ts'
import type { Session } from '../session.ts'
import { migrationTables } from './erase.ts'

type Reads = Pick<
  MigrationReader,
  'listProjects' | 'getProject' | 'listSources' | 'getSourceLogin' | 'listBatches' | 'getBatch'
>
type Writes = Pick<MigrationWriter, 'putProject' | 'removeProject' | 'putSource' | 'putBatch'>

export const projectPlace = (org: OrganizationId, id: string) => `migration-project:${org}:${id}`
export const batchPlace = (org: OrganizationId, project: string, no: number) =>
  `migration-batch:${org}:${project}:${no}`
export const sourcePlace = (org: OrganizationId, project: string, key: Uint8Array) =>
  `migration-source:${org}:${project}:${Buffer.from(key).toString('hex')}`
export const secretPlace = (org: OrganizationId, project: string, key: Uint8Array) =>
  `migration-secret:${org}:${project}:${Buffer.from(key).toString('hex')}`

/** What a source is found by. */
export const sourceNameKey = (key: DataKey, id: string): Uint8Array => key.blind('migration-source', id)

type SourceRow = { name_key: Uint8Array; sealed: Uint8Array; sealed_secret: Uint8Array | null }

export function projectReads({ sql, keys }: Session): Reads {
  return {
    async listProjects(org) {
      const rows = await sql.all<{ id: string; sealed: Uint8Array }>(
        'SELECT id, sealed FROM migration_project WHERE org = ? ORDER BY created_at, id',
        org,
      )
      if (rows.length === 0) return []
      const key = await keys.organization(org)
      return rows.map(({ id, sealed }) => key.openJson<Project>(projectPlace(org, id), sealed))
    },

    async getProject(org, id) {
      const key = await keys.organization(org)
      const row = await sql.get<{ sealed: Uint8Array }>(
        'SELECT sealed FROM migration_project WHERE org = ? AND id = ?',
        org,
        id,
      )
      if (!row) throw missing(`There is no migration project ${id}.`)
      return key.openJson<Project>(projectPlace(org, id), row.sealed)
    },

    async listSources(org, project) {
      const key = await keys.organization(org)
      const rows = await sql.all<SourceRow>(
        'SELECT name_key, sealed, sealed_secret FROM migration_source WHERE org = ? AND project = ?',
        org,
        project,
      )
      return rows
        .map((row) => key.openJson<SourceConfig>(sourcePlace(org, project, row.name_key), row.sealed))
        .sort((a, b) => (a.id < b.id ? -1 : 1))
    },

    async getSourceLogin(org, project, source) {
      const key = await keys.organization(org)
      const name = sourceNameKey(key, source)
      const row = await sql.get<SourceRow>(
        'SELECT name_key, sealed, sealed_secret FROM migration_source WHERE org = ? AND project = ? AND name_key = ?',
        org,
        project,
        name,
      )
      if (!row) throw missing(`The project has no source "${source}".`)
      const config = key.openJson<SourceConfig>(sourcePlace(org, project, name), row.sealed)
      const secret = row.sealed_secret && key.open(secretPlace(org, project, name), row.sealed_secret)
      return { config, secret: secret?.toString('utf8') ?? null } satisfies SourceLogin
    },

    async listBatches(org, project) {
      const key = await keys.organization(org)
      const rows = await sql.all<{ no: number; sealed: Uint8Array }>(
        'SELECT no, sealed FROM migration_batch WHERE org = ? AND project = ? ORDER BY no',
        org,
        project,
      )
      return rows.map(({ no, sealed }) => key.openJson<Batch>(batchPlace(org, project, no), sealed))
    },

    async getBatch(org, project, no) {
      const key = await keys.organization(org)
      const row = await sql.get<{ sealed: Uint8Array }>(
        'SELECT sealed FROM migration_batch WHERE org = ? AND project = ? AND no = ?',
        org,
        project,
        no,
      )
      if (!row)
        throw missing(`The project has no batch ${no}. "landbridge migrate status" shows its batches.`)
      return key.openJson<Batch>(batchPlace(org, project, no), row.sealed)
    },
  }
}

export function projectWrites({ sql, keys }: Session): Writes {
  return {
    async putProject(project: Project) {
      const { organization: org, id, createdAt } = project
      const key = await keys.organization(org)
      await sql.run(
        `INSERT INTO migration_project (org, id, created_at, next_event, next_grant, sealed) VALUES (?, ?, ?, 1, 1, ?)
        ON CONFLICT (org, id) DO UPDATE SET sealed = excluded.sealed`,
        org,
        id,
        createdAt,
        key.sealJson(projectPlace(org, id), project),
      )
    },

    async removeProject(org, project: ProjectId) {
      for (const [table] of migrationTables) {
        const column = table === 'migration_project' ? 'id' : 'project'
        await sql.run(`DELETE FROM ${table} WHERE org = ? AND ${column} = ?`, org, project)
      }
    },

    async putSource(org, project, { config, secret }) {
      const key = await keys.organization(org)
      const name = sourceNameKey(key, config.id)
      await sql.run(
        `INSERT INTO migration_source (org, project, name_key, sealed, sealed_secret) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (org, project, name_key) DO UPDATE SET sealed = excluded.sealed, sealed_secret = excluded.sealed_secret`,
        org,
        project,
        name,
        key.sealJson(sourcePlace(org, project, name), config),
        secret === null ? null : key.seal(secretPlace(org, project, name), secret),
      )
    },

    async putBatch(org, batch) {
      const key = await keys.organization(org)
      const { project, no, state } = batch
      await sql.run(
        `INSERT INTO migration_batch (org, project, no, state, sealed) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (org, project, no) DO UPDATE SET state = excluded.state, sealed = excluded.sealed`,
        org,
        project,
        no,
        state,
        key.sealJson(batchPlace(org, project, no), batch),
      )
    },
  }
}

export const missing = (sentence: string): Refusal => new Refusal('no-such-item', sentence)
