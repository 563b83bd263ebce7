import { lookup, Resolver } from 'node:dns/promises'
import { isIP } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import type { Config } from '#src/config/settings.ts'
import type { PreflightDns } from '#src/domain/migration/engine/preflight/preflight-dns.ts'
import { askTtl } from '#src/platform/dns/ask-ttl.ts'
import { openDns } from '#src/platform/dns/dns-client.ts'
import { orNone } from '#src/platform/dns/dns-fault.ts'
import { dnsServers } from './dns-resolver.ts'
import { mailHosts } from './mail-hosts.ts'

/** Somebody waits for the report. */
const ATTEMPT_MS = 1_500
const MOST_MS = 4_000

/** DNS for the pre-flight of migrations: the servers of `dns.servers`; hosts of sources as this machine finds them. */
export function preflightDns(config: Config): PreflightDns {
  const servers = dnsServers(config['dns.servers'])
  const dns = openDns({ servers, attemptMs: ATTEMPT_MS, attempts: 2, deadlineMs: MOST_MS })
  const [server] = servers.length > 0 ? servers : new Resolver().getServers()
  const valuesOf = {
    MX: async (name: string) => (await orNone(dns.mx(name))).map(({ exchange }) => exchange),
    CNAME: (name: string) => orNone(dns.cname(name)),
    A: (name: string) => orNone(dns.a(name)),
    TXT: (name: string) => orNone(dns.txt(name)),
  }
  const { mx, autodiscover, spf } = mailHosts(config)
  return {
    here: { mx, autodiscover, spf },
    async look(name, type) {
      const values = await valuesOf[type](name)
      if (values.length === 0 || server === undefined) return { values, ttlSeconds: null }
      return { values, ttlSeconds: await askTtl(name, type, { server, timeoutMs: ATTEMPT_MS }) }
    },
    async resolves(host) {
      if (isIP(host.replace(/^\[|\]$/g, '')) !== 0) return true
      const found = lookup(host).then(
        () => true,
        (error: NodeJS.ErrnoException) => (error.code === 'ENOTFOUND' ? false : null),
      )
      return Promise.race([found, pause(MOST_MS, null, { ref: false })])
    },
  }
}
