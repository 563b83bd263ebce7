import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto'
import type { PolicyMemory } from '#src/domain/delivery/policy-memory.ts'
import type { FetchedPolicy, KeptPolicies, MtaStsPolicy } from '#src/platform/dns/mta-sts.ts'

const CIPHER = 'aes-256-gcm'
const NONCE = 12
const TAG = 16

/**
 * MTA-STS policies in the store. They tell whom the service writes to, so each is sealed under `secret` (32 octets) and bound to its
 * domain, which is known by a hash alone. One that does not open, as the secret is another one, is fetched anew.
 */
export function keptPolicies(memory: PolicyMemory, secret: Buffer, now: () => number): KeptPolicies {
  const derived = (...texts: string[]) => createHmac('sha256', secret).update(JSON.stringify(texts)).digest()
  const key = derived('policy')
  const nameOf = (domain: string) => derived('domain', domain).toString('base64url')
  return {
    async find(domain) {
      const name = nameOf(domain)
      const kept = await memory.find(name, now())
      const policy = kept && opened(key, name, kept.sealed)
      return policy && { policy, fetchedAt: kept.keptAt }
    },
    keep(domain, { policy, fetchedAt }: FetchedPolicy) {
      const name = nameOf(domain)
      const expiresAt = fetchedAt + policy.maxAgeSeconds * 1_000
      return memory.keep(name, { sealed: sealed(key, name, policy), keptAt: fetchedAt, expiresAt })
    },
  }
}

function sealed(key: Buffer, name: string, policy: MtaStsPolicy): Uint8Array {
  const nonce = randomBytes(NONCE)
  const cipher = createCipheriv(CIPHER, key, nonce).setAAD(Buffer.from(name))
  const text = Buffer.concat([cipher.update(JSON.stringify(policy)), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), text])
}

function opened(key: Buffer, name: string, sealed: Uint8Array): MtaStsPolicy | undefined {
  if (sealed.length < NONCE + TAG) return undefined
  const decipher = createDecipheriv(CIPHER, key, sealed.subarray(0, NONCE), { authTagLength: TAG })
  decipher.setAAD(Buffer.from(name)).setAuthTag(sealed.subarray(NONCE, NONCE + TAG))
  try {
    const text = Buffer.concat([decipher.update(sealed.subarray(NONCE + TAG)), decipher.final()])
    return JSON.parse(text.toString('utf8')) as MtaStsPolicy
  } catch {
    // Another secret, or another row's octets.
    return undefined
  }
}
