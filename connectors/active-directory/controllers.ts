import { SourceFailure } from '#src/domain/directory-sync/source.ts'
import type { SrvRecord } from '#src/platform/dns/dns-client.ts'
import { DnsFault } from '#src/platform/dns/dns-fault.ts'
import { inOrder } from '#src/platform/dns/srv-order.ts'
import type { LdapServer } from './ldap-connection.ts'

/** A domain of the forest, and where it is read from. */
export type DomainOptions = {
  /** `corp.example.com` */
  name: string
  /** In the order to try them: `dc1.corp.example.com`, `192.0.2.1:636`. None: DNS is asked which there are. */
  controllers: readonly string[]
  /** Where to search; without it the whole domain. */
  base?: string
  /** What people write before the backslash; without it the first label of the name. */
  netbios?: string
}

export type Tls = Pick<LdapServer, 'security' | 'authorities' | 'certificateName' | 'lookup'>

/** What people write before the backslash. */
export function netbiosOf(domain: DomainOptions): string {
  return domain.netbios ?? domain.name.split('.')[0]!.slice(0, 15).toUpperCase()
}

/** The domain that is meant by `CORP` or `corp.example.com` before a backslash. */
export function domainNamed(domains: readonly DomainOptions[], written: string): DomainOptions | undefined {
  const name = written.toLowerCase()
  return domains.find(
    (domain) => netbiosOf(domain).toLowerCase() === name || domain.name.toLowerCase() === name,
  )
}

/** The part of a DNS client that finds domain controllers. */
export type Services = { srv(name: string): Promise<readonly SrvRecord[]> }

const PORTS = { ldaps: 636, starttls: 389 } as const

/** The domain controllers in the order to try them. SourceFailure `unreachable`, `unusable`. */
export async function controllersOf(domain: DomainOptions, tls: Tls, dns: Services): Promise<LdapServer[]> {
  if (domain.controllers.length > 0)
    return domain.controllers.map((text) => ({ ...parsePlace(text, tls), ...tls }))
  const name = `_ldap._tcp.dc._msdcs.${domain.name}`
  try {
    const records = await dns.srv(name)
    // The port of the record is the one for clear text, on which StartTLS is asked for.
    return inOrder(records).map(({ target, port }) => ({
      host: target,
      port: tls.security === 'ldaps' ? PORTS.ldaps : port,
      ...tls,
    }))
  } catch (error) {
    if (!(error instanceof DnsFault)) throw error
    throw new SourceFailure(
      'unreachable',
      `DNS does not say which domain controllers ${domain.name} has (${error.message}). Use a DNS server that knows the domain, or name the domain controllers with --controller of "landbridge gal connect".`,
      { cause: error },
    )
  }
}

function parsePlace(text: string, { security }: Tls): { host: string; port: number } {
  const parts = /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:[\]]+))(?::(\d{1,5}))?$/.exec(text)
  if (parts === null)
    throw new SourceFailure(
      'unusable',
      `${text} is no name of a domain controller. Write dc1.corp.example or dc1.corp.example:636.`,
    )
  return { host: (parts[1] ?? parts[2])!, port: parts[3] === undefined ? PORTS[security] : Number(parts[3]) }
}
