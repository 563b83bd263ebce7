import { type AvailabilityFinding, checkAvailability } from '#connectors/free-busy/preflight.ts'
import type { Config } from '#src/config/settings.ts'
import { ownHostname } from './mail-hosts.ts'
import { version } from './version.ts'
import { publicUrl } from './web-service.ts'

export type { AvailabilityFinding }

type Told = {
  configurations: readonly { domain: string; endpoint: string; problem: string | null }[]
  accounts: readonly string[]
  routingDomain: string | null
  password: string | undefined
  /** Where the service that runs listens for programs: `https://127.0.0.1:8444`. */
  webAddress: string | undefined
}

/** `landbridge interop check availability`: both directions, between what is configured here and the Exchange side. */
export function checkInteropAvailability(
  config: Config,
  { webAddress, ...told }: Told,
): Promise<AvailabilityFinding[]> {
  const own = placeOf(webAddress)
  const url = publicUrl(own ? { ...config, 'web.port': own.port } : config)
  return checkAvailability({ ...told, hostName: ownHostname(config), publicUrl: url, own, version })
}

function placeOf(address: string | undefined): { host: string; port: number } | undefined {
  const url = URL.parse(address ?? '')
  if (url === null) return undefined
  const host = url.hostname.replace(/^\[|\]$/g, '')
  return { host: host === '::' || host === '0.0.0.0' ? '127.0.0.1' : host, port: Number(url.port) }
}
