import type { OrganizationId } from '#src/base/ids.ts'
import type {
  DeferredGrant,
  Member,
  MigrationEvent,
  ProjectId,
} from '#src/domain/migration/engine/project/project.ts'
import type { MemberState } from '#src/domain/migration/engine/project/state.ts'
import { LeaseLost, type MigrationReader, type MigrationWriter } from '#src/domain/migration/store.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { DataKey } from '../data-key.ts'
import type { Session } from '../session.ts'
import { missing } from './projects.ts'

type Reads = Pick<
  MigrationReader,
  | 'listMembers'
  | 'listMemberStates'
  | 'countMemberStates'
  | 'getMember'
  | 'findMember'
  | 'listMigrationEvents'
  | 'listGrants'
  | 'grantsOf'
>
type Writes = Pick<
  MigrationWriter,
  'removeMember' | 'leaseMember' | 'holdLease' | 'freeLease' | 'addEvent' | 'putGrant'
> & {
  /** Whether its batch, its state or when it is due changed: anything else of it is for who looks at it. */
  putMember(...args: Parameters<MigrationWriter['putMember']>): Promise<boolean>
}

type StepRow = { no: number; batch: number; state: string; priority: number; due_at: number | null }
type MemberRow = {
  no: number
  fence: number
  lease_token: string | null
  leased_until: number | null
  sealed: Uint8Array
}
const MEMBER = 'no, fence, lease_token, leased_until, sealed'

export const memberPlace = (org: OrganizationId, project: string, no: number) =>
  `migration-member:${org}:${project}:${no}`
export const eventPlace = (org: OrganizationId, project: string, no: number) =>
  `migration-event:${org}:${project}:${no}`
export const grantPlace = (org: OrganizationId, project: string, no: number) =>
  `migration-grant:${org}:${project}:${no}`
export const addressKey = (key: DataKey, address: string): Uint8Array =>
  key.blind('migration-address', address.normalize('NFC').toLowerCase())

export function memberReads({ sql, keys }: Session): Reads {
  const opened = (key: DataKey, org: OrganizationId, project: ProjectId, row: MemberRow): Member => ({
    ...key.openJson<Member>(memberPlace(org, project, row.no), row.sealed),
    fence: row.fence,
    leasedUntil: row.leased_until,
    ...(row.lease_token !== null && { heldBy: row.lease_token }),
  })
  const openedGrant = (
    key: DataKey,
    org: OrganizationId,
    project: ProjectId,
    row: { no: number; sealed: Uint8Array },
  ): DeferredGrant => key.openJson<DeferredGrant>(grantPlace(org, project, row.no), row.sealed)
  return {
    async listMembers(org, project, { batch, after, limit }) {
      const key = await keys.organization(org)
      const rows =
        batch === undefined
          ? await sql.all<MemberRow>(
              `SELECT ${MEMBER} FROM migration_member WHERE org = ? AND project = ? AND no > ? ORDER BY no LIMIT ?`,
              org,
              project,
              after ?? 0,
              limit,
            )
          : await sql.all<MemberRow>(
              `SELECT ${MEMBER} FROM migration_member WHERE org = ? AND project = ? AND batch = ? AND no > ? ORDER BY no LIMIT ?`,
              org,
              project,
              batch,
              after ?? 0,
              limit,
            )
      return {
        rows: rows.map((row) => opened(key, org, project, row)),
        next: rows.length < limit ? null : rows.at(-1)!.no,
      }
    },

    async listMemberStates(org, project, batch) {
      const rows = await sql.all<{ state: string }>(
        'SELECT DISTINCT state FROM migration_member WHERE org = ? AND project = ? AND batch = ?',
        org,
        project,
        batch,
      )
      return rows.map(({ state }) => state as MemberState)
    },

    countMemberStates: (org, project) =>
      sql.all<{ batch: number; state: MemberState; members: number }>(
        'SELECT batch, state, COUNT(*) AS members FROM migration_member WHERE org = ? AND project = ? GROUP BY batch, state',
        org,
        project,
      ),

    async getMember(org, project, no) {
      const key = await keys.organization(org)
      const row = await sql.get<MemberRow>(
        `SELECT ${MEMBER} FROM migration_member WHERE org = ? AND project = ? AND no = ?`,
        org,
        project,
        no,
      )
      if (!row) throw missing(`The project has no mailbox ${no}.`)
      return opened(key, org, project, row)
    },

    async findMember(org, project, address) {
      const key = await keys.organization(org)
      const row = await sql.get<MemberRow>(
        `SELECT ${MEMBER} FROM migration_member WHERE org = ? AND project = ? AND address_key = ?`,
        org,
        project,
        addressKey(key, address),
      )
      return row && opened(key, org, project, row)
    },

    async listMigrationEvents(org, project, { before, limit }) {
      const key = await keys.organization(org)
      const rows = await sql.all<{ no: number; sealed: Uint8Array }>(
        'SELECT no, sealed FROM migration_event WHERE org = ? AND project = ? AND no < ? ORDER BY no DESC LIMIT ?',
        org,
        project,
        before ?? Number.MAX_SAFE_INTEGER,
        limit,
      )
      const events = rows.map(({ no, sealed }) =>
        key.openJson<MigrationEvent>(eventPlace(org, project, no), sealed),
      )
      return { rows: events, next: rows.length < limit ? null : rows.at(-1)!.no }
    },

    async listGrants(org, project, { state, owner, after, limit }) {
      const key = await keys.organization(org)
      // Numbers alone: asked for whole rows, SQLite goes through all of the project, as they lie in its key.
      const rows = await sql.all<{ no: number; sealed: Uint8Array }>(
        `SELECT no, sealed FROM migration_grant WHERE org = ? AND project = ? AND no IN (
          SELECT no FROM migration_grant WHERE org = ? AND project = ? AND no > ?
          ${state === undefined ? '' : 'AND state = ?'} ${owner === undefined ? '' : 'AND owner_key = ?'}
          ORDER BY no LIMIT ?) ORDER BY no`,
        ...[org, project, org, project],
        after ?? 0,
        ...(state === undefined ? [] : [state]),
        ...(owner === undefined ? [] : [addressKey(key, owner)]),
        limit,
      )
      return {
        rows: rows.map((row) => openedGrant(key, org, project, row)),
        next: rows.length < limit ? null : rows.at(-1)!.no,
      }
    },

    async grantsOf(org, project, address, states) {
      const key = await keys.organization(org)
      const end = addressKey(key, address)
      const rows: { no: number; sealed: Uint8Array }[] = []
      for (const side of ['owner_key', 'grantee_key'])
        rows.push(
          ...(await sql.all<{ no: number; sealed: Uint8Array }>(
            `SELECT no, sealed FROM migration_grant WHERE org = ? AND project = ? AND ${side} = ?
            AND state IN (${states.map(() => '?').join(', ')})`,
            org,
            project,
            end,
            ...states,
          )),
        )
      const once = new Map(rows.map((row) => [row.no, row]))
      return [...once.values()].map((row) => openedGrant(key, org, project, row))
    },
  }
}

export function memberWrites({ sql, keys }: Session): Writes {
  return {
    async putMember(org, member) {
      const key = await keys.organization(org)
      const { project, no, batch, state, priority, dueAt, address } = member
      const end = addressKey(key, address)
      const before = await sql.get<StepRow>(
        'SELECT no, batch, state, priority, due_at FROM migration_member WHERE org = ? AND project = ? AND address_key = ?',
        org,
        project,
        end,
      )
      if (before && before.no !== no)
        throw new Refusal('name-taken', `${address} is in this project already, as mailbox ${before.no}.`)
      const { fence: _fence, leasedUntil: _until, heldBy: _by, ...rest } = member
      await sql.run(
        `INSERT INTO migration_member (org, project, no, batch, state, priority, due_at, fence, address_key, sealed)
        VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?, ?)
        ON CONFLICT (org, project, no) DO UPDATE SET batch = excluded.batch, state = excluded.state,
          priority = excluded.priority, due_at = excluded.due_at, address_key = excluded.address_key, sealed = excluded.sealed`,
        org,
        project,
        no,
        batch,
        state,
        priority,
        dueAt,
        end,
        key.sealJson(memberPlace(org, project, no), rest),
      )
      return (
        before?.batch !== batch ||
        before.state !== state ||
        before.priority !== priority ||
        before.due_at !== dueAt
      )
    },

    async removeMember(org, project, no) {
      await sql.run('DELETE FROM migration_member WHERE org = ? AND project = ? AND no = ?', org, project, no)
    },

    async leaseMember(org, project, no, { token, now, until }) {
      const row = await sql.get<{ fence: number }>(
        `UPDATE migration_member SET fence = fence + 1, lease_token = ?, leased_until = ?
        WHERE org = ? AND project = ? AND no = ? AND (lease_token IS NULL OR leased_until < ?) RETURNING fence`,
        token,
        until,
        org,
        project,
        no,
        now,
      )
      return row?.fence ?? null
    },

    async holdLease(org, project, no, { token, fence, until }) {
      const held = await sql.run(
        `UPDATE migration_member SET leased_until = ?
        WHERE org = ? AND project = ? AND no = ? AND lease_token = ? AND fence = ?`,
        until,
        org,
        project,
        no,
        token,
        fence,
      )
      if (held === 0) throw new LeaseLost(`Somebody else works on mailbox ${no} by now.`)
    },

    async freeLease(org, project, no, token) {
      await sql.run(
        `UPDATE migration_member SET lease_token = NULL, leased_until = NULL
        WHERE org = ? AND project = ? AND no = ? AND lease_token = ?`,
        org,
        project,
        no,
        token,
      )
    },

    async addEvent(org, project, event) {
      const key = await keys.organization(org)
      const row = await sql.get<{ next_event: number }>(
        'UPDATE migration_project SET next_event = next_event + 1 WHERE org = ? AND id = ? RETURNING next_event',
        org,
        project,
      )
      if (!row) throw missing(`There is no migration project ${project}.`)
      const no = row.next_event - 1
      await sql.run(
        'INSERT INTO migration_event (org, project, no, at, sealed) VALUES (?, ?, ?, ?, ?)',
        org,
        project,
        no,
        event.at,
        key.sealJson(eventPlace(org, project, no), { ...event, no } satisfies MigrationEvent),
      )
    },

    async putGrant(org, project, grant) {
      const key = await keys.organization(org)
      let { no } = grant
      if (no === undefined) {
        const row = await sql.get<{ next_grant: number }>(
          'UPDATE migration_project SET next_grant = next_grant + 1 WHERE org = ? AND id = ? RETURNING next_grant',
          org,
          project,
        )
        if (!row) throw missing(`There is no migration project ${project}.`)
        no = row.next_grant - 1
      }
      await sql.run(
        `INSERT INTO migration_grant (org, project, no, state, owner_key, grantee_key, sealed) VALUES (?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (org, project, no) DO UPDATE SET state = excluded.state, owner_key = excluded.owner_key,
          grantee_key = excluded.grantee_key, sealed = excluded.sealed`,
        org,
        project,
        no,
        grant.state,
        addressKey(key, grant.owner),
        addressKey(key, grant.grantee),
        key.sealJson(grantPlace(org, project, no), { ...grant, no } satisfies DeferredGrant),
      )
    },
  }
}
