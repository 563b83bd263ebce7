import { z } from 'zod'
import type { OrganizationId } from '#src/base/ids.ts'
import type { OwnedFolder } from '#src/domain/directory/folder-permissions.ts'
import type { FolderGrantee } from '#src/domain/directory/store.ts'
import type { Folder } from '#src/domain/mailbox/folder.ts'
import { getFolderNamed } from '#src/domain/mailbox/folder-path.ts'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { Store } from '#src/domain/store.ts'
import { getNamed } from './entries.ts'
import { entity, inOrganization } from './fields.ts'

/** A folder by number, distinguished name or path. */
const folderId = z.string().min(1).max(4_096)

/** Names a folder in the mailbox of a user or resource. */
export const ofFolder = { ...inOrganization, EntityId: entity, FolderId: folderId }

/** Whose mailbox it is, and where that is. Refuses `no-such-entry`, `no-such-mailbox`. */
export async function getOwner(store: Store, organization: OrganizationId, text: string) {
  const owner = await getNamed(store, organization, text, 'user', 'resource')
  if (owner.mailbox === null)
    throw new Refusal('no-such-mailbox', `"${owner.name}" has no mailbox. Enable it first.`)
  const at: MailboxRef = { organization, mailbox: owner.mailbox }
  return { owner, at }
}

/** Refuses also `no-such-folder`. */
export async function getOwnedFolder(
  store: Store,
  input: { OrganizationId: OrganizationId; EntityId: string; FolderId: string },
): Promise<OwnedFolder & { place: Folder }> {
  const { owner, at } = await getOwner(store, input.OrganizationId, input.EntityId)
  const place = getFolderNamed(await store.mailboxes.listFolders(at), input.FolderId)
  return { owner: owner.id, mailbox: at.mailbox, folder: place.no, place }
}

/** The words `default` and `anonymous`, or a user or group by id, name or address. Refuses `no-such-entry`. */
export async function getFolderGrantee(
  store: Store,
  organization: OrganizationId,
  text: string,
): Promise<FolderGrantee> {
  const word = text.toLowerCase()
  if (word === 'default' || word === 'anonymous') return word
  return (await getNamed(store, organization, text, 'user', 'group')).id
}
