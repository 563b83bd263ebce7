import { SyntaxFault } from '#src/base/syntax-fault.ts'
import type { AccessKeys } from '#src/domain/keys/access-keys.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { type Authorization, parseAmzDate, parseAuthorization } from '#src/wire/aws/authorization.ts'
import type { SignedRequest } from '#src/wire/aws/canonical-request.ts'
import { signatureMatches } from '#src/wire/aws/signature.ts'
import type { Caller } from './caller.ts'
import { ApiException } from './exceptions.ts'

/** How far the clock of who signs may be from ours. */
export const skewMs = 300_000
/** Signed in every request: without them somebody could send it elsewhere, later, or as another operation. */
const mustBeSigned = ['host', 'x-amz-date', 'x-amz-target']

/** Who signed a request (API-04), and the signature by which `Replays` knows it again. */
export type Signed = { caller: Caller; keyId: string; signature: string; signedAt: number }

/** A request with everything of it but its body. */
type SignedHead = Omit<SignedRequest, 'body'>

/**
 * Reads who a request says it is from, so that nobody else's body is taken in. What it gives verifies Signature
 * Version 4 over the octets received. Both throw `ApiException` with the words that AWS clients know.
 * Clocks may differ by five minutes.
 */
export async function readSigner(
  head: SignedHead,
  accessKeys: Pick<AccessKeys, 'find'>,
  now: number,
): Promise<(body: Uint8Array) => Signed> {
  const authorization = readAuthorization(head)
  const amzDate = String(head.headers['x-amz-date'] ?? '')
  const signedAt = readDate(amzDate)
  checkScope(authorization, amzDate)
  if (Math.abs(now - signedAt) > skewMs) {
    const sentence = `Signature expired: ${amzDate} is more than five minutes from the time here. Correct the clock.`
    throw new ApiException('InvalidSignatureException', sentence)
  }
  const found = await accessKeys.find(authorization.keyId).catch(outOfReach)
  if (found === undefined) {
    throw new ApiException('UnrecognizedClientException', 'The access key in the request is not known here.')
  }
  const { key, secret } = found
  return (body) => {
    if (!signatureMatches({ ...head, body }, authorization, amzDate, secret)) {
      throw new ApiException(
        'InvalidSignatureException',
        'The signature does not fit the request. Check the secret access key, and that nothing changes the request on its way.',
      )
    }
    const caller: Caller = { kind: 'key', id: key.id, organization: key.organization }
    return { caller, keyId: key.id, signature: authorization.signature, signedAt }
  }
}

/** What is wrong with the key is for administrators to know, not for whoever names the id of an access key. */
function outOfReach(error: unknown): never {
  if (!(error instanceof Refusal) || error.reason !== 'key-unavailable') throw error
  const sentence =
    'Access keys cannot be verified now: the key they are sealed under is out of reach. "landbridge key create-access" says why.'
  throw new ApiException('ServiceUnavailableException', sentence)
}

function checkScope({ service, date, signedHeaders }: Authorization, amzDate: string): void {
  if (service !== 'workmail' || date !== amzDate.slice(0, 8)) {
    throw new ApiException(
      'InvalidSignatureException',
      'The credential scope must be of this day and the service workmail.',
    )
  }
  const missing = mustBeSigned.filter((name) => !signedHeaders.includes(name))
  if (missing.length > 0) {
    throw new ApiException(
      'InvalidSignatureException',
      `These headers must be signed too: ${missing.join(', ')}.`,
    )
  }
}

function readAuthorization(head: SignedHead): Authorization {
  const header = head.headers.authorization
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
