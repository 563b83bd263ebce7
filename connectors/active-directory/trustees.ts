import { Recent } from '#src/base/recent.ts'
import type { SourceGuid, SourceLink } from '#src/domain/directory-sync/source.ts'
import { formatGuid } from './guid.ts'
import type { LdapConnection } from './ldap-connection.ts'
import { chunks, eitherOf, MOST_TERMS } from './octet-filter.ts'
import { formatSid, parseSid } from './security-descriptor.ts'
import { masterOf } from './source-object.ts'

const MOST_REMEMBERED = 50_000

/**
 * Who the SIDs of access lists are, in one domain. An account of another forest is the linked mailbox that is its own; others of
 * other domains and of Windows itself are nobody.
 */
export class Trustees {
  readonly #connection: LdapConnection
  readonly #base: string
  readonly #known = new Recent<SourceGuid | null>(MOST_REMEMBERED)

  constructor(connection: LdapConnection, base: string) {
    this.#connection = connection
    this.#base = base
  }

  /** Looks these up, many at once; afterwards `linksOf` knows them. LdapFault. */
  async learn(sids: Iterable<string>): Promise<void> {
    const domains = [...new Set(sids)].filter((sid) => sid.startsWith('S-1-5-21-'))
    const strangers = domains.filter((sid) => this.#known.get(sid) === undefined)
    for (const some of chunks(strangers, MOST_TERMS / 2)) {
      const { entries } = await this.#connection.search({
        base: this.#base,
        scope: 'sub',
        filter: eitherOf(['objectSid', 'msExchMasterAccountSid'], some.map(parseSid)),
        attributes: ['objectSid', 'msExchMasterAccountSid', 'objectGUID'],
      })
      for (const sid of some) this.#known.set(sid, null)
      const named = entries.map((entry) => ({ entry, guid: formatGuid(entry.octets('objectGUID')) }))
      for (const { entry, guid } of named) {
        const sid = entry.octets('objectSid')
        if (sid !== undefined && guid !== undefined) this.#known.set(formatSid(sid), guid)
      }
      // After the others: a stand-in for the same account (foreignSecurityPrincipal) has no mailbox.
      for (const { entry, guid } of named) {
        const master = masterOf(entry)
        if (master !== undefined && guid !== undefined) this.#known.set(master, guid)
      }
    }
  }

  linksOf(sids: readonly string[]): SourceLink[] {
    return sids.flatMap((sid) => {
      const guid = this.#known.get(sid)
      return guid ? [{ guid }] : []
    })
  }
}
