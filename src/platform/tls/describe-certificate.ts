import { X509Certificate } from 'node:crypto'
import type { CertificatePair } from './certificate-source.ts'

/** Whose certificate it is, who signed it, and when it ends in epoch milliseconds. */
export function describeCertificate({ cert }: CertificatePair): {
  subject: string
  issuer: string
  endsAt: number
} {
  const certificate = new X509Certificate(cert)
  const line = (name: string) => name.replaceAll('\n', ', ')
  return {
    subject: line(certificate.subject),
    issuer: line(certificate.issuer),
    endsAt: certificate.validToDate.getTime(),
  }
}
