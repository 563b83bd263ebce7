import type { OrganizationId } from '#src/base/ids.ts'
import { primaryAddress } from '../../../directory/entry.ts'
import { completeRights, FolderRight, rightsOfProfile } from '../../../directory/folder-permission.ts'
import type { DirectoryReader } from '../../../directory/store.ts'
import type { FolderNo } from '../../../mailbox/item.ts'
import type { FoundGrant } from '../../grant.ts'
import type { Right } from '../../right.ts'
import type { SourceSettings } from '../../source.ts'
import type { LedgerFolder } from '../../store.ts'
import { commit, type PassRun } from '../ledger/page-run.ts'
import type { DeferredGrant } from '../project/project.ts'
import { keptSettings } from '../settings/kept-settings.ts'
import { allGrantsOf, everybodyOf, findParty, keyOf, nobody, ofFolders, TAKEN_AWAY } from './grants.ts'
import { namedFolders, roleOfPath } from './named-folder.ts'
import { isRevoked } from './revoked-grants.ts'

/** Grants of one mailbox; more are a mistake somewhere. */
const MOST = 5_000

type NewGrant = Omit<DeferredGrant, 'no'>
type NotedGrant = NewGrant & { no?: number }
type Found = NewGrant & { said: string }

/**
 * Notes what the source says others may do with a mailbox; it is applied when both ends are here. Twice is once, also where a plan
 * calls a folder by its path; what was taken away there since is dropped.
 */
export async function noteGrants(run: PassRun, settings: SourceSettings): Promise<void> {
  const { at, store, member } = run
  const found = [...(await onMailbox(run, settings)), ...(await onFolders(run, settings))]
  const all = await allGrantsOf(store.migration, at.organization, member.project, member.address)
  const waiting = all.filter(({ state }) => state !== 'applied')
  if (found.length === 0 && waiting.length === 0) return
  const placeOf = await placesOf(run)
  const known = Map.groupBy(all, placeOf)
  const changes: NotedGrant[] = []
  const isFound = new Set<DeferredGrant>()
  for (const { said, ...grant } of new Map(found.map((each) => [placeOf(each), each])).values()) {
    // Nobody had that name when it was noted.
    const unnamed = known
      .get(placeOf({ ...grant, grantee: said }))
      ?.filter(({ state }) => state === 'unresolved')
    const [before, ...others] = known.get(placeOf(grant)) ?? unnamed ?? []
    for (const each of [before, ...others]) if (each !== undefined) isFound.add(each)
    if (before === undefined) changes.push(grant)
    else changes.push(...toldAnew(before, grant), ...others.flatMap((each) => dropped(each, TOLD_TWICE)))
  }
  const gone = await goneOf(
    run,
    settings,
    waiting.filter((each) => !isFound.has(each)),
  )
  changes.push(...gone.flatMap((each) => dropped(each, TAKEN_AWAY)))
  if (changes.length === 0) return
  await commit(run, async (writer) => {
    for (const grant of changes) await writer.migration.putGrant(at.organization, member.project, grant)
  })
}

/** Those of what waits and is not told that the source has taken away. */
async function goneOf(
  run: PassRun,
  settings: SourceSettings,
  untold: readonly DeferredGrant[],
): Promise<readonly DeferredGrant[]> {
  if (Math.max(settings.folderGrants.length, settings.grants.length) > MOST) return []
  const { at, store, member } = run
  const kept = await keptSettings(store.mailboxes, at)
  const before = new Set<string>()
  for (const { said, ...grant } of kept === undefined ? [] : await onMailbox(run, kept))
    for (const grantee of [grant.grantee, said]) before.add(keyOf({ ...grant, grantee }))
  const rows = await store.migration.listLedgerFolders(at, member.source)
  const folderNo = await folderNos(run, rows)
  const keys = new Map(
    rows
      .filter(({ gone }) => !gone)
      .toReversed()
      .map(({ target, key }) => [target, key]),
  )
  const folderKeyOf = (grant: DeferredGrant) => {
    const no = folderNo(grant)
    return no === undefined ? undefined : keys.get(no)
  }
  // A delegate sends on behalf as well, whichever of the two a plan calls it.
  const wasTold = (grant: DeferredGrant) =>
    before.has(keyOf(grant)) ||
    (grant.right === 'send-on-behalf' && before.has(keyOf({ ...grant, right: 'delegate' })))
  return untold.filter(
    (grant) =>
      grant.state !== 'dropped' &&
      !(ofFolders.has(grant.right) && run.source.lacksFolders === true) &&
      isRevoked(grant, { settings, wasTold, folderKeyOf }),
  )
}

const TOLD_TWICE = 'The same right is in this list by another name of its folder.'

const dropped = (grant: DeferredGrant, cause: string): DeferredGrant[] =>
  grant.state === 'applied' || grant.state === 'dropped'
    ? []
    : [{ ...grant, state: 'dropped', brokenFrom: null, cause }]

/** What changes about a grant that is known, nothing where it says the same or was given. */
function toldAnew(before: DeferredGrant, grant: NewGrant): DeferredGrant[] {
  if (before.state === 'applied') return []
  const isFree =
    before.state === 'dropped' || (before.state === 'unresolved' && before.grantee !== grant.grantee)
  const { state, cause } = isFree ? grant : before
  const after = { ...before, state, cause, grantee: grant.grantee }
  if (grant.rights !== null)
    Object.assign(after, { right: grant.right, rights: grant.rights, folder: grant.folder })
  const isSame = (['state', 'grantee', 'right', 'rights', 'folder'] as const).every(
    (of) => after[of] === before[of],
  )
  return isSame ? [] : [after]
}

async function onMailbox({ at, store, member }: PassRun, settings: SourceSettings): Promise<Found[]> {
  const { directory } = store
  const owner = member.address
  const found: Found[] = []
  for (const grant of settings.grants.slice(0, MOST)) {
    if (grant.owner.toLowerCase() !== owner && grant.owner !== '') {
      const of = await findParty(directory, at.organization, grant.owner)
      if (of !== undefined && primaryAddress(of)?.toLowerCase() !== owner) continue
    }
    const noted = await newGrant(directory, at.organization, owner, grant, null)
    found.push({ ...noted, said: grant.grantee })
  }
  return found
}

async function onFolders({ at, store, member }: PassRun, settings: SourceSettings): Promise<Found[]> {
  const found: Found[] = []
  for (const grant of settings.folderGrants.slice(0, MOST)) {
    const rights = grant.role === 'Custom' ? completeRights(grant.rights ?? 0) : rightsOfProfile(grant.role)
    if (rights === 0) continue
    const right: Right = (rights & writing) === 0 ? 'folder-read' : 'folder-edit'
    const whole = { grantee: grant.grantee, right, folder: grant.folder }
    const noted = await newGrant(store.directory, at.organization, member.address, whole, rights)
    found.push({ ...noted, said: grant.grantee })
  }
  return found
}

const writing =
  FolderRight.create |
  FolderRight.editOwned |
  FolderRight.deleteOwned |
  FolderRight.createSubfolder |
  FolderRight.owner

/** Somebody has one set of rights on a folder, whatever the folder and the rights are called. */
async function placesOf(run: PassRun): Promise<(grant: NewGrant) => string> {
  const { at, store, member } = run
  const folderNo = await folderNos(run, await store.migration.listLedgerFolders(at, member.source))
  return (grant) => {
    const no = ofFolders.has(grant.right) ? folderNo(grant) : undefined
    return no === undefined ? keyOf(grant) : keyOf({ ...grant, right: 'folder-edit', folder: `\0${no}` })
  }
}

/** The folder here that a right on one is meant for. */
async function folderNos(
  { at, store }: PassRun,
  rows: readonly LedgerFolder[],
): Promise<(grant: Pick<NewGrant, 'folder'>) => FolderNo | undefined> {
  const folders = await store.mailboxes.listFolders(at)
  const special = (role: string | undefined) =>
    role === undefined ? undefined : folders.find(({ distinguished }) => distinguished === role)?.no
  const named = namedFolders(rows)
  const known = new Map<string | null, FolderNo | undefined>()
  return ({ folder }) => {
    if (!known.has(folder))
      known.set(folder, folder === null ? special('calendar') : named(folder, special(roleOfPath(folder))))
    return known.get(folder)
  }
}

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
