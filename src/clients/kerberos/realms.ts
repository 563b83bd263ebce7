import { isIP } from 'node:net'
import type { KdcAddress } from './ask-kdc.ts'
import { KerberosFailure } from './kerberos-failure.ts'

/** Records without final dots, best first; none where there are none. Rejects where DNS does not answer. */
type SrvLookup = (name: string) => Promise<readonly { port: number; target: string }[]>

export type ConfiguredKdc = KdcAddress & { realm: string }

/** `CORP.EXAMPLE=dc1.corp.example, CORP.EXAMPLE=dc2.corp.example:88` */
export function parseKdcs(setting: string): ConfiguredKdc[] {
  return setting
    .split(',')
    .map((item) => /^\s*([^=\s]+)=([^\s]+?)(?::(\d+))?\s*$/.exec(item))
    .filter((found) => found !== null)
    .map(([, realm, host, port]) => ({
      realm: realm!.toUpperCase(),
      host: host!.replace(/^\[|\]$/g, ''),
      port: Number(port ?? KERBEROS_PORT),
    }))
}

const KERBEROS_PORT = 88
/** Realms come from answers that anybody may have written. */
const IS_DOMAIN = /^[\w-]+(\.[\w-]+)+$/
const MOST_LABELS = 5
/** DNS is asked again after so long. */
const KNOWN_MS = 5 * 60_000
const MOST_KNOWN = 500

/** KDCs of realms: those of the setting, else those of DNS (SRV `_kerberos._tcp`, RFC 4120 §7.2.3.2). What DNS says is kept for 5 minutes, that there is none too. */
export class Realms {
  readonly #configured = new Map<string, KdcAddress[]>()
  readonly #srv: SrvLookup
  readonly #known = new Map<string, { servers: Promise<KdcAddress[]>; until: number }>()

  constructor(configured: readonly ConfiguredKdc[], srv: SrvLookup) {
    for (const { realm, host, port } of configured)
      this.#configured.set(realm, [...(this.#configured.get(realm) ?? []), { host, port }])
    this.#srv = srv
  }

  /** Whether the setting names its KDCs: what DNS says may be anybody's word. */
  isConfigured(realm: string): boolean {
    return this.#configured.has(realm.toUpperCase())
  }

  /** Best first, the same list each time; none where nobody tells. Rejects with KerberosFailure where DNS does not answer. */
  serversOf(realm: string): Promise<KdcAddress[]> {
    const named = realm.toUpperCase()
    const configured = this.#configured.get(named)
    if (configured !== undefined) return Promise.resolve(configured)
    if (!IS_DOMAIN.test(named)) return Promise.resolve([])
    const known = this.#known.get(named)
    if (known !== undefined && known.until > performance.now()) return known.servers
    if (this.#known.size >= MOST_KNOWN) this.#known.clear()
    const servers = this.#inDns(named)
    this.#known.set(named, { servers, until: performance.now() + KNOWN_MS })
    servers.catch(() => this.#known.delete(named))
    return servers
  }

  /** Where an account may be known: the realm that its name tells, those of the setting, domains above the server. Rejects as `serversOf`. */
  async homeOf(user: string, host: string): Promise<{ realm: string; servers: KdcAddress[] } | undefined> {
    let trouble: unknown
    for (const realm of this.candidates(user, host)) {
      const servers = await this.serversOf(realm).catch((error: unknown) => {
        trouble = error
        return []
      })
      if (servers.length > 0) return { realm, servers }
    }
    if (trouble !== undefined) throw trouble
    return undefined
  }

  candidates(user: string, host: string): string[] {
    const { domain } = partsOfUser(user)
    const configured = [...this.#configured.keys()]
    const alike = configured.filter((realm) => realm.split('.')[0] === domain)
    const first = domain.includes('.') ? [domain] : alike
    return [...new Set([...first, ...configured, ...domainsAbove(host.toUpperCase())])]
  }

  async #inDns(realm: string): Promise<KdcAddress[]> {
    const name = `_kerberos._tcp.${realm.toLowerCase()}`
    const records = await this.#srv(name).catch((cause: unknown) => {
      throw new KerberosFailure('unreachable', `DNS did not answer when asked for ${name}.`, { cause })
    })
    // An address there would pass every rule about the networks in which we may connect.
    return records
      .filter(({ target }) => target !== '' && isIP(target) === 0)
      .map(({ target, port }) => ({ host: target, port }))
  }
}

function domainsAbove(host: string): string[] {
  const labels = host.split('.').slice(-MOST_LABELS)
  const first = host.split('.').length > MOST_LABELS ? 0 : 1
  return labels.slice(first, -1).map((_, at) => labels.slice(first + at).join('.'))
}

/** `CORP\svc` and `svc@corp.example`; the domain in upper case, empty where there is none. */
export function partsOfUser(user: string): { name: string; domain: string; isUpn: boolean } {
  const slash = user.indexOf('\\')
  if (slash >= 0)
    return { name: user.slice(slash + 1), domain: user.slice(0, slash).toUpperCase(), isUpn: false }
  const at = user.lastIndexOf('@')
  if (at < 0) return { name: user, domain: '', isUpn: false }
  return { name: user.slice(0, at), domain: user.slice(at + 1).toUpperCase(), isUpn: true }
}
