import type { EntryId, OrganizationId } from '#src/base/ids.ts'
import { requireX500 } from '../../../directory/address.ts'
import { type Entry, primaryAddress } from '../../../directory/entry.ts'
import { rightsOfProfile } from '../../../directory/folder-permission.ts'
import { MailboxRight } from '../../../directory/mailbox-permission.ts'
import { findNamed } from '../../../directory/recipient.ts'
import type { DirectoryReader, FolderGrantee } from '../../../directory/store.ts'
import type { FolderNo } from '../../../mailbox/item.ts'
import type { MailboxRef } from '../../../mailbox/store.ts'
import type { Store, Writer } from '../../../store.ts'
import { bookingPolicies } from '../../moved-booking.ts'
import type { Right } from '../../right.ts'
import type { DeferredGrant, Member, ProjectId } from '../project/project.ts'
import type { MemberState } from '../project/state.ts'
import { namedFolders, roleOfPath } from './named-folder.ts'

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

/** Rights that the source tells name folders by their keys: `keys` has those of now by those of before. */
export async function renameFoldersOfGrants(
  { migration }: Pick<Writer, 'migration'>,
  organization: OrganizationId,
  { project, address }: Pick<Member, 'project' | 'address'>,
  keys: ReadonlyMap<string, string>,
): Promise<void> {
  for (const grant of await allGrantsOf(migration, organization, project, address)) {
    const folder = grant.folder === null ? undefined : keys.get(grant.folder)
    if (folder !== undefined) await migration.putGrant(organization, project, { ...grant, folder })
  }
}

/** What Exchange calls everybody of the organisation, and everybody else. */
export function everybodyOf(name: string): 'default' | 'anonymous' | undefined {
  const word = name.toLowerCase()
  return word === 'default' || word === 'anonymous' ? word : undefined
}

/** Of what the source said once, or a plan, and the source says no more. */
export const TAKEN_AWAY = 'It was taken away at the source before the move.'

/** Of a right that somebody here had given before, which is not the migration's to take away. */
export const ALREADY_HERE = 'It was here before.'

/** Rights that a plan alone tells: EWS says of no mailbox who has them. */
export const ofPlans: ReadonlySet<Right> = new Set<Right>(['full-access', 'send-as', 'room-delegate'])

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

export type AppliedGrant = { project: ProjectId; grant: DeferredGrant; owner: Entry; grantee: Entry }

/** Who comes: a mailbox of a project at its flip, or somebody who is enabled here. */
export type Arrival = Pick<Member, 'entry' | 'address' | 'x500'>

/**
 * Applies, inside the transaction of a flip, every grant of any project that has these at an end and whose other end is here too,
 * also what could not be given before. The others wait. Answers those that were applied.
 */
export async function applyGrants(
  writer: Writer,
  organization: OrganizationId,
  project: ProjectId | null,
  arrivals: readonly Arrival[],
  now: number,
): Promise<readonly AppliedGrant[]> {
  const applied: AppliedGrant[] = []
  const known: KnownGrants = { given: new Map(), gone: new Map() }
  for (const open of await openGrantsOf(writer, organization, project, arrivals)) {
    const { after, ends } = await applyGrant(writer, organization, open.project, open.grant, { now, known })
    const grant = { ...open.grant, ...after }
    if (after !== undefined) await writer.migration.putGrant(organization, open.project, grant)
    if (isGiven(grant)) known.given.get(grant.owner)?.add(keyOf(grant))
    if (after?.state === 'applied' && ends !== undefined)
      applied.push({ project: open.project, grant, ...ends })
  }
  return applied
}

/** Of owners that were looked at already: rights that migrations have given, and those that were taken away, by project. */
type KnownGrants = {
  given: Map<string, Set<string>>
  gone: Map<string, readonly DeferredGrant[]>
}

type OpenGrant = { project: ProjectId; grant: DeferredGrant }

/**
 * What has one of them at an end and is not given yet, in whichever project it was noted, also by a name that nobody had then, or
 * that they get with their flip: who asks before has the mailboxes of all that is given then. That of the project that brings them
 * is last, as its source says exactly what others may only plan. Where none brings them, what was noted for a name that nobody had
 * is left for somebody to decide: names are given to new people.
 */
export async function openGrantsOf(
  readers: {
    migration: Pick<Store['migration'], 'grantsOf' | 'listProjects'>
    directory: DirectoryReader
  },
  organization: OrganizationId,
  project: ProjectId | null,
  arrivals: readonly Arrival[],
): Promise<readonly OpenGrant[]> {
  const open: OpenGrant[] = []
  const states: readonly OpenState[] = project === null ? ['waiting'] : ['waiting', 'unresolved']
  const others = (await readers.migration.listProjects(organization)).filter(({ id }) => id !== project)
  for (const id of [...others.map((other) => other.id), ...(project === null ? [] : [project])])
    for (const grant of await openGrantsIn(readers, organization, id, arrivals, states))
      open.push({ project: id, grant })
  return open
}

type OpenState = 'waiting' | 'unresolved'

async function openGrantsIn(
  { migration, directory }: { migration: Pick<Store['migration'], 'grantsOf'>; directory: DirectoryReader },
  organization: OrganizationId,
  project: ProjectId,
  arrivals: readonly Arrival[],
  states: readonly OpenState[],
): Promise<readonly DeferredGrant[]> {
  const open = new Map<number, DeferredGrant>()
  for (const { entry: id, address, x500 } of arrivals) {
    const entry =
      id === null
        ? await findParty(directory, organization, address)
        : await directory.findEntry(organization, { id })
    const names = [
      ...[address, entry?.name, entry?.id, ...x500.map(requireX500)],
      ...(entry?.addresses ?? []).map((each) => each.address),
    ]
    for (const name of new Set(names.flatMap((each) => each?.toLowerCase() ?? [])))
      for (const grant of await migration.grantsOf(organization, project, name, states))
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
  { now, known: looked }: { now: number; known: KnownGrants },
): Promise<{ after?: Change; ends?: Ends }> {
  const owner = await findEnd(writer, organization, project, grant.owner)
  const settled = (cause: string): Change =>
    cause === '' || cause === ALREADY_HERE
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
      ? `${known.grantee} is not enabled here. Once it is enabled, the right is given.`
      : 'The other end is not here yet.'
    return { after: { ...known, state: 'waiting', brokenFrom: grant.brokenFrom ?? now, cause } }
  }
  if (await isTakenAway(writer, organization, project, { ...grant, ...known }, owner.entry, looked))
    return { after: { ...known, state: 'dropped', brokenFrom: null, cause: TAKEN_AWAY } }
  const done = await applyOne(writer, organization, project, grant, owner.entry, grantee)
  const isOurs =
    done === ALREADY_HERE && (await isGivenBy(writer, organization, { ...grant, ...known }, looked))
  const cause = isOurs ? '' : done
  return { after: { ...known, ...settled(cause) }, ends: { owner: owner.entry, grantee } }
}

type MemberReader = Pick<Store['migration'], 'findMember' | 'listProjects'>

export type GrantEnd = {
  entry: Entry
  /** Groups have no mailbox: what is given to them holds for members wherever they are. */
  isHere: boolean
}

/**
 * Who is at an end of a grant: whose mailbox of the project it is, else whoever has that name. Who is still to move with the
 * project is not here, also where the home was here from the start: until the flip the source says who may do what. Who came with
 * another project, or was enabled after a way back, is here.
 */
export async function findEnd(
  { directory, migration }: { directory: DirectoryReader; migration: MemberReader },
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
  const isHere =
    member === undefined ||
    isSettled(member.state) ||
    cameAfterwards(member) ||
    (await broughtBy({ migration }, organization, project, entry)) !== undefined
  return { entry, isHere }
}

/** Of whom is at home here: back with the project it had gone there. */
const cameAfterwards = ({ state, before }: Member): boolean =>
  (state === 'returning' || state === 'rolled-back') && before !== null && before.home !== 'local'

/** The name of another project that has made somebody at home here. */
export async function broughtBy(
  { migration }: { migration: MemberReader },
  organization: OrganizationId,
  project: ProjectId,
  { id, addresses }: Pick<Entry, 'id' | 'addresses'>,
): Promise<string | undefined> {
  for (const other of await migration.listProjects(organization))
    for (const { address } of other.id === project ? [] : addresses) {
      const member = await migration.findMember(organization, other.id, address.toLowerCase())
      if (hasBrought(member) && member.entry === id) return other.name
    }
  return undefined
}

const isMoved = (state: MemberState): boolean => state === 'flipped' || state === 'verified'

/** Of members that have moved, or do not move with the project any more. */
const isSettled = (state: MemberState): boolean => isMoved(state) || state === 'left' || state === 'cancelled'

/** Whether it is the project that brought her mailbox: its source alone says exactly who may do what with it. */
export const hasBrought = (member: Member | undefined): member is Member =>
  member !== undefined && isMoved(member.state)

/** Whether the source that her mailbox came from, with another project, had taken away what this one still plans. */
async function isTakenAway(
  writer: Writer,
  organization: OrganizationId,
  project: ProjectId,
  grant: DeferredGrant,
  { mailbox }: Entry,
  { gone: known }: KnownGrants,
): Promise<boolean> {
  const { migration } = writer
  if (hasBrought(await migration.findMember(organization, project, grant.owner))) return false
  for (const { id } of await migration.listProjects(organization)) {
    if (id === project) continue
    const member = await migration.findMember(organization, id, grant.owner)
    if (!hasBrought(member)) continue
    const key = `${id} ${member.address}`
    const dropped =
      known.get(key) ?? (await migration.grantsOf(organization, id, member.address, ['dropped']))
    known.set(key, dropped)
    for (const gone of dropped) {
      if (gone.owner !== member.address || gone.grantee !== grant.grantee || gone.cause !== TAKEN_AWAY)
        continue
      if (!ofFolders.has(gone.right) && gone.right === grant.right) return true
      if (!ofFolders.has(gone.right) || !ofFolders.has(grant.right) || mailbox === null) continue
      const at: MailboxRef = { organization, mailbox }
      const folder = await folderOf(writer, at, gone, member.source)
      if (folder !== undefined && folder === (await folderOf(writer, at, grant, undefined))) return true
    }
  }
  return false
}

/** Empty when it is done, `ALREADY_HERE` where nothing was to be done, else what stands against it. */
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
    const before = await directory.ownRights(organization, owner.id, grantee.id)
    if (ofPlans.has(grant.right) && (before & right) === right) return ALREADY_HERE
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
      if (await decidesFor(directory, organization, owner.id, grantee.id)) return ALREADY_HERE
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

/** Whether a migration of the organisation has given it. */
async function isGivenBy(
  { migration }: Pick<Writer, 'migration'>,
  organization: OrganizationId,
  grant: DeferredGrant,
  { given: known }: KnownGrants,
): Promise<boolean> {
  const given = known.get(grant.owner) ?? new Set<string>()
  if (!known.has(grant.owner))
    for (const { id } of await migration.listProjects(organization))
      for (const other of await allGrantsOf(migration, organization, id, grant.owner))
        if (isGiven(other)) given.add(keyOf(other))
  known.set(grant.owner, given)
  return given.has(keyOf(grant))
}

const isGiven = ({ appliedAt, cause }: DeferredGrant): boolean => appliedAt !== null && cause !== ALREADY_HERE

/** Whether somebody decides about requests of a resource. */
async function decidesFor(
  directory: DirectoryReader,
  organization: OrganizationId,
  resource: EntryId,
  delegate: EntryId,
): Promise<boolean> {
  for (let after: EntryId | null = null; ; ) {
    const page = await directory.listDelegates(organization, resource, { after, limit: 1_000 })
    if (page.rows.some(({ id }) => id === delegate)) return true
    if (page.next === null) return false
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
  if (grant.rights === null || !hasBrought(member)) {
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
  const role = folder === null ? 'calendar' : roleOfPath(folder)
  const special = role === undefined ? undefined : await mailboxes.findFolder(at, { distinguished: role })
  return folder === null ? special?.no : (await foldersByName(migration, at, source))(folder, special?.no)
}

type FoldersByName = ReturnType<typeof namedFolders>

/** Of the mailbox that was asked for last, each within its transaction, in which nothing becomes of folders. */
const lastNamed = new WeakMap<Writer['migration'], { of: string; named: FoldersByName }>()

/** Grants come mailbox by mailbox: the folders of each are read once for all of its own. */
async function foldersByName(
  migration: Writer['migration'],
  at: MailboxRef,
  source: string | undefined,
): Promise<FoldersByName> {
  const of = `${at.mailbox}/${source ?? ''}`
  const last = lastNamed.get(migration)
  if (last?.of === of) return last.named
  const named = namedFolders(source === undefined ? [] : await migration.listLedgerFolders(at, source))
  lastNamed.set(migration, { of, named })
  return named
}
