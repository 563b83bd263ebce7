import type { LookupFunction } from 'node:net'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import type { HttpsAnswer } from '#src/clients/https/exchange-octets.ts'
import { HttpsFailure } from '#src/clients/https/https-failure.ts'
import { HttpsPeer } from '#src/clients/https/https-peer.ts'
import { retryAfterMs } from '#src/clients/https/retry-after.ts'
import type { PeerTls } from '#src/clients/https/secure-sockets.ts'
import type { AccessKeyPair } from '#src/wire/aws/signature.ts'
import { formatAvailabilityRequest, parseAvailabilityResponse } from './availability-json.ts'
import type { OpenSource } from './exchange-free-busy.ts'
import { functionAuthorization } from './function-signature.ts'
import { troubleOf } from './peer-trouble.ts'

type AvailabilityFunction = {
  endpoint: string
  /** Sent as a bearer token; null: none. */
  token: string | null
  /** For functions of AWS Lambda, which are asked with a signature. */
  awsKey?: AccessKeyPair
  /** Whose people ask; the function hears it. */
  organization: string
  tls?: PeerTls
  lookup?: LookupFunction
  version: string
  /** CAP-03; default 25 s. */
  callMs?: number
}

const CALL_MS = 25_000
const MOST_OCTETS = 16 * 1024 * 1024

/** A function behind an HTTPS address that speaks WorkMail's availability provider JSON (CAP-01 to CAP-05). */
export function functionFreeBusy(given: AvailabilityFunction): OpenSource {
  const { endpoint, token, awsKey, organization, tls, lookup, version, callMs = CALL_MS } = given
  const url = new URL(endpoint)
  const peer = new HttpsPeer({
    userAgent: `Landbridge/${version}`,
    ...(tls && { tls }),
    ...(lookup && { lookup }),
  })
  return {
    name: url.host,
    personal: true,
    async ask(question, signal) {
      try {
        const body = Buffer.from(formatAvailabilityRequest(question, organization))
        const answer = await peer.send(
          {
            method: 'POST',
            url,
            headers: {
              'content-type': 'application/json',
              accept: 'application/json',
              'accept-encoding': 'gzip',
              ...functionAuthorization(url, body, { token, awsKey }),
            },
            body,
          },
          { timeoutMs: callMs, signal, mostOctets: MOST_OCTETS, repeatable: true },
        )
        return parseAvailabilityResponse(url.host, await textOf(url, answer), question)
      } catch (error) {
        if (error instanceof SyntaxFault) {
          const message = `${url.host} sent an answer that cannot be read: ${error.message}.`
          throw troubleOf(new HttpsFailure('protocol', message, { cause: error }))
        }
        if (!(error instanceof HttpsFailure)) throw error
        throw troubleOf(error.kind === 'credentials' ? refusedBy(url, given, error) : error)
      }
    },
    close: () => peer.close(),
  }
}

/** What it was shown is no user and password, whatever ways to sign in it offers. */
function refusedBy(
  { host }: URL,
  { token, awsKey }: Pick<AvailabilityFunction, 'token' | 'awsKey'>,
  cause: HttpsFailure,
): HttpsFailure {
  const said =
    token !== null
      ? 'refused the token'
      : awsKey === undefined
        ? 'wants a token, and none is set'
        : 'refused our AWS access key'
  return new HttpsFailure('credentials', `${host} ${said} (401).`, { status: 401, cause })
}

async function textOf({ host }: URL, answer: HttpsAnswer): Promise<string> {
  const { status, headers } = answer
  if (status === 200 && headers['x-amz-function-error'] !== undefined) {
    await answer.drain().catch(() => undefined)
    throw new HttpsFailure('fault', `The function at ${host} failed.`, { code: 'FunctionError' })
  }
  if (status !== 200) {
    await answer.drain().catch(() => undefined)
    const kind = status === 403 ? 'forbidden' : status === 429 || status === 503 ? 'busy' : 'protocol'
    throw new HttpsFailure(kind, `${host} answered ${status}.`, {
      status,
      backOffMs: retryAfterMs(headers),
    })
  }
  const pieces: Uint8Array[] = []
  for await (const piece of answer.body) pieces.push(piece)
  return Buffer.concat(pieces).toString('utf8')
}
