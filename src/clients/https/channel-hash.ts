import { createHash, type X509Certificate } from 'node:crypto'

/** OIDs of hashes inside the parameters of RSASSA-PSS, as DER has them. */
const pssHashes: readonly (readonly [oid: string, hash: string])[] = [
  ['608648016503040202', 'sha384'],
  ['608648016503040203', 'sha512'],
]

/**
 * The hash of a server's certificate that stands for its channel (tls-server-end-point, RFC 5929 §4.1): by the hash of the
 * certificate's own signature, and SHA-256 where that one is MD5, SHA-1 or none.
 */
export function channelHash(certificate: X509Certificate): Buffer {
  return createHash(hashOf(certificate)).update(certificate.raw).digest()
}

function hashOf({ signatureAlgorithm = '', raw }: X509Certificate): string {
  const name = signatureAlgorithm.toLowerCase()
  const said = /sha-?(224|384|512)/.exec(name)
  if (said) return `sha${said[1]}`
  if (!name.includes('pss')) return 'sha256'
  const algorithm = signatureField(raw).toString('hex')
  return pssHashes.find(([oid]) => algorithm.includes(oid))?.[1] ?? 'sha256'
}

/** The second field of a certificate: what it is signed with (RFC 5280 §4.1). */
function signatureField(der: Buffer): Buffer {
  const first = contentAt(der, 0).start
  const second = contentAt(der, first).end
  return der.subarray(second, contentAt(der, second).end)
}

function contentAt(der: Buffer, at: number): { start: number; end: number } {
  const short = der[at + 1]!
  if (short < 0x80) return { start: at + 2, end: at + 2 + short }
  const octets = short & 0x7f
  const start = at + 2 + octets
  return { start, end: start + der.readUIntBE(at + 2, octets) }
}
