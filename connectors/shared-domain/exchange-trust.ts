import { trustedRelays } from '#src/domain/authentication/untrusted-hop.ts'
import type { IntakeConnection } from '#src/domain/delivery/intake.ts'

type ExchangeTrust = {
  /** Addresses and networks from which the Exchange side sends. */
  addresses: readonly string[]
  /** SHA-256 of its client certificates in hexadecimal, colons or not. */
  certificates: readonly string[]
}

/**
 * Whether a connection comes from the Exchange side (exchange-interop 4.6): from one of its addresses, or with one of its
 * certificates, which a connection cannot show without having its key. Throws Error for what is no address.
 */
export function exchangeTrust({
  addresses,
  certificates,
}: ExchangeTrust): (from: IntakeConnection) => boolean {
  const isAddress = trustedRelays(addresses)
  const known = new Set(certificates.map(plain))
  return ({ role, clientAddress, tls }) => {
    if (role !== 'mx') return false
    const shown = tls?.clientCertificate?.fingerprint256
    return isAddress(clientAddress) || (shown !== undefined && known.has(plain(shown)))
  }
}

const plain = (fingerprint: string): string => fingerprint.replaceAll(':', '').toLowerCase()
