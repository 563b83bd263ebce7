import type { Resolver } from '#src/domain/directory/domain-verification.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { type DnsClient, openDns } from '#src/platform/dns/dns-client.ts'
import { DnsFault, orNone } from '#src/platform/dns/dns-fault.ts'

/** DNS as the directory wants it: no records are an empty list, and no answer is the refusal `try-later`. */
function directoryResolver(dns: DnsClient): Resolver {
  const ask = async <T>(records: Promise<readonly T[]>): Promise<readonly T[]> => {
    try {
      return await orNone(records)
    } catch (fault) {
      if (!(fault instanceof DnsFault)) throw fault
      throw new Refusal(
        'try-later',
        `DNS does not answer about ${fault.about} (${fault.failure}). Try again later.`,
        {
          cause: fault,
        },
      )
    }
  }
  return {
    txt: (name) => ask(dns.txt(name)),
    mx: (name) => ask(dns.mx(name)),
    cname: (name) => ask(dns.cname(name)),
  }
}

/** Servers as `dns.servers` lists them. */
export const dnsServers = (setting: string): string[] =>
  setting === '' ? [] : setting.split(',').map((each) => each.trim())

/** What looks after the directory's domains, by the servers of that setting. */
export const dnsResolver = (setting: string): Resolver =>
  directoryResolver(openDns({ servers: dnsServers(setting) }))
