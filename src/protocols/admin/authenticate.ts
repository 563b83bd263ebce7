import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { type Authorization, parseAmzDate, parseAuthorization } from '#src/wire/aws/authorization.ts'
import type { SignedRequest } from '#src/wire/aws/canonical-request.ts'
import { signatureMatches } from '#src/wire/aws/signature.ts'
import type { AccessKeys } from './access-keys.ts'
import type { Caller } from './caller.ts'
import { ApiException } from './exceptions.ts'

const skewMs = 300_000
/** Signed in every request: without them somebody could send it elsewhere, later, or as another operation. */
const mustBeSigned = ['host', 'x-amz-date', 'x-amz-target']
const nobodysSecret = 'compared with when the access key is not known'

/** Who signed the request (API-04), and the signature by which `Replays` knows it again. */
export type Signed = { caller: Caller; signature: string; signedAt: number }

/**
 * Verifies Signature Version 4 over the octets received. Throws `ApiException` with the words that AWS clients know.
 * Clocks may differ by five minutes.
 */
export function authenticate(request: SignedRequest, accessKeys: AccessKeys, now: number): Signed {
  const authorization = readAuthorization(request)
  const amzDate = String(request.headers['x-amz-date'] ?? '')
  const signedAt = readDate(amzDate)
  if (authorization.service !== 'workmail' || authorization.date !== amzDate.slice(0, 8)) {
    throw new ApiException(
      'InvalidSignatureException',
      'The credential scope must be of this day and the service workmail.',
    )
  }
  const missing = mustBeSigned.filter((name) => !authorization.signedHeaders.includes(name))
  if (missing.length > 0) {
    throw new ApiException(
      'InvalidSignatureException',
      `These headers must be signed too: ${missing.join(', ')}.`,
    )
  }
  const found = accessKeys.find(authorization.keyId)
  const matches = signatureMatches(request, authorization, amzDate, found?.secret ?? nobodysSecret)
  if (found === undefined) {
    throw new ApiException('UnrecognizedClientException', 'The access key in the request is not known here.')
  }
  if (!matches) {
    throw new ApiException(
      'InvalidSignatureException',
      'The signature does not fit the request. Check the secret access key, and that nothing changes the request on its way.',
    )
  }
  if (Math.abs(now - signedAt) > skewMs) {
    const sentence = `Signature expired: ${amzDate} is more than five minutes from the time here. Correct the clock.`
    throw new ApiException('InvalidSignatureException', sentence)
  }
  const caller: Caller = { kind: 'key', id: found.key.id, organization: found.key.organization }
  return { caller, signature: authorization.signature, signedAt }
}

function readAuthorization(request: SignedRequest): Authorization {
  const header = request.headers.authorization
  if (typeof header !== 'string' || header === '') {
    throw new ApiException(
      'MissingAuthenticationTokenException',
      'The request is not signed. Sign it with an access key.',
    )
  }
  return read(() => parseAuthorization(header))
}

const readDate = (text: string) => read(() => parseAmzDate(text))

function read<T>(parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    if (error instanceof SyntaxFault)
      throw new ApiException('IncompleteSignatureException', `${error.message}.`)
    throw error
  }
}

const keptSignatures = 100_000

/**
 * Signatures of requests that changed something, for as long as their time is accepted. Two equal requests
 * in one second have equal signatures (botocore signs nothing random), so a repeated one is answered with an
 * exception that clients try again, signed anew; who merely copied it never gets through.
 */
export class Replays {
  readonly #seen = new Map<string, number>()

  /** Throws `ThrottlingException` for a signature that was seen before. */
  refuse({ signature, signedAt }: Signed, now: number): void {
    for (const [old, until] of this.#seen) {
      if (until > now) break
      this.#seen.delete(old)
    }
    if (this.#seen.size >= keptSignatures) {
      throw new ApiException('ThrottlingException', 'Too many changes in the last minutes. Wait a moment.')
    }
    if (this.#seen.has(signature)) {
      throw new ApiException(
        'ThrottlingException',
        'This very request was received before. Sign it anew, in another second.',
      )
    }
    this.#seen.set(signature, signedAt + skewMs + 1_000)
  }
}
