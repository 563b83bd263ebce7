import type { EntryId, MailboxId } from '#src/base/ids.ts'
import { FOLDER_BITS } from '#src/domain/directory/folder-permission.ts'
import type { DirectoryReader, FolderPermission, MailboxPermission } from '#src/domain/directory/store.ts'
import type { Session } from '../session.ts'
import { ENTRY_COLUMNS, type EntryRow, openEntry } from './entry-row.ts'
import { pageOf, pageSize } from './page.ts'
import { UP } from './relations.ts'

/** Rows of folder permissions in one answer: folders times the groups that hold the grantee. */
const MOST_FOLDER_PERMISSIONS = 10_000

type PermissionReads = Pick<
  DirectoryReader,
  | 'listPermissions'
  | 'ownRights'
  | 'mailboxRights'
  | 'listOwners'
  | 'listSharedMailboxes'
  | 'listFolderPermissions'
  | 'folderPermissionsFor'
>

export function permissionReads({ sql, keys }: Session): PermissionReads {
  return {
    async listPermissions(org, owner, { after, limit }) {
      await keys.organization(org)
      const size = pageSize(limit)
      const rows = await sql.all<MailboxPermission>(
        `SELECT owner, grantee, rights FROM directory_permission
         WHERE org = ? AND owner = ? AND grantee > ? ORDER BY grantee LIMIT ?`,
        org,
        owner,
        after ?? '',
        size + 1,
      )
      return pageOf(
        rows,
        size,
        (row) => row.grantee,
        (row) => row,
      )
    },

    async ownRights(org, owner, grantee) {
      await keys.organization(org)
      const row = await sql.get<{ rights: number }>(
        'SELECT rights FROM directory_permission WHERE org = ? AND owner = ? AND grantee = ?',
        org,
        owner,
        grantee,
      )
      return row?.rights ?? 0
    },

    async mailboxRights(org, owner, grantee) {
      await keys.organization(org)
      const rows = await sql.all<{ rights: number }>(
        `${UP} SELECT DISTINCT p.rights FROM up JOIN directory_permission p ON p.org = ? AND p.owner = ? AND p.grantee = up.id`,
        org,
        grantee,
        org,
        org,
        owner,
      )
      return rows.reduce((all, { rights }) => all | rights, 0)
    },

    async listOwners(org, grantee, { after, limit }) {
      const key = await keys.organization(org)
      const size = pageSize(limit)
      // The engines have no common way to join bits of several rows: each right on its own, then their sum.
      const rows = await sql.all<EntryRow & { rights: number }>(
        `${UP}, granted (owner, rights) AS (
           SELECT p.owner, MAX(p.rights % 2) + 2 * MAX((p.rights / 2) % 2) + 4 * MAX((p.rights / 4) % 2)
           FROM up JOIN directory_permission p ON p.org = ? AND p.grantee = up.id AND p.owner > ?
           GROUP BY p.owner ORDER BY p.owner LIMIT ?
         )
         SELECT ${ENTRY_COLUMNS}, g.rights FROM granted g JOIN directory_entry e ON e.org = ? AND e.id = g.owner ORDER BY e.id`,
        org,
        grantee,
        org,
        org,
        after ?? '',
        size + 1,
        org,
      )
      return pageOf(
        rows,
        size,
        (row) => row.id,
        (row) => ({ owner: openEntry(key, org, row), rights: row.rights }),
      )
    },

    async listSharedMailboxes(org, grantee, { after, limit }) {
      await keys.organization(org)
      const size = pageSize(limit)
      const [text, who] =
        grantee === 'default'
          ? [
              `SELECT DISTINCT f.mailbox FROM folder_permission f WHERE f.org = ? AND f.grantee = 'default' AND f.mailbox > ?
               AND (f.rights & ?) <> 0 ORDER BY f.mailbox LIMIT ?`,
              [org],
            ]
          : [
              `${UP} SELECT DISTINCT f.mailbox FROM up JOIN folder_permission f ON f.org = ? AND f.grantee = up.id AND f.mailbox > ?
               WHERE (f.rights & ?) <> 0 ORDER BY f.mailbox LIMIT ?`,
              [org, grantee, org, org],
            ]
      const rows = await sql.all<{ mailbox: MailboxId }>(text, ...who, after ?? '', FOLDER_BITS, size + 1)
      return pageOf(
        rows,
        size,
        (row) => row.mailbox,
        (row) => row.mailbox,
      )
    },

    async listFolderPermissions(org, mailbox, folder) {
      await keys.organization(org)
      return sql.all<FolderPermission>(
        'SELECT folder, grantee, rights FROM folder_permission WHERE org = ? AND mailbox = ? AND folder = ? ORDER BY grantee LIMIT ?',
        org,
        mailbox,
        folder,
        MOST_FOLDER_PERMISSIONS,
      )
    },

    async folderPermissionsFor(org, mailbox, grantee) {
      await keys.organization(org)
      if (grantee === 'anonymous') {
        return sql.all<FolderPermission>(
          `SELECT folder, grantee, rights FROM folder_permission
           WHERE org = ? AND mailbox = ? AND grantee = 'anonymous' ORDER BY folder LIMIT ?`,
          org,
          mailbox,
          MOST_FOLDER_PERMISSIONS,
        )
      }
      return sql.all<FolderPermission>(
        `${UP} SELECT f.folder, f.grantee, f.rights FROM folder_permission f
         WHERE f.org = ? AND f.mailbox = ? AND (f.grantee = 'default' OR f.grantee IN (SELECT id FROM up))
           AND EXISTS (SELECT 1 FROM up) ORDER BY f.folder LIMIT ?`,
        org,
        grantee as EntryId,
        org,
        org,
        mailbox,
        MOST_FOLDER_PERMISSIONS,
      )
    },
  }
}
