import { createPrivateKey, createPublicKey, hash, type KeyObject, sign } from 'node:crypto'
import { promisify } from 'node:util'

/** `d=` and `s=` with the private key whose public half stands at `selector._domainkey.domain`. */
export type SigningKey = { domain: string; selector: string; privateKey: KeyObject }

type SigningAlgorithm = 'rsa-sha256' | 'ed25519-sha256'

const signing = promisify(sign)
const label = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/i
/** RFC 8301 §3.2: signers use 2048 bits at least; 1024 stay possible for keys that others publish for us. */
const MIN_RSA_BITS = 1_024

/** A key from PKCS #8 in PEM: RSA or Ed25519. Throws Error for others, and for names that cannot be in DNS. */
export function signingKey(domain: string, selector: string, privateKeyPem: string): SigningKey {
  for (const name of [domain, selector]) {
    if (!name.split('.').every((each) => label.test(each))) throw new Error(`'${name}' is no domain name`)
  }
  const privateKey = createPrivateKey(privateKeyPem)
  algorithmOf({ domain, selector, privateKey })
  return { domain: domain.toLowerCase(), selector: selector.toLowerCase(), privateKey }
}

/** RFC 6376 and RFC 8463. Throws Error for a key that is neither, or too short. */
export function algorithmOf({ privateKey }: SigningKey): SigningAlgorithm {
  if (privateKey.asymmetricKeyType === 'ed25519') return 'ed25519-sha256'
  const bits = privateKey.asymmetricKeyDetails?.modulusLength ?? 0
  if (privateKey.asymmetricKeyType !== 'rsa' || bits < MIN_RSA_BITS)
    throw new Error(`a DKIM key is RSA of at least ${MIN_RSA_BITS} bits, or Ed25519`)
  return 'rsa-sha256'
}

/** The TXT record that publishes the public half (RFC 6376 §3.6.1, RFC 8463 §4). */
export function keyRecord({ privateKey }: Pick<SigningKey, 'privateKey'>): string {
  const der = createPublicKey(privateKey).export({ type: 'spki', format: 'der' })
  // Ed25519 is published as its bare 32 octets, which end its SubjectPublicKeyInfo.
  if (privateKey.asymmetricKeyType === 'ed25519')
    return `v=DKIM1; k=ed25519; p=${der.subarray(-32).toString('base64')}`
  return `v=DKIM1; k=rsa; p=${der.toString('base64')}`
}

/** The signature over canonical octets in base64, made on a thread of Node's pool. */
export async function signOctets(key: SigningKey, octets: Buffer): Promise<string> {
  const signature =
    algorithmOf(key) === 'rsa-sha256'
      ? await signing('sha256', octets, key.privateKey)
      : // RFC 8463 §3: Ed25519 over the SHA-256 of the octets.
        await signing(null, hash('sha256', octets, 'buffer'), key.privateKey)
  return signature.toString('base64')
}
