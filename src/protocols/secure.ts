import type { Duplex } from 'node:stream'
import { createSecureContext, type PeerCertificate, type SecureContext, TLSSocket } from 'node:tls'
import type { TlsFacts } from '#src/domain/delivery/intake.ts'
import type { CertificateSource } from '#src/platform/tls/certificate-source.ts'

export const secureContextOf = (certificate: CertificateSource): SecureContext =>
  createSecureContext({ ...certificate.current(), minVersion: 'TLSv1.2' })

/**
 * The server's side of a TLS handshake over any stream. A client's certificate is asked for, never insisted on. Rejects
 * when the handshake fails or `signal` aborts, and then the stream is gone.
 */
export function secure(
  stream: Duplex,
  secureContext: SecureContext,
  options: { signal: AbortSignal; askCertificate?: boolean },
): Promise<{ stream: Duplex; tls: TlsFacts }> {
  const { signal, askCertificate = false } = options
  return new Promise((resolve, reject) => {
    const secured = new TLSSocket(stream, {
      isServer: true,
      secureContext,
      requestCert: askCertificate,
      rejectUnauthorized: false,
    })
    const fail = (error: unknown) => {
      signal.removeEventListener('abort', late)
      secured.destroy()
      stream.destroy()
      reject(error)
    }
    const late = () => fail(new Error('The TLS handshake took too long'))
    const gone = () => fail(new Error('The client left during the TLS handshake'))
    secured.once('error', fail)
    secured.once('close', gone)
    signal.addEventListener('abort', late, { once: true })
    secured.once('secure', () => {
      signal.removeEventListener('abort', late)
      secured.off('error', fail)
      secured.off('close', gone)
      resolve({ stream: secured, tls: factsOf(secured) })
    })
  })
}

function factsOf(secured: TLSSocket): TlsFacts {
  const serverName = secured.servername
  const certificate = secured.getPeerCertificate() as Partial<PeerCertificate>
  return {
    protocol: secured.getProtocol() ?? 'TLS',
    cipher: secured.getCipher().name,
    ...(typeof serverName === 'string' && serverName !== '' && { serverName }),
    ...(certificate.fingerprint256 !== undefined && {
      clientCertificate: {
        subject: String(certificate.subject?.CN ?? ''),
        fingerprint256: certificate.fingerprint256,
        // OpenSSL checked it all the same; only the refusal was left to us.
        authorized: secured.authorized,
      },
    }),
  }
}
