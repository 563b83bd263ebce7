import { X509Certificate } from 'node:crypto'
import { type RequestOptions, request } from 'node:https'
import { checkServerIdentity, type PeerCertificate } from 'node:tls'
import type { DnsClient } from './dns-client.ts'
import { lookupBy } from './lookup-by.ts'

/** RFC 8461 §3.3 suggests these limits, but a minute; a queue has no minute to wait. */
const MAX_POLICY_OCTETS = 65_536
const FETCH_MS = 10_000

type PolicyHostOptions = {
  /** PEM authorities instead of those of Node. */
  authorities?: readonly string[]
  port?: number
  deadlineMs?: number
  /** Which addresses are spoken to: whose domain it is decides where its policy host lies. All, if not said. */
  allows?: (address: string) => boolean
}

/** Fetches the policy file of a domain over HTTPS. Rejects with Error saying why there is none to be had. */
export type PolicyFetch = (domain: string) => Promise<string>

/**
 * From `https://mta-sts.DOMAIN/.well-known/mta-sts.txt` (RFC 8461 §3.3): status 200 and text/plain, no redirects, and
 * a certificate that names the host in its subjectAltName.
 */
export function policyHost(dns: DnsClient, options: PolicyHostOptions = {}): PolicyFetch {
  const { authorities, port = 443, deadlineMs = FETCH_MS, allows = () => true } = options
  return (domain) => {
    const host = `mta-sts.${domain}`
    return get({
      host,
      servername: host,
      port,
      path: '/.well-known/mta-sts.txt',
      headers: { accept: 'text/plain' },
      agent: false,
      // From our name servers, so the policy is found where the TXT record was.
      lookup: lookupBy(dns, allows),
      signal: AbortSignal.timeout(deadlineMs),
      checkServerIdentity: strictIdentity,
      ...(authorities === undefined ? {} : { ca: [...authorities] }),
    })
  }
}

function get(options: RequestOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request(options, (response) => {
      const refuse = (why: string) => {
        reject(new Error(`MTA-STS policy of ${options.host}: ${why}`))
        asked.destroy()
      }
      const type = response.headers['content-type']?.split(';')[0]?.trim().toLowerCase()
      if (response.statusCode !== 200) return refuse(`HTTP status ${response.statusCode}`)
      if (type !== 'text/plain') return refuse('it is not text/plain')
      const chunks: Buffer[] = []
      let size = 0
      response.on('data', (chunk: Buffer) => {
        size += chunk.length
        if (size > MAX_POLICY_OCTETS) refuse(`it is larger than ${MAX_POLICY_OCTETS} octets`)
        else chunks.push(chunk)
      })
      response.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')))
      response.on('error', reject)
    })
    asked.on('error', reject)
    asked.end()
  })
}

/** Node accepts the common name where there is no subjectAltName; RFC 8461 §3.3 does not. */
function strictIdentity(host: string, certificate: PeerCertificate): Error | undefined {
  const rules = { subject: 'never', partialWildcards: false } as const
  if (new X509Certificate(certificate.raw).checkHost(host, rules) === undefined)
    return new Error(`the certificate does not name ${host}`)
  return checkServerIdentity(host, certificate)
}
