import { X509Certificate } from 'node:crypto'
import type { Attachment } from './entry.ts'
import { invalid } from './names.ts'

/** How a picture of each type begins. */
const PICTURES: readonly (readonly [type: string, begins: RegExp])[] = [
  ['image/jpeg', /^\xff\xd8\xff/],
  ['image/png', /^\x89PNG\r\n\x1a\n/],
  ['image/gif', /^GIF8[79]a/],
  ['image/webp', /^RIFF[\x00-\xff]{4}WEBP/],
]
const LONGEST_BEGINNING = 12

/** A picture with the type that its own octets say, whatever its file is called. Refuses `invalid-parameter`. */
export function photoOf(octets: Uint8Array): Attachment {
  const begins = Buffer.from(octets.subarray(0, LONGEST_BEGINNING)).toString('latin1')
  const type = PICTURES.find(([, beginning]) => beginning.test(begins))?.[0]
  if (type === undefined)
    throw invalid('The photo is no picture that clients show. Give a JPEG, PNG, GIF or WebP.')
  return { type, octets }
}

/** One X.509 certificate, DER or PEM, as it is kept: DER alone (CLT-13). Refuses `invalid-parameter`. */
export function certificateOf(octets: Uint8Array): Attachment {
  return { type: 'application/pkix-cert', octets: parseCertificate(octets).raw }
}

/** Refuses `invalid-parameter`. */
export function parseCertificate(octets: Uint8Array): X509Certificate {
  try {
    return new X509Certificate(octets)
  } catch {
    throw invalid(
      'This is not an X.509 certificate. Export the certificate of the person, without its private key, as DER (.cer) or PEM.',
    )
  }
}
