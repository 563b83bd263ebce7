import type { EntryId, OrganizationId } from '#src/base/ids.ts'
import { requireX500 } from '../../directory/address.ts'
import { type Entry, primaryAddress } from '../../directory/entry.ts'
import { rightsOfProfile } from '../../directory/folder-permission.ts'
import { MailboxRight } from '../../directory/mailbox-permission.ts'
import { findNamed } from '../../directory/recipient.ts'
import type { DirectoryReader, FolderGrantee } from '../../directory/store.ts'
import type { FolderNo } from '../../mailbox/item.ts'
import type { MailboxRef } from '../../mailbox/store.ts'
import type { Store, Writer } from '../../store.ts'
import { bookingPolicies } from '../moved-booking.ts'
import type { Right } from '../right.ts'
import { namedFolder, roleOfPath } from './named-folder.ts'
import type { DeferredGrant, Member, ProjectId } from './project.ts'
import type { MemberState } from './state.ts'

/** In whatever state they are. */
export async function allGrantsOf(
  migration: Pick<Store['migration'], 'listGrants'>,
  organization: OrganizationId,
  project: ProjectId,
  owner: string,
): Promise<readonly DeferredGrant[]> {
  const all: DeferredGrant[] = []
  for (let after: number | null = null; ; ) {
    const page = await migration.listGrants(organization, project, { owner, after, limit: 1_000 })
    all.push(...page.rows)
    if (page.next === null) return all
    after = page.next
  }
}

export const keyOf = ({
  owner,
  grantee,
  right,
  folder,
}: Pick<DeferredGrant, 'owner' | 'grantee' | 'right' | 'folder'>): string =>
  [owner, grantee.toLowerCase(), right, folder ?? ''].join('\0')

/** What Exchange calls everybody of the organisation, and everybody else. */
export function everybodyOf(name: string): 'default' | 'anonymous' | undefined {
  const word = name.toLowerCase()
  return word === 'default' || word === 'anonymous' ? word : undefined
}

export const nobody = (grantee: string): string =>
  `Nobody in the directory is called "${grantee}". Give the right by hand, if it is still wanted.`

/** Who a name of a source is: an address, a legacyExchangeDN, `DOMAIN\name`, or a name. */
export async function findParty(
  directory: DirectoryReader,
  organization: OrganizationId,
  name: string,
): Promise<Entry | undefined> {
  if (name.startsWith('/')) return directory.findEntry(organization, { x500: name })
  const plain = name.includes('\\') ? name.slice(name.indexOf('\\') + 1) : name
  return findNamed(directory, organization, plain, 'user', 'group', 'resource')
}

export type AppliedGrant = { grant: DeferredGrant; owner: Entry; grantee: Entry }

/**
 * Applies, inside the transaction of a flip, every grant that has these members at an end and whose other end is here too, also
 * what could not be given before. The others wait. Answers those that were applied.
 */
export async function applyGrants(
  writer: Writer,
  organization: OrganizationId,
  project: ProjectId,
  members: readonly Member[],
  now: number,
): Promise<readonly AppliedGrant[]> {
  const applied: AppliedGrant[] = []
  for (const grant of await openGrantsOf(writer, organization, project, members)) {
    const { after, ends } = await applyGrant(writer, organization, project, grant, now)
    if (after !== undefined) await writer.migration.putGrant(organization, project, { ...grant, ...after })
    if (after?.state === 'applied' && ends !== undefined)
      applied.push({ grant: { ...grant, ...after }, ...ends })
  }
  return applied
}

/**
 * What has one of them at an end and is not given yet, also by a name that nobody had when it was noted, or that they get with their
 * flip: who asks before has the mailboxes of all that is given then.
 */
export async function openGrantsOf(
  { migration, directory }: { migration: Pick<Store['migration'], 'grantsOf'>; directory: DirectoryReader },
  organization: OrganizationId,
  project: ProjectId,
  members: readonly Member[],
): Promise<readonly DeferredGrant[]> {
  const open = new Map<number, DeferredGrant>()
  for (const { entry: id, address, x500 } of members) {
    const entry =
      id === null
        ? await findParty(directory, organization, address)
        : await directory.findEntry(organization, { id })
    const names = [
      ...[address, entry?.name, ...x500.map(requireX500)],
      ...(entry?.addresses ?? []).map((each) => each.address),
    ]
    for (const name of new Set(names.flatMap((each) => each?.toLowerCase() ?? [])))
      for (const grant of await migration.grantsOf(organization, project, name, ['waiting', 'unresolved']))
        open.set(grant.no, grant)
  }
  return [...open.values()]
}

type Ends = Pick<AppliedGrant, 'owner' | 'grantee'>
type Change = Partial<Pick<DeferredGrant, 'state' | 'cause' | 'appliedAt' | 'brokenFrom' | 'grantee'>>

/** What becomes of a grant, undefined where nothing does; `ends`: of one between two that the directory knows. */
async function applyGrant(
  writer: Writer,
  organization: OrganizationId,
  project: ProjectId,
  grant: DeferredGrant,
  now: number,
): Promise<{ after?: Change; ends?: Ends }> {
  const owner = await findEnd(writer, organization, project, grant.owner)
  const settled = (cause: string): Change =>
    cause === ''
      ? { state: 'applied', appliedAt: now, cause }
      : { state: 'unresolved', appliedAt: null, cause }
  const everybody = everybodyOf(grant.grantee)
  if (everybody !== undefined)
    return owner?.isHere
      ? { after: settled(await applyToFolder(writer, organization, project, grant, owner.entry, everybody)) }
      : {}
  const end = await findEnd(writer, organization, project, grant.grantee)
  if (end === undefined) return owner?.isHere ? { after: settled(nobody(grant.grantee)) } : {}
  const { entry: grantee } = end
  const known = { grantee: primaryAddress(grantee)?.toLowerCase() ?? grantee.id }
  if (!owner?.isHere || !end.isHere) {
    const away = grantee.home === 'local' && grantee.state !== 'ENABLED'
    const cause = away
      ? `${known.grantee} is not enabled here. Enable it, then: landbridge migrate retry.`
      : 'The other end is not here yet.'
    return { after: { ...known, state: 'waiting', brokenFrom: grant.brokenFrom ?? now, cause } }
  }
  const cause = await applyOne(writer, organization, project, grant, owner.entry, grantee)
  return { after: { ...known, ...settled(cause) }, ends: { owner: owner.entry, grantee } }
}

export type GrantEnd = {
  entry: Entry
  /** Groups have no mailbox: what is given to them holds for members wherever they are. */
  isHere: boolean
}

/**
 * Who is at an end of a grant: whose mailbox of the project it is, else whoever has that name. Who is still to move with the
 * project is not here, also where the home was here from the start: until the flip the source says who may do what.
 */
export async function findEnd(
  { directory, migration }: { directory: DirectoryReader; migration: Pick<Store['migration'], 'findMember'> },
  organization: OrganizationId,
  project: ProjectId,
  name: string,
): Promise<GrantEnd | undefined> {
  const named = await migration.findMember(organization, project, name)
  const own = named?.entry == null ? undefined : await directory.findEntry(organization, { id: named.entry })
  const entry = own ?? (await findParty(directory, organization, name))
  if (entry === undefined) return undefined
  const { state, kind, home, addresses } = entry
  if (state !== 'ENABLED' || (kind !== 'group' && home !== 'local')) return { entry, isHere: false }
  let member = named
  for (const { address } of addresses)
    member ??= await migration.findMember(organization, project, address.toLowerCase())
  return { entry, isHere: member === undefined || settledStates.has(member.state) }
}

/** Of members that have moved, or do not move with the project any more. */
const settledStates: ReadonlySet<MemberState> = new Set(['flipped', 'verified', 'left', 'cancelled'])

/** Empty when it is done, else what stands against it. */
async function applyOne(
  writer: Writer,
  organization: OrganizationId,
  project: ProjectId,
  grant: DeferredGrant,
  owner: Entry,
  grantee: Entry,
): Promise<string> {
  const { directory } = writer
  const add = async (right: number): Promise<string> => {
    const before = await ownRights(directory, organization, owner.id, grantee.id)
    await directory.putPermission(organization, {
      owner: owner.id,
      grantee: grantee.id,
      rights: before | right,
    })
    return ''
  }
  switch (grant.right) {
    case 'full-access':
      return add(MailboxRight.fullAccess)
    case 'send-as':
      return add(MailboxRight.sendAs)
    case 'send-on-behalf':
    case 'delegate':
      return add(MailboxRight.sendOnBehalf)
    case 'room-delegate':
      if (owner.kind !== 'resource') return 'Its owner is no room or equipment here.'
      await directory.addDelegate(organization, owner.id, grantee.id)
      return ''
    case 'availability':
      return ''
    case 'calendar-edit':
    case 'folder-edit':
    case 'folder-read':
      return applyToFolder(writer, organization, project, grant, owner, grantee.id)
  }
}

/** What somebody may do with the mailbox of another, as `MailboxRight` bits. */
export async function ownRights(
  directory: DirectoryReader,
  organization: OrganizationId,
  owner: EntryId,
  grantee: EntryId,
): Promise<number> {
  for (let after: EntryId | null = null; ; ) {
    const page = await directory.listPermissions(organization, owner, { after, limit: 1_000 })
    const own = page.rows.find((row) => row.grantee === grantee)
    if (own !== undefined) return own.rights
    if (page.next === null) return 0
    after = page.next
  }
}

/** What a plan means, which does not know it bit by bit. */
export const usualRights = {
  'calendar-edit': 'Editor',
  'folder-edit': 'Editor',
  'folder-read': 'Reviewer',
} as const

/** Rights on one folder; the others are on the mailbox. */
export const ofFolders: ReadonlySet<Right> = new Set(Object.keys(usualRights) as Right[])

async function applyToFolder(
  writer: Writer,
  organization: OrganizationId,
  project: ProjectId,
  grant: DeferredGrant,
  owner: Entry,
  grantee: FolderGrantee,
): Promise<string> {
  if (owner.mailbox === null) return 'Its owner has no mailbox here.'
  if (bookingPolicies.some((policy) => policy === grant.folder))
    return `Who may book it is one setting for everybody here, and no list of people: ${grant.folder} is left out.`
  const at: MailboxRef = { organization, mailbox: owner.mailbox }
  const { right } = grant
  const rights = grant.rights ?? rightsOfProfile(usualRights[right as keyof typeof usualRights])
  const member = await writer.migration.findMember(organization, project, grant.owner)
  const folder = await folderOf(writer, at, grant, member?.source)
  if (folder === undefined) return `The folder "${grant.folder ?? ''}" did not come over.`
  const { directory } = writer
  if (grant.rights === null) {
    // What the source says of the folder itself is exact; a plan only says of what kind it is.
    const there = await directory.listFolderPermissions(organization, at.mailbox, folder)
    if (there.some((permission) => permission.grantee === grantee)) return ''
  }
  await directory.putFolderPermission(organization, at.mailbox, folder, grantee, rights)
  return ''
}

/** The folder here that a right is on; undefined where it did not come over. */
export async function folderOf(
  { mailboxes, migration }: Writer,
  at: MailboxRef,
  { right, folder }: Pick<DeferredGrant, 'right' | 'folder'>,
  source: string | undefined,
): Promise<FolderNo | undefined> {
  if (folder === null && right !== 'calendar-edit') return undefined
  const rows = source === undefined ? [] : await migration.listLedgerFolders(at, source)
  const role = folder === null ? 'calendar' : roleOfPath(folder)
  const special = role === undefined ? undefined : await mailboxes.findFolder(at, { distinguished: role })
  return folder === null ? special?.no : namedFolder(folder, rows, special?.no)
}
