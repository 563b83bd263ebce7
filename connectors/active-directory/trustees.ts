import { Recent } from '#src/base/recent.ts'
import type { SourceLink } from '#src/domain/directory-sync/source.ts'
import { parseExtendedName } from './distinguished-name.ts'
import { formatGuid } from './guid.ts'
import type { LdapConnection } from './ldap-connection.ts'
import { chunks, eitherOf, MOST_TERMS } from './octet-filter.ts'
import type { RawEntry } from './raw-entry.ts'
import { formatSid, parseSid, sidOf } from './security-descriptor.ts'
import { masterOf } from './source-object.ts'

const MOST_REMEMBERED = 50_000

/** Whether a SID is of an account or a group of some domain; those of Windows itself are nobody. */
const isOfDomain = (sid: string): boolean => sid.startsWith('S-1-5-21-')

/**
 * Who the SIDs of access lists are, in one domain. An account of another forest is the linked mailbox that is its own. A group that is
 * no recipient goes by its name, and who is not in this domain by the SID: whoever plans with them is told.
 */
export class Trustees {
  readonly #connection: LdapConnection
  readonly #base: string
  readonly #known = new Recent<SourceLink>(MOST_REMEMBERED)

  constructor(connection: LdapConnection, base: string) {
    this.#connection = connection
    this.#base = base
  }

  /** Looks these up, many at once; afterwards `linksOf` knows them. LdapFault. */
  async learn(sids: Iterable<string>): Promise<void> {
    const domains = [...new Set(sids)].filter(isOfDomain)
    const strangers = domains.filter((sid) => this.#known.get(sid) === undefined)
    for (const some of chunks(strangers, MOST_TERMS / 2)) {
      const { entries } = await this.#connection.search({
        base: this.#base,
        scope: 'sub',
        filter: eitherOf(['objectSid', 'msExchMasterAccountSid'], some.map(parseSid)),
        attributes: ['objectSid', 'msExchMasterAccountSid', 'objectGUID', 'objectClass', 'mailNickname'],
      })
      for (const sid of some) this.#known.set(sid, { place: sid })
      const named = entries.map((entry) => ({ entry, link: linkTo(entry) }))
      for (const { entry, link } of named) {
        const sid = entry.octets('objectSid')
        if (sid !== undefined && link !== undefined) this.#known.set(formatSid(sid), link)
      }
      // After the others: a stand-in for the same account (foreignSecurityPrincipal) has no mailbox.
      for (const { entry, link } of named) {
        const master = masterOf(entry)
        if (master !== undefined && link !== undefined) this.#known.set(master, link)
      }
    }
  }

  linksOf(sids: readonly string[]): SourceLink[] {
    return sids.flatMap((sid) => this.#known.get(sid) ?? [])
  }
}

/** The same of a file, which says of every account and group in it whose SID is whose. */
export class FileTrustees {
  readonly #accounts = new Map<string, SourceLink>()
  readonly #masters = new Map<string, SourceLink>()

  /** An entry with a key. */
  add(entry: RawEntry): void {
    const link = linkTo(entry)
    if (link === undefined) return
    const octets = entry.octets('objectSid')
    const sid = octets && sidOf(octets)
    const master = masterOf(entry)
    if (sid !== undefined) this.#accounts.set(sid, link)
    if (master !== undefined) this.#masters.set(master, link)
  }

  linksOf(sids: readonly string[]): SourceLink[] {
    return sids
      .filter(isOfDomain)
      .map((sid) => this.#masters.get(sid) ?? this.#accounts.get(sid) ?? { place: sid })
  }
}

/** Undefined for the stand-in of an account of another forest, which its SID tells better. */
function linkTo(entry: RawEntry): SourceLink | undefined {
  const classes = new Set(entry.texts('objectClass').map((name) => name.toLowerCase()))
  if (classes.has('foreignsecurityprincipal')) return undefined
  if (classes.has('group') && !entry.has('mailNickname'))
    return { place: parseExtendedName(entry.name).place }
  const guid = formatGuid(entry.octets('objectGUID'))
  return guid === undefined ? undefined : { guid }
}
