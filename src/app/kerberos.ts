import { KerberosTickets } from '#src/clients/kerberos/kerberos-tickets.ts'
import { parseKdcs, Realms } from '#src/clients/kerberos/realms.ts'
import type { Config } from '#src/config/settings.ts'
import { openDns } from '#src/platform/dns/dns-client.ts'
import { orNone } from '#src/platform/dns/dns-fault.ts'
import { inOrder } from '#src/platform/dns/srv-order.ts'
import { dnsServers } from './dns-resolver.ts'

/** Whoever signs in waits, and mostly there is none. */
const ATTEMPT_MS = 1_500

/** Tickets of the realms that these settings or DNS tell. */
export function kerberosTickets(
  settings: Pick<Config, 'kerberos.controllers' | 'dns.servers'>,
): KerberosTickets {
  const servers = dnsServers(settings['dns.servers'])
  const dns = openDns({ servers, attemptMs: ATTEMPT_MS, attempts: 1, deadlineMs: 2 * ATTEMPT_MS })
  return new KerberosTickets(
    new Realms(parseKdcs(settings['kerberos.controllers']), async (name) =>
      inOrder(await orNone(dns.srv(name))),
    ),
  )
}
