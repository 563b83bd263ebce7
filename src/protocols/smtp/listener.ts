import type { Listener } from '#src/platform/listeners/listener.ts'
import type { CertificateSource } from '#src/platform/tls/certificate-source.ts'
import { formatReply, reply } from '#src/wire/smtp/reply.ts'
import { tcpListener } from '../tcp-listener.ts'
import type { SmtpSessionOptions } from './conversation.ts'
import { defaultLimits } from './limits.ts'
import { SmtpSession } from './session.ts'

export type SmtpListenerOptions = Omit<SmtpSessionOptions, 'clientAddress' | 'tls' | 'startTls'> & {
  name: string
  /** The setting that chooses the address, for the sentence when it cannot be had. */
  setting: string
  at: { host: string; port: number }
  /** Without it there is no STARTTLS; the role `submissions` must have one. */
  certificate?: CertificateSource
  /** Ask clients for a certificate, so that the Exchange side can be known by its own (exchange-interop.md 4.1). */
  askClientCertificate?: boolean
  /** Connections at the same time: all together, and from one address. */
  connections: number
  connectionsPerClient: number
}

const tooMany = formatReply(reply(421, '4.3.2', 'Too many connections; try again later'))

/** A port on which SMTP is spoken; which kind, the role says. */
export function smtpListener(options: SmtpListenerOptions): Listener {
  const {
    name,
    setting,
    at,
    certificate,
    connections,
    connectionsPerClient,
    askClientCertificate,
    ...session
  } = options
  const { handshakeMs, lingerMs } = { ...defaultLimits, ...options.limits }
  return tcpListener({
    name,
    setting,
    at,
    schemes: ['smtp', 'smtps'],
    implicitTls: options.role === 'submissions',
    ...(certificate && { certificate }),
    askClientCertificate: askClientCertificate === true,
    connections,
    connectionsPerClient,
    tooMany,
    handshakeMs,
    lingerMs,
    log: options.log,
    talk: (stream, client) => new SmtpSession(stream, { ...session, ...client }),
  })
}
