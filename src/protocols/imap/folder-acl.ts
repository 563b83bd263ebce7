import { FolderRight, type FolderRights } from '#src/domain/directory/folder-permission.ts'
import { deleteFolderPermission, putFolderPermission } from '#src/domain/directory/folder-permissions.ts'
import type { FolderGrantee } from '#src/domain/directory/store.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { NamedFolder } from './reachable-mailboxes.ts'
import type { ImapSession } from './session.ts'

/** A folder whose rights the user may see and change: `a` of RFC 4314. Refuses `no-such-folder`, `not-allowed`. */
export const getAdministered = (session: ImapSession, name: string): Promise<NamedFolder> =>
  session.mailboxes.get(name, FolderRight.owner)

/** What a grantee was given on the folder itself; undefined when nothing was. */
export async function givenRights(
  { store }: ImapSession,
  { mailbox, folder }: NamedFolder,
  grantee: FolderGrantee,
): Promise<FolderRights | undefined> {
  const { organization, mailbox: id } = mailbox.at
  const given = await store.directory.listFolderPermissions(organization, id, folder.no)
  return given.find((each) => each.grantee === grantee)?.rights
}

/** Changes what a grantee may do, null for nothing said; it is logged who did it. Refuses `not-allowed` for the owner's own rights. */
export async function changeRights(
  session: ImapSession,
  { mailbox, folder }: NamedFolder,
  grantee: FolderGrantee,
  rights: FolderRights | null,
): Promise<void> {
  if (grantee === mailbox.owner)
    throw new Refusal('not-allowed', 'The owner of a mailbox has every right on it, always.')
  const { store, options, user } = session
  const { organization } = mailbox.at
  const place = { owner: mailbox.owner, mailbox: mailbox.at.mailbox, folder: folder.no }
  if (rights === null) await deleteFolderPermission(store, organization, place, grantee)
  else await putFolderPermission(store, organization, place, { grantee, rights })
  options.log.info(
    {
      audit: 'folder-rights',
      organization,
      by: user.login.user.id,
      client: options.clientAddress,
      mailbox: mailbox.at.mailbox,
      folder: folder.no,
      grantee,
      rights,
    },
    'Rights on a folder were changed',
  )
}
