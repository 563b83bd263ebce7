import type { EntryId } from '#src/base/ids.ts'
import type { Group, Resource } from '#src/domain/directory/entry.ts'
import type { DirectoryReader } from '#src/domain/directory/store.ts'
import type { Session } from '../session.ts'
import { ENTRY_COLUMNS, type EntryRow, openEntry } from './entry-row.ts'
import { pageOf, pageSize } from './page.ts'

/** Groups looked at on the way up from one entry. */
const MOST_ABOVE = 10_000

/** The entry and the enabled groups that hold it; parameters: organisation, entry, organisation. UNION ends at cycles. */
export const UP = `WITH RECURSIVE up (id) AS (
  SELECT s.id FROM directory_entry s WHERE s.org = ? AND s.id = ?
  UNION
  SELECT m.grp FROM up JOIN directory_member m ON m.org = ? AND m.member = up.id
    JOIN directory_entry g ON g.org = m.org AND g.id = m.grp AND g.state = 'ENABLED'
)`

const UP_ANY_STATE = UP.replace(" AND g.state = 'ENABLED'", '')

type RelationReads = Pick<
  DirectoryReader,
  'listMembers' | 'listGroupsOf' | 'listPrincipals' | 'listDelegates' | 'listResourcesOf' | 'isDelegate'
>

/** Groups and their members, resources and their delegates. */
export function relationReads({ sql, keys }: Session): RelationReads {
  async function page<T>(
    text: string,
    org: Parameters<DirectoryReader['listMembers']>[0],
    of: EntryId,
    after: EntryId | null,
    limit: number,
  ) {
    const key = await keys.organization(org)
    const size = pageSize(limit)
    const rows = await sql.all<EntryRow>(text, org, of, after ?? '', size + 1)
    return pageOf(
      rows,
      size,
      (row) => row.id,
      (row) => openEntry(key, org, row) as T,
    )
  }

  return {
    listMembers: (org, group, { after, limit }) => page(LIST.members, org, group, after ?? null, limit),
    listGroupsOf: (org, member, { after, limit }) =>
      page<Group>(LIST.groups, org, member, after ?? null, limit),
    listDelegates: (org, resource, { after, limit }) =>
      page(LIST.delegates, org, resource, after ?? null, limit),
    listResourcesOf: (org, delegate, { after, limit }) =>
      page<Resource>(LIST.resources, org, delegate, after ?? null, limit),

    async listPrincipals(org, entry, { enabledOnly, limit }) {
      await keys.organization(org)
      const rows = await sql.all<{ id: EntryId }>(
        enabledOnly ? `${UP} SELECT id FROM up LIMIT ?` : `${UP_ANY_STATE} SELECT id FROM up LIMIT ?`,
        org,
        entry,
        org,
        Math.min(limit, MOST_ABOVE + 1),
      )
      return rows.map(({ id }) => id)
    },

    async isDelegate(org, resource, entry) {
      await keys.organization(org)
      const row = await sql.get(
        `${UP} SELECT d.delegate FROM up JOIN resource_delegate d ON d.org = ? AND d.resource = ? AND d.delegate = up.id LIMIT 1`,
        org,
        entry,
        org,
        org,
        resource,
      )
      return row !== undefined
    },
  }
}

/** Entries on the other side of a relation; parameters: organisation, this side, after, limit. */
const LIST = {
  members: other('directory_member', 'grp', 'member'),
  groups: other('directory_member', 'member', 'grp'),
  delegates: other('resource_delegate', 'resource', 'delegate'),
  resources: other('resource_delegate', 'delegate', 'resource'),
}

function other(table: string, thisSide: string, thatSide: string): string {
  return `SELECT ${ENTRY_COLUMNS} FROM ${table} r JOIN directory_entry e ON e.org = r.org AND e.id = r.${thatSide}
    WHERE r.org = ? AND r.${thisSide} = ? AND r.${thatSide} > ? AND e.state <> 'DELETED' ORDER BY r.${thatSide} LIMIT ?`
}
