import type { SourceGuid } from '#src/domain/directory-sync/source.ts'
import { formatGuid } from './guid.ts'
import type { LdapConnection } from './ldap-connection.ts'
import { chunks, MOST_TERMS } from './octet-filter.ts'
import { pagedSearch } from './paged-search.ts'
import type { RawEntry } from './raw-entry.ts'
import { sidOf } from './security-descriptor.ts'

/** Bits of groupType (MS-ADTS 2.2.12). */
const DOMAIN_LOCAL = 0x4
const SECURITY = 0x8000_0000
const KEYS_AT_ONCE = 1_000

/** The SID of a group that may be somebody's primary group (MS-SAMR 3.1.1.8.2); undefined for everything else. */
export function primaryGroupOf(entry: RawEntry): string | undefined {
  const type = entry.number('groupType')
  if (type === null || (type & SECURITY) === 0 || (type & DOMAIN_LOCAL) !== 0) return undefined
  const octets = entry.octets('objectSid')
  return octets && sidOf(octets)
}

/** The SID of the primary group of an account: of its own domain, of which the account tells only the last number. */
export function ownPrimaryGroup(entry: RawEntry): string | undefined {
  const rid = entry.number('primaryGroupID')
  const octets = entry.octets('objectSid')
  const sid = octets && sidOf(octets)
  return rid === null ? undefined : sid?.replace(/\d+$/, String(rid))
}

/**
 * Who has one of these groups as primary group, in order, by the group's SID: Active Directory does not write them among its
 * members (exchange-interop 1.4). primaryGroupID is indexed. LdapFault.
 */
export async function primaryMembersOf(
  connection: LdapConnection,
  base: string,
  groups: readonly string[],
): Promise<ReadonlyMap<string, readonly SourceGuid[]>> {
  const members = new Map<string, SourceGuid[]>()
  const sids = new Map(groups.map((sid) => [ridOf(sid), sid]))
  for (const some of chunks([...sids.keys()], MOST_TERMS)) {
    const any = some.map((rid) => `(primaryGroupID=${rid})`).join('')
    const query = {
      base,
      scope: 'sub',
      filter: `(&(objectCategory=person)(objectClass=user)(|${any}))`,
      attributes: ['objectGUID', 'primaryGroupID'],
    } as const
    for await (const page of pagedSearch(connection, query, KEYS_AT_ONCE))
      for (const entry of page) {
        const guid = formatGuid(entry.octets('objectGUID'))
        const sid = sids.get(entry.text('primaryGroupID') ?? '')
        if (guid !== undefined && sid !== undefined) members.getOrInsert(sid, []).push(guid)
      }
  }
  for (const each of members.values()) each.sort()
  return members
}

const ridOf = (sid: string): string => sid.slice(sid.lastIndexOf('-') + 1)
