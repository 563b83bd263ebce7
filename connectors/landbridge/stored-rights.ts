import type { EntryId } from '#src/base/ids.ts'
import { listDelegates } from '#src/domain/calendar/delegates.ts'
import { type Entry, primaryAddress } from '#src/domain/directory/entry.ts'
import { profileOf } from '#src/domain/directory/folder-permission.ts'
import { MailboxRight } from '#src/domain/directory/mailbox-permission.ts'
import type { FolderGrantee } from '#src/domain/directory/store.ts'
import type { FolderNo } from '#src/domain/mailbox/item.ts'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import type { FoundGrant } from '#src/domain/migration/grant.ts'
import type { Right } from '#src/domain/migration/right.ts'
import type {
  SourceDelegate,
  SourceFolder,
  SourceFolderGrant,
  SourceSettings,
} from '#src/domain/migration/source.ts'
import type { Store } from '#src/domain/store.ts'

type Stored = Pick<Store, 'mailboxes' | 'directory'>
type Rights = Required<Pick<SourceSettings, 'grants' | 'folderGrants' | 'untoldFolders' | 'delegates'>>

/** Entries of a page of rights. */
const ROWS = 1_000
const rightWords = [
  [MailboxRight.fullAccess, 'full-access'],
  [MailboxRight.sendAs, 'send-as'],
  [MailboxRight.sendOnBehalf, 'send-on-behalf'],
] as const satisfies readonly (readonly [number, Right])[]

/** Who may do what in a mailbox of another store: rights on it and on its folders, its delegates, and those of a resource. */
export async function storedRights(
  store: Stored,
  at: MailboxRef,
  folders: readonly SourceFolder[],
): Promise<Rights> {
  const owner = await store.directory.findEntry(at.organization, { mailbox: at.mailbox })
  const onThem = { folderGrants: await onFolders(store, at, folders), untoldFolders: [] }
  if (owner === undefined) return { grants: [], ...onThem, delegates: { named: [], delivery: null } }
  const { delivery, delegates } = await listDelegates(store, { owner: owner.id, at })
  const named = delegates.map(
    ({ entry, receiveCopies, viewPrivate }): SourceDelegate => ({
      grantee: nameOf(entry),
      receiveCopies,
      viewPrivate,
    }),
  )
  return { grants: await onMailbox(store, at, owner), ...onThem, delegates: { named, delivery } }
}

const nameOf = (entry: Entry): string => primaryAddress(entry) ?? entry.name

async function onMailbox(
  { directory }: Stored,
  { organization }: MailboxRef,
  owner: Entry,
): Promise<FoundGrant[]> {
  const grants: FoundGrant[] = []
  const add = (grantee: Entry, right: Right) => {
    const of = nameOf(owner)
    grants.push({
      ...{ owner: of, grantee: nameOf(grantee), right, folder: null },
      ...{ lastUsedDay: null, where: `rights on ${of}` },
    })
  }
  for (let after: EntryId | null = null; ; ) {
    const page = await directory.listPermissions(organization, owner.id, { after, limit: ROWS })
    for (const { grantee, rights } of page.rows) {
      const entry = await directory.findEntry(organization, { id: grantee })
      if (entry === undefined) continue
      for (const [bit, right] of rightWords) if ((rights & bit) !== 0) add(entry, right)
    }
    if (page.next === null) break
    after = page.next
  }
  if (owner.kind !== 'resource') return grants
  for (let after: EntryId | null = null; ; ) {
    const page = await directory.listDelegates(organization, owner.id, { after, limit: ROWS })
    for (const entry of page.rows) add(entry, 'room-delegate')
    if (page.next === null) return grants
    after = page.next
  }
}

async function onFolders(
  { directory }: Stored,
  { organization, mailbox }: MailboxRef,
  folders: readonly SourceFolder[],
): Promise<SourceFolderGrant[]> {
  const grants: SourceFolderGrant[] = []
  const granteeOf = async (grantee: FolderGrantee): Promise<string | undefined> => {
    if (grantee === 'default') return 'Default'
    if (grantee === 'anonymous') return 'Anonymous'
    const entry = await directory.findEntry(organization, { id: grantee })
    return entry && nameOf(entry)
  }
  for (const { key } of folders) {
    const given = await directory.listFolderPermissions(organization, mailbox, Number(key) as FolderNo)
    for (const { grantee, rights } of given) {
      const name = await granteeOf(grantee)
      const role = profileOf(rights)
      if (name !== undefined)
        grants.push({ folder: key, grantee: name, role, rights: role === 'Custom' ? rights : null })
    }
  }
  return grants
}
