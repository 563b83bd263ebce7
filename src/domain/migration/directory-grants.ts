import type { OrganizationId } from '#src/base/ids.ts'
import type { SourceGuid, SourceLink } from '../directory-sync/source.ts'
import type { KnownObject, ObjectState, StoredObject, SyncReader } from '../directory-sync/store.ts'
import type { FoundGrant } from './grant.ts'
import type { Right } from './right.ts'

/** Objects that stand in the address book, in the order in which they are looked through. */
export const grantingStates = [
  'imported',
  'partial',
  'local',
  'local-partial',
] as const satisfies readonly ObjectState[]

/** Where a look through the directory goes on. */
export type DirectoryPlace = { state: (typeof grantingStates)[number]; after: SourceGuid | null }

/** Where a mailbox lies there; `mailbox` is its primary address. */
export type DirectoryHome = { mailbox: string; database?: string; server?: string }

/**
 * Grants that a synchronised directory tells (migration.md 2.1): publicDelegates, msExchDelegateListLink and the right to Send As, as
 * they were kept with the run that is in place, and on which server and database mailboxes lie. Some hundred objects at a time; `next` is
 * null at the end.
 */
export async function directoryGrants(
  sync: SyncReader,
  organization: OrganizationId,
  place: DirectoryPlace | null,
  limit: number,
): Promise<{ grants: readonly FoundGrant[]; homes: readonly DirectoryHome[]; next: DirectoryPlace | null }> {
  const { state, after } = place ?? { state: grantingStates[0], after: null }
  const page = await sync.listKnown(organization, { state, after, limit })
  const grants: FoundGrant[] = []
  const homes: DirectoryHome[] = []
  for (const { object } of page.rows) {
    if (object === null) continue
    if (object.storedOn !== undefined) homes.push({ mailbox: nameOf(object), ...object.storedOn })
    grants.push(...(await grantsOf(sync, organization, object)))
  }
  if (page.next !== null) return { grants, homes, next: { state, after: page.next } }
  const following = grantingStates[grantingStates.indexOf(state) + 1]
  return { grants, homes, next: following === undefined ? null : { state: following, after: null } }
}

async function grantsOf(
  sync: SyncReader,
  organization: OrganizationId,
  object: StoredObject,
): Promise<FoundGrant[]> {
  const isPlace = object.type === 'room' || object.type === 'equipment'
  const said: [Right, string, readonly SourceLink[]][] = [
    // Those of rooms are who decides about requests: the same attribute.
    [isPlace ? 'room-delegate' : 'send-on-behalf', 'publicDelegates', object.delegates],
    ['full-access', 'msExchDelegateListLink', object.fullAccess],
    ['send-as', 'right Send-As', object.sendAs],
  ]
  const owner = nameOf(object)
  const grants: FoundGrant[] = []
  for (const [right, attribute, links] of said)
    for (const link of links) {
      const known = await linked(sync, organization, link)
      // Who names one that went is not told of it: lists of rights keep the key, and change numbers stay.
      if (known?.state === 'gone') continue
      const grantee = known?.object ? nameOf(known.object) : 'place' in link ? link.place : link.guid
      grants.push({
        owner,
        grantee,
        right,
        folder: null,
        lastUsedDay: null,
        where: `${attribute} of ${object.place}`,
      })
    }
  return grants
}

/** SIDs that one domain did not know may be of another one, or of accounts elsewhere that mailboxes belong to. */
function linked(
  sync: SyncReader,
  organization: OrganizationId,
  link: SourceLink,
): Promise<KnownObject | undefined> {
  const sid = 'place' in link && link.place.startsWith('S-1-') ? link.place : undefined
  return sid === undefined ? sync.findKnown(organization, link) : sync.findAccount(organization, { sid })
}

/** A group with the names it has and its members, nested groups among them; `null`: a dynamic one, whose members the source does not tell. */
export type DirectoryGroup = { group: string; names: readonly string[]; members: readonly string[] | null }

/**
 * Groups of the directory. As many of its objects as `limit` are looked through at a time, so that few groups or none may come;
 * `next` is null at the end.
 */
export async function directoryGroups(
  sync: SyncReader,
  organization: OrganizationId,
  after: SourceGuid | null,
  limit: number,
): Promise<{ groups: readonly DirectoryGroup[]; next: SourceGuid | null }> {
  const page = await sync.listEntered(organization, { after, limit })
  const keys = page.rows.flatMap((row) => (row.class === 'group' || row.class === 'other' ? [row.guid] : []))
  const groups: DirectoryGroup[] = []
  const known = await sync.findAllKnown(organization, keys)
  let told = 0
  for (const guid of keys) {
    const object = known.get(guid)?.object ?? null
    if (object === null || !(object.type in groupTypes)) continue
    const names = [
      object.place,
      object.guid,
      object.alias,
      object.displayName ?? '',
      object.account?.sam ?? '',
    ]
    const members = object.members && (await namesOf(sync, organization, object.members))
    groups.push({ group: nameOf(object), names: names.filter((name) => name !== ''), members })
    told += members?.length ?? 0
    if (told > MOST_MEMBERS) return { groups, next: guid }
  }
  return { groups, next: page.next }
}

/** One answer holds about as many; a group is never told in parts. */
const MOST_MEMBERS = 20_000

const groupTypes = { group: true, 'security-group': true, 'room-list': true, 'dynamic-group': true }

async function namesOf(
  sync: SyncReader,
  organization: OrganizationId,
  links: readonly SourceLink[],
): Promise<string[]> {
  const keys = links.flatMap((link) => ('guid' in link ? [link.guid] : []))
  const known = await sync.findAllKnown(organization, keys)
  const names: string[] = []
  for (const link of links) {
    const member = 'guid' in link ? known.get(link.guid) : await sync.findKnown(organization, link)
    if (member?.state === 'gone') continue
    names.push(member?.object ? nameOf(member.object) : 'place' in link ? link.place : link.guid)
  }
  return names
}

/** Its primary address; without one its distinguished name. */
function nameOf({ proxyAddresses, place }: StoredObject): string {
  const primary = proxyAddresses.find((address) => address.startsWith('SMTP:'))
  return primary?.slice(5) ?? place
}
