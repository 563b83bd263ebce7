import type { EntryId, MailboxId, OrganizationId } from '#src/base/ids.ts'
import type { DirectoryWriter } from '#src/domain/directory/store.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { Sql } from '../driver/driver.ts'
import type { Session } from '../session.ts'
import { noEntry } from './entries.ts'
import { nextVersion, touchEntry } from './version.ts'

type RelationWrites = Pick<
  DirectoryWriter,
  | 'addMember'
  | 'removeMember'
  | 'putPermission'
  | 'addDelegate'
  | 'removeDelegate'
  | 'putFolderPermission'
  | 'removeFolderPermissions'
>

/** Every write first sees that both sides are entries of this organisation, and marks the owning side as changed. */
export function relationWrites({ sql, keys }: Session): RelationWrites {
  async function own(org: OrganizationId, owner: EntryId, other?: EntryId): Promise<void> {
    await keys.organization(org)
    if (!(await touchEntry(sql, org, owner))) throw noEntry(owner)
    if (other !== undefined) await requireEntry(sql, org, other)
  }

  return {
    async addMember(org, group, member) {
      await own(org, group, member)
      await sql.run(
        'INSERT INTO directory_member (org, grp, member) VALUES (?, ?, ?) ON CONFLICT (org, grp, member) DO NOTHING',
        org,
        group,
        member,
      )
    },

    async removeMember(org, group, member) {
      await own(org, group)
      await sql.run(
        'DELETE FROM directory_member WHERE org = ? AND grp = ? AND member = ?',
        org,
        group,
        member,
      )
    },

    async putPermission(org, { owner, grantee, rights }) {
      await own(org, owner, rights === 0 ? undefined : grantee)
      if (rights === 0) {
        await sql.run(
          'DELETE FROM directory_permission WHERE org = ? AND owner = ? AND grantee = ?',
          org,
          owner,
          grantee,
        )
        return
      }
      await sql.run(
        `INSERT INTO directory_permission (org, owner, grantee, rights) VALUES (?, ?, ?, ?)
         ON CONFLICT (org, owner, grantee) DO UPDATE SET rights = excluded.rights`,
        org,
        owner,
        grantee,
        rights,
      )
    },

    async addDelegate(org, resource, delegate) {
      await own(org, resource, delegate)
      await sql.run(
        'INSERT INTO resource_delegate (org, resource, delegate) VALUES (?, ?, ?) ON CONFLICT (org, resource, delegate) DO NOTHING',
        org,
        resource,
        delegate,
      )
    },

    async removeDelegate(org, resource, delegate) {
      await own(org, resource)
      await sql.run(
        'DELETE FROM resource_delegate WHERE org = ? AND resource = ? AND delegate = ?',
        org,
        resource,
        delegate,
      )
    },

    async putFolderPermission(org, mailbox, folder, grantee, rights) {
      await keys.organization(org)
      await requireMailbox(sql, org, mailbox)
      await nextVersion(sql, org)
      if (rights === null) {
        await sql.run(
          'DELETE FROM folder_permission WHERE org = ? AND mailbox = ? AND folder = ? AND grantee = ?',
          org,
          mailbox,
          folder,
          grantee,
        )
        return
      }
      if (grantee !== 'default' && grantee !== 'anonymous') await requireEntry(sql, org, grantee)
      await sql.run(
        `INSERT INTO folder_permission (org, mailbox, folder, grantee, rights) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (org, mailbox, folder, grantee) DO UPDATE SET rights = excluded.rights`,
        org,
        mailbox,
        folder,
        grantee,
        rights,
      )
    },

    async removeFolderPermissions(org, mailbox, folder) {
      await keys.organization(org)
      await requireMailbox(sql, org, mailbox)
      await nextVersion(sql, org)
      if (folder === undefined)
        await sql.run('DELETE FROM folder_permission WHERE org = ? AND mailbox = ?', org, mailbox)
      else
        await sql.run(
          'DELETE FROM folder_permission WHERE org = ? AND mailbox = ? AND folder = ?',
          org,
          mailbox,
          folder,
        )
    },
  }
}

/** Everything that ties an entry to others, on either side, and what it proves itself with. */
export async function dropRelations(sql: Sql, org: OrganizationId, entry: EntryId): Promise<void> {
  const groups = await sql.all<{ grp: EntryId }>(
    'SELECT grp FROM directory_member WHERE org = ? AND member = ?',
    org,
    entry,
  )
  for (const { grp } of groups) await touchEntry(sql, org, grp)
  for (const text of DROPS) await sql.run(text, org, entry)
}

const DROPS = [
  'DELETE FROM directory_member WHERE org = ? AND grp = ?',
  'DELETE FROM directory_member WHERE org = ? AND member = ?',
  'DELETE FROM directory_permission WHERE org = ? AND owner = ?',
  'DELETE FROM directory_permission WHERE org = ? AND grantee = ?',
  'DELETE FROM resource_delegate WHERE org = ? AND resource = ?',
  'DELETE FROM resource_delegate WHERE org = ? AND delegate = ?',
  'DELETE FROM folder_permission WHERE org = ? AND grantee = ?',
  'DELETE FROM directory_credential WHERE org = ? AND entry = ?',
  'DELETE FROM access_token WHERE org = ? AND entry = ?',
]

async function requireEntry(sql: Sql, org: OrganizationId, entry: EntryId): Promise<void> {
  const row = await sql.get(
    "SELECT id FROM directory_entry WHERE org = ? AND id = ? AND state <> 'DELETED'",
    org,
    entry,
  )
  if (!row) throw noEntry(entry)
}

async function requireMailbox(sql: Sql, org: OrganizationId, mailbox: MailboxId): Promise<void> {
  const row = await sql.get('SELECT id FROM directory_entry WHERE org = ? AND mailbox = ?', org, mailbox)
  if (!row) throw new Refusal('no-such-mailbox', `There is no mailbox ${mailbox} in this organisation.`)
}
