import { createHmac, timingSafeEqual } from 'node:crypto'
import { type Authorization, formatAuthorization } from './authorization.ts'
import { canonicalRequest, type SignedRequest, sha256Hex } from './canonical-request.ts'

/** An access key: the id is public and sent along, the secret only ever makes signatures. */
export type AccessKeyPair = { id: string; secret: string; sessionToken?: string }

const algorithm = 'AWS4-HMAC-SHA256'

/**
 * Headers that make a request a signed one (Signature Version 4): `host`, `x-amz-date` and `authorization`, and
 * `x-amz-security-token` where the key has one. Every header given is signed. `host` must be among them.
 */
export function signRequest(
  request: SignedRequest,
  key: AccessKeyPair,
  { region, service, now }: { region: string; service: string; now: Date },
): Record<string, string> {
  const time = formatAmzDate(now)
  const added: Record<string, string> = { 'x-amz-date': time }
  if (key.sessionToken !== undefined) added['x-amz-security-token'] = key.sessionToken
  const headers = { ...request.headers, ...added }
  const signedHeaders = Object.keys(headers)
    .map((name) => name.toLowerCase())
    .sort()
  const scope = { date: time.slice(0, 8), region, service }
  const signature = signatureOf({ ...request, headers }, signedHeaders, time, scope, key.secret)
  return {
    ...added,
    authorization: formatAuthorization({ keyId: key.id, ...scope, signedHeaders, signature }),
  }
}

/** Whether `authorization` is what the holder of `secret` would have written under this request. Takes the same time for every wrong signature. */
export function signatureMatches(
  request: SignedRequest,
  authorization: Authorization,
  amzDate: string,
  secret: string,
): boolean {
  const { date, region, service, signedHeaders } = authorization
  const expected = signatureOf(request, signedHeaders, amzDate, { date, region, service }, secret)
  const given = Buffer.from(authorization.signature)
  const wanted = Buffer.from(expected)
  return given.length === wanted.length && timingSafeEqual(given, wanted)
}

/** `20261121T193000Z`. */
function formatAmzDate(time: Date): string {
  return `${time.toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`
}

type Scope = { date: string; region: string; service: string }

function signatureOf(
  request: SignedRequest,
  signedHeaders: readonly string[],
  amzDate: string,
  scope: Scope,
  secret: string,
): string {
  const { date, region, service } = scope
  const credentialScope = `${date}/${region}/${service}/aws4_request`
  const text = [
    algorithm,
    amzDate,
    credentialScope,
    sha256Hex(canonicalRequest(request, signedHeaders)),
  ].join('\n')
  let key: Uint8Array = Buffer.from(`AWS4${secret}`)
  for (const part of [date, region, service, 'aws4_request']) key = hmac(key, part)
  return hmac(key, text).toString('hex')
}

const hmac = (key: Uint8Array, text: string) => createHmac('sha256', key).update(text).digest()
