import { request as plainRequest } from 'node:http'
import type { LookupFunction } from 'node:net'
import { HttpsFailure } from '../https/https-failure.ts'
import { type HttpsLogin, HttpsPeer } from '../https/https-peer.ts'
import type { PeerTls } from '../https/secure-sockets.ts'
import type { KerberosTickets } from '../kerberos/kerberos-tickets.ts'
import { askAutodiscover, type Said } from './ask.ts'
import { candidateUrls, isWithin, redirectUrl } from './candidates.ts'

export type DiscoverOptions = {
  login: HttpsLogin
  /** Of this program, for the user agent. */
  version: string
  tls?: PeerTls
  lookup?: LookupFunction
  /** Where tickets come from; without it Kerberos is not spoken. */
  kerberos?: KerberosTickets | undefined
  /** Asked before the addresses that follow from the domain; as Exchange's -TargetAutodiscoverEpr. */
  urls?: readonly URL[]
  /** Servers of `_autodiscover._tcp` of a domain (RFC 2782), best first. */
  findServers?: (domain: string) => Promise<readonly { host: string; port: number }[]>
  /** Hosts beside those of the domain that may be shown the credentials. */
  trusts?: (host: string) => boolean
  connectMs?: number
  /** For each address; default 10 s. */
  timeoutMs?: number
  signal?: AbortSignal
  http?: Record<string, string>
}

/** What was found at an address, in words. */
type Attempt = { url: string; outcome: string }

type Discovery = {
  /** Null where nobody told. */
  ewsUrl: string | null
  /** Where it was told. */
  from: string | null
  /** The address that the mailbox has in the end, after redirects. */
  address: string
  tried: readonly Attempt[]
}

const MOST_REDIRECTS = 10
const MOST_TRIED = 25

/**
 * Looks for Exchange Web Services of a mailbox, as Exchange and Outlook do. Redirects are followed to HTTPS only, ten at most.
 * Credentials are shown to servers of the domain, those of `urls`, and whom `trusts` names. Never rejects for what servers do;
 * refused credentials end the search.
 */
export async function discoverEws(address: string, options: DiscoverOptions): Promise<Discovery> {
  const search = new Search(address, options)
  return search.run()
}

class Search {
  readonly #options: DiscoverOptions
  readonly #tried: Attempt[] = []
  readonly #seen = new Set<string>()
  readonly #known: ReadonlySet<string>
  #address: string
  #redirects = 0

  constructor(address: string, options: DiscoverOptions) {
    this.#address = address
    this.#options = options
    this.#known = new Set((options.urls ?? []).map(({ host }) => host))
  }

  async run(): Promise<Discovery> {
    const queue: URL[] = [...(this.#options.urls ?? []), ...candidateUrls(this.#domain)]
    let late: (() => Promise<URL[]>)[] = [() => this.#byPlainHttp(), () => this.#byService()]
    while (this.#tried.length < MOST_TRIED) {
      const url = queue.shift()
      if (url === undefined) {
        const next = late.shift()
        if (next === undefined) break
        queue.push(...(await next()))
        continue
      }
      const key = `${this.#address.toLowerCase()} ${url.href}`
      if (this.#seen.has(key)) continue
      this.#seen.add(key)
      const said = await this.#ask(url)
      if (said === 'stop') break
      if (said === undefined || said.kind === 'error') continue
      if (said.kind === 'settings') return this.#result(said.ewsUrl, url.href)
      if (++this.#redirects > MOST_REDIRECTS) {
        this.#note(url, `It is redirect number ${this.#redirects}, and ${MOST_REDIRECTS} are followed.`)
        break
      }
      if (said.kind === 'redirect-url') queue.unshift(...this.#redirectTo(url, said.url))
      else {
        this.#address = said.address
        queue.splice(0, queue.length, ...(this.#options.urls ?? []), ...candidateUrls(this.#domain))
        late = [() => this.#byPlainHttp(), () => this.#byService()]
      }
    }
    return this.#result(null, null)
  }

  get #domain(): string {
    return this.#address.slice(this.#address.lastIndexOf('@') + 1).toLowerCase()
  }

  #result(ewsUrl: string | null, from: string | null): Discovery {
    return { ewsUrl, from, address: this.#address, tried: this.#tried }
  }

  #note(url: URL, outcome: string): void {
    this.#tried.push({ url: url.href, outcome })
  }

  async #ask(url: URL): Promise<Said | 'stop' | undefined> {
    const { login, version, tls, lookup, connectMs, timeoutMs = 10_000, signal, http } = this.#options
    const peer = new HttpsPeer({
      userAgent: `Landbridge/${version}`,
      ...(this.#trusts(url) && { login }),
      ...(tls && { tls }),
      ...(lookup && { lookup }),
      kerberos: this.#options.kerberos,
      ...(connectMs !== undefined && { connectMs }),
    })
    try {
      const said = await askAutodiscover(peer, url, this.#address, {
        timeoutMs,
        signal,
        ...(http && { http }),
      })
      this.#note(url, inWords(said))
      return said
    } catch (error) {
      if (!(error instanceof HttpsFailure)) throw error
      this.#note(url, error.message)
      return error.kind === 'credentials' && this.#trusts(url) ? 'stop' : undefined
    } finally {
      peer.close()
    }
  }

  #trusts({ host, hostname }: URL): boolean {
    return (
      isWithin(hostname, this.#domain) || this.#known.has(host) || this.#options.trusts?.(hostname) === true
    )
  }

  #redirectTo(from: URL, target: string): URL[] {
    const url = URL.parse(target, from)
    if (url?.protocol === 'https:') return [url]
    this.#note(from, `It redirects to ${target}, which is no HTTPS address.`)
    return []
  }

  /** A GET without credentials, whose redirect to HTTPS counts and nothing else (AUD-01). */
  async #byPlainHttp(): Promise<URL[]> {
    const url = redirectUrl(this.#domain)
    const location = await plainRedirect(url, this.#options)
    if (location === undefined) {
      this.#note(url, 'It does not redirect to anywhere.')
      return []
    }
    this.#note(url, `It redirects to ${location}.`)
    return this.#redirectTo(url, location)
  }

  async #byService(): Promise<URL[]> {
    const servers = (await this.#options.findServers?.(this.#domain).catch(() => [])) ?? []
    return servers
      .slice(0, 3)
      .map(({ host, port }) => new URL(`https://${host}:${port}/autodiscover/autodiscover.xml`))
  }
}

const inWords = (said: Said): string =>
  ({
    settings: () => `Exchange Web Services are at ${(said as { ewsUrl: string }).ewsUrl}.`,
    'redirect-url': () => `It redirects to ${(said as { url: string }).url}.`,
    'redirect-address': () => `It redirects to the address ${(said as { address: string }).address}.`,
    error: () => `It answers: ${(said as { message: string }).message}`,
  })[said.kind]()

function plainRedirect(
  url: URL,
  { lookup, connectMs = 3_000, signal, version }: DiscoverOptions,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const timeout = AbortSignal.timeout(connectMs)
    const sent = plainRequest(
      url,
      {
        method: 'GET',
        agent: false,
        headers: { 'user-agent': `Landbridge/${version}` },
        signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
        ...(lookup && { lookup }),
      },
      (response) => {
        const { statusCode = 0, headers } = response
        response.destroy()
        resolve(statusCode >= 300 && statusCode < 400 ? headers.location : undefined)
      },
    )
    sent.on('error', () => resolve(undefined))
    sent.end()
  })
}
