import { hostname } from 'node:os'
import type { Config } from '#src/config/settings.ts'
import { DEFAULT_OWNERSHIP_LABEL, type MailHosts } from '#src/domain/directory/dns-record.ts'

/** The name under which clients and other servers reach this service. */
export const ownHostname = (config: Config): string => config['service.hostname'] || hostname()

/** What the DNS records of every domain point at: this service. */
export function mailHosts(config: Config): MailHosts {
  const host = ownHostname(config)
  return {
    mx: host,
    mxPreference: 10,
    autodiscover: host,
    spf: `a:${host}`,
    ownershipLabel: DEFAULT_OWNERSHIP_LABEL,
  }
}

/** How gateways of organisations are spoken to. */
export const gatewayOptions = (config: Config): { helloName: string; privateAddresses: boolean } => ({
  helloName: ownHostname(config),
  privateAddresses: config['outbound.privateAddresses'] === 'yes',
})
