import type { OrganizationId } from '#src/base/ids.ts'
import {
  type DelegatingMailbox,
  listDelegates,
  removeDelegate,
  type Transacting,
} from '../../../calendar/delegates.ts'
import { rightsOfProfile } from '../../../directory/folder-permission.ts'
import type { FolderGrantee } from '../../../directory/store.ts'
import type { MailboxRef } from '../../../mailbox/store.ts'
import type { Writer } from '../../../store.ts'
import type { SourceSettings } from '../../source.ts'
import type { DeferredGrant, Member } from '../project/project.ts'
import { allGrantsOf, everybodyOf, findParty, folderOf, ofFolders, usualRights } from './grants.ts'

/** A right on a folder, named by the folder's key at the source; undefined where no folder there is meant. */
type FolderKeyOf = (grant: DeferredGrant) => string | undefined

/**
 * Whether a right that was noted is gone at the source, which does not tell it now. Only a source that tells rights of that kind
 * can say so: of what only a plan knows and no source tells, nothing is known.
 */
export function isRevoked(
  grant: DeferredGrant,
  {
    settings: { delegates, untoldFolders },
    wasTold,
    folderKeyOf,
  }: {
    settings: SourceSettings
    /** Whether the source told it when it was asked before. */
    wasTold: (grant: DeferredGrant) => boolean
    folderKeyOf: FolderKeyOf
  },
): boolean {
  const { right, rights } = grant
  if (ofFolders.has(right)) {
    // A plan knows no rights bit by bit: those are of the source, which named the folder by a key, known or not any more.
    const isTold = rights !== null
    const key = folderKeyOf(grant) ?? (isTold ? grant.folder : null)
    if (key === null || untoldFolders?.includes(key)) return false
    return isTold || untoldFolders !== undefined
  }
  const isDelegate = right === 'delegate' || right === 'send-on-behalf'
  if (isDelegate && delegates === undefined) return false
  return right === 'delegate' || wasTold(grant)
}

/**
 * Takes what was dropped since out of a mailbox, inside the transaction of its flip: an earlier move may have given it, and the
 * way back left it there. Rights on a folder go where they are still those that were given.
 */
export async function withdrawDropped(
  writer: Writer,
  organization: OrganizationId,
  { project, address, source, entry: owner, mailbox }: Member,
): Promise<void> {
  if (owner === null || mailbox === null) return
  const at = { organization, mailbox }
  for (const grant of await allGrantsOf(writer.migration, organization, project, address)) {
    if (grant.state !== 'dropped') continue
    const grantee =
      everybodyOf(grant.grantee) ?? (await findParty(writer.directory, organization, grant.grantee))?.id
    if (grantee === undefined) continue
    if (ofFolders.has(grant.right)) await withdrawFromFolder(writer, at, source, { ...grant, grantee })
    else if (grant.right === 'delegate' || grant.right === 'send-on-behalf')
      await withdrawDelegate(writer, { owner, at }, grantee)
  }
}

async function withdrawFromFolder(
  writer: Writer,
  at: MailboxRef,
  source: string,
  { grantee, ...grant }: Omit<DeferredGrant, 'grantee'> & { grantee: FolderGrantee },
): Promise<void> {
  const { directory } = writer
  const { organization, mailbox } = at
  const folder = await folderOf(writer, at, grant, source)
  if (folder === undefined) return
  const rights = grant.rights ?? rightsOfProfile(usualRights[grant.right as keyof typeof usualRights])
  const there = await directory.listFolderPermissions(organization, mailbox, folder)
  if (there.some((each) => each.grantee === grantee && each.rights === rights))
    await directory.putFolderPermission(organization, mailbox, folder, grantee, null)
}

async function withdrawDelegate(
  writer: Writer,
  mailbox: DelegatingMailbox,
  grantee: FolderGrantee,
): Promise<void> {
  const { delegates } = await listDelegates(writer, mailbox)
  const named = delegates.find(({ entry }) => entry.id === grantee)
  const within: Transacting = { transact: (_, work) => work(writer) }
  if (named !== undefined) await removeDelegate(within, mailbox, named.entry.id)
}
