import type { EntryId, OrganizationId } from '#src/base/ids.ts'
import { type Entry, primaryAddress } from '../../directory/entry.ts'
import { completeRights, FolderRight, rightsOfProfile } from '../../directory/folder-permission.ts'
import { MailboxRight } from '../../directory/mailbox-permission.ts'
import { findNamed } from '../../directory/recipient.ts'
import type { DirectoryReader, FolderGrantee } from '../../directory/store.ts'
import type { FolderNo } from '../../mailbox/item.ts'
import type { MailboxRef } from '../../mailbox/store.ts'
import type { Store, Writer } from '../../store.ts'
import type { FoundGrant } from '../grant.ts'
import { bookingPolicies } from '../moved-booking.ts'
import type { Right } from '../right.ts'
import type { SourceSettings } from '../source.ts'
import { namedFolder, roleOfPath } from './named-folder.ts'
import { commit, type PassRun } from './page-run.ts'
import type { DeferredGrant, Member, ProjectId } from './project.ts'

/** Grants of one mailbox; more are a mistake somewhere. */
const MOST = 5_000

type NewGrant = Omit<DeferredGrant, 'no'>

/** Notes what the source says others may do with a mailbox; it is applied when both ends are here. Twice is once. */
export async function noteGrants(run: PassRun, settings: SourceSettings): Promise<void> {
  const { at, store, member } = run
  const { directory } = store
  const owner = member.address
  const found: NewGrant[] = []
  for (const grant of settings.grants.slice(0, MOST)) {
    if (grant.owner.toLowerCase() !== owner && grant.owner !== '') {
      const of = await findParty(directory, at.organization, grant.owner)
      if (of !== undefined && primaryAddress(of)?.toLowerCase() !== owner) continue
    }
    found.push(await newGrant(directory, at.organization, owner, grant, null))
  }
  for (const grant of settings.folderGrants.slice(0, MOST)) {
    const rights = grant.role === 'Custom' ? completeRights(grant.rights ?? 0) : rightsOfProfile(grant.role)
    if (rights === 0) continue
    const right: Right = (rights & writing) === 0 ? 'folder-read' : 'folder-edit'
    const whole = { grantee: grant.grantee, right, folder: grant.folder }
    found.push(await newGrant(directory, at.organization, owner, whole, rights))
  }
  if (found.length === 0) return
  const all = await allGrantsOf(store.migration, at.organization, member.project, owner)
  const known = new Map(all.map((grant) => [keyOf(grant), grant]))
  const fresh = found.flatMap((grant): (NewGrant & { no?: number })[] => {
    const before = known.get(keyOf(grant))
    if (before === undefined) return [grant]
    // A plan has no rights bit by bit.
    const tellsMore = before.state === 'waiting' && before.rights === null && grant.rights !== null
    return tellsMore ? [{ ...before, rights: grant.rights }] : []
  })
  if (fresh.length === 0) return
  await commit(run, async (writer) => {
    for (const grant of new Map(fresh.map((each) => [keyOf(each), each])).values())
      await writer.migration.putGrant(at.organization, member.project, grant)
  })
}

const writing =
  FolderRight.create |
  FolderRight.editOwned |
  FolderRight.deleteOwned |
  FolderRight.createSubfolder |
  FolderRight.owner

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
  [owner, grantee, right, folder ?? ''].join('\0')

async function newGrant(
  directory: DirectoryReader,
  organization: OrganizationId,
  owner: string,
  { grantee, right, folder }: Pick<FoundGrant, 'grantee' | 'right' | 'folder'>,
  rights: number | null,
): Promise<NewGrant> {
  const everybody = everybodyOf(grantee)
  const entry = everybody === undefined ? await findParty(directory, organization, grantee) : undefined
  const isKnown = entry !== undefined || everybody !== undefined
  const address = entry && (primaryAddress(entry)?.toLowerCase() ?? entry.id)
  return {
    state: isKnown ? 'waiting' : 'unresolved',
    owner,
    grantee: address ?? everybody ?? grantee,
    right,
    folder,
    rights,
    brokenFrom: null,
    appliedAt: null,
    cause: isKnown ? '' : nobody(grantee),
  }
}

/** What Exchange calls everybody of the organisation, and everybody else. */
function everybodyOf(name: string): 'default' | 'anonymous' | undefined {
  const word = name.toLowerCase()
  return word === 'default' || word === 'anonymous' ? word : undefined
}

const nobody = (grantee: string): string =>
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
 * Applies, inside the transaction of a flip, every grant that has these members at an end and whose other end is here too. The
 * others wait. Answers those that were applied.
 */
export async function applyGrants(
  writer: Writer,
  organization: OrganizationId,
  project: ProjectId,
  members: readonly Member[],
  now: number,
): Promise<readonly AppliedGrant[]> {
  const { migration } = writer
  const waiting = new Map<number, DeferredGrant>()
  for (const { address } of members)
    for (const grant of await migration.grantsOf(organization, project, address)) waiting.set(grant.no, grant)
  const applied: AppliedGrant[] = []
  for (const grant of waiting.values()) {
    const owner = await findParty(writer.directory, organization, grant.owner)
    const everybody = everybodyOf(grant.grantee)
    if (everybody !== undefined) {
      if (owner === undefined || !isHere(owner)) continue
      const cause = await applyToFolder(writer, organization, project, grant, owner, everybody)
      const state = cause === '' ? 'applied' : 'unresolved'
      await migration.putGrant(organization, project, {
        ...grant,
        state,
        cause,
        appliedAt: cause === '' ? now : null,
      })
      continue
    }
    const grantee = await findParty(writer.directory, organization, grant.grantee)
    if (grantee === undefined && owner !== undefined && isHere(owner)) {
      await migration.putGrant(organization, project, {
        ...grant,
        state: 'unresolved',
        cause: nobody(grant.grantee),
      })
      continue
    }
    if (owner === undefined || grantee === undefined || !isHere(owner) || !isHere(grantee)) {
      if (grant.brokenFrom === null)
        await migration.putGrant(organization, project, {
          ...grant,
          brokenFrom: now,
          cause: 'The other end is not here yet.',
        })
      continue
    }
    const cause = await applyOne(writer, organization, project, grant, owner, grantee)
    await migration.putGrant(organization, project, {
      ...grant,
      state: cause === '' ? 'applied' : 'unresolved',
      appliedAt: cause === '' ? now : null,
      cause,
    })
    if (cause === '') applied.push({ grant, owner, grantee })
  }
  return applied
}

/** Groups have no mailbox: what is given to them holds for members wherever they are. */
const isHere = (entry: Entry): boolean =>
  entry.state === 'ENABLED' && (entry.kind === 'group' || entry.home === 'local')

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

/**
 * Takes back, inside the transaction of a way back, what `applyGrants` gave on these mailboxes; it is given again when they move
 * again. Rights on folders stay with the mailbox that they are kept in.
 */
export async function takeBackGrants(
  { migration, directory }: Writer,
  organization: OrganizationId,
  project: ProjectId,
  owner: Entry,
  address: string,
): Promise<void> {
  for (const grant of await allGrantsOf(migration, organization, project, address)) {
    const right = givenBy[grant.right]
    if (grant.state !== 'applied' || right === undefined) continue
    const grantee = await findParty(directory, organization, grant.grantee)
    if (grantee !== undefined && right === 'resource')
      await directory.removeDelegate(organization, owner.id, grantee.id)
    else if (grantee !== undefined && right !== 'resource') {
      const before = await ownRights(directory, organization, owner.id, grantee.id)
      const rights = before & ~right
      if (rights !== before)
        await directory.putPermission(organization, { owner: owner.id, grantee: grantee.id, rights })
    }
    await migration.putGrant(organization, project, {
      ...grant,
      state: 'waiting',
      brokenFrom: null,
      appliedAt: null,
    })
  }
}

/** What a right is here; rights on folders are none of the directory's. */
const givenBy: Partial<Record<Right, number | 'resource'>> = {
  'full-access': MailboxRight.fullAccess,
  'send-as': MailboxRight.sendAs,
  'send-on-behalf': MailboxRight.sendOnBehalf,
  delegate: MailboxRight.sendOnBehalf,
  'room-delegate': 'resource',
}

async function ownRights(
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

const usualRights = { 'calendar-edit': 'Editor', 'folder-edit': 'Editor', 'folder-read': 'Reviewer' } as const

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

async function folderOf(
  { mailboxes, migration }: Writer,
  at: MailboxRef,
  { right, folder }: DeferredGrant,
  source: string | undefined,
): Promise<FolderNo | undefined> {
  if (folder === null && right !== 'calendar-edit') return undefined
  const rows = source === undefined ? [] : await migration.listLedgerFolders(at, source)
  const role = folder === null ? 'calendar' : roleOfPath(folder)
  const special = role === undefined ? undefined : await mailboxes.findFolder(at, { distinguished: role })
  return folder === null ? special?.no : namedFolder(folder, rows, special?.no)
}
