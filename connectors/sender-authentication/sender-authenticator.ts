import type { SenderAuthenticator } from '#src/domain/authentication/sender-authenticator.ts'
import type { SenderVerdict } from '#src/domain/authentication/verdict.ts'
import type { DnsClient } from '#src/platform/dns/dns-client.ts'
import { boundedResolve } from './bounded-resolve.ts'
import { checkDmarc } from './dmarc-check.ts'
import { checkSignatures } from './signature-check.ts'
import { checkSpf } from './spf-check.ts'

type SenderAuthenticatorOptions = {
  dns: DnsClient
  /** Our own name, for the comments of SPF. */
  hostname: string
  /** For everything that is asked about one message. */
  deadlineMs?: number
}

/** Questions to DNS for one message. RFC 7208 §4.6.4 lets one SPF policy ask 10 times, and 10 hosts of each MX. */
const SPF_QUESTIONS = 60
const KEY_QUESTIONS = 30
const DMARC_QUESTIONS = 60

/** SPF, DKIM, DMARC and ARC by mailauth, in its strict mode, with our DNS, bounded in time, memory and questions. */
export function senderAuthenticator(options: SenderAuthenticatorOptions): SenderAuthenticator {
  const { dns, hostname, deadlineMs = 10_000 } = options
  return {
    authenticate: async ({ hop, envelopeFrom, content }): Promise<SenderVerdict> => {
      const signal = AbortSignal.timeout(deadlineMs)
      const resolve = (most: number) => boundedResolve(dns, most, signal)
      const spfAbout = () => ({ hostname, resolve: resolve(SPF_QUESTIONS), deadlineMs })
      const [spf, spfHelo, signatures] = await Promise.all([
        hop && checkSpf(hop, envelopeFrom, spfAbout()),
        hop && envelopeFrom !== '' ? checkSpf(hop, '', spfAbout()) : undefined,
        checkSignatures(content, {
          resolve: resolve(KEY_QUESTIONS),
          ...(hop === undefined ? {} : { address: hop.address }),
        }),
      ])
      const { dkim, arc, authors, fromFields, refused } = signatures
      const dmarc: SenderVerdict['dmarc'] =
        refused !== undefined && fromFields === 0
          ? { result: 'permerror', fromDomain: '', percent: 100, alignedBy: [], reason: refused }
          : await checkDmarc({ authors, fromFields, spf, dkim }, resolve(DMARC_QUESTIONS))
      return {
        dkim,
        dmarc,
        arc,
        ...(hop === undefined ? {} : { hop }),
        ...(spf === undefined ? {} : { spf }),
        ...(spfHelo === undefined ? {} : { spfHelo }),
      }
    },
  }
}
