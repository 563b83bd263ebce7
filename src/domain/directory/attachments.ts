import { X509Certificate } from 'node:crypto'
import { pictureType } from '#src/formats/mime/picture-type.ts'
import type { Attachment } from './entry.ts'
import { invalid } from './names.ts'

/** A picture with the type that its own octets say, whatever its file is called. Refuses `invalid-parameter`. */
export function photoOf(octets: Uint8Array): Attachment {
  const type = pictureType(octets)
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
