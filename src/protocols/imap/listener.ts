import type { Listener } from '#src/platform/listeners/listener.ts'
import type { CertificateSource } from '#src/platform/tls/certificate-source.ts'
import { formatStatusLine } from '#src/wire/imap/status-line.ts'
import { tcpListener } from '../tcp-listener.ts'
import { ImapConnection } from './connection.ts'
import { defaultLimits } from './limits.ts'
import type { ImapSessionOptions } from './session.ts'

type ImapListenerOptions = Omit<ImapSessionOptions, 'clientAddress' | 'tls' | 'startTls'> & {
  name: string
  /** The setting that chooses the address, for the sentence when it cannot be had. */
  setting: string
  at: { host: string; port: number }
  /** TLS from the start; else STARTTLS must be said before anything else. */
  implicitTls: boolean
  certificate: CertificateSource
  /** Connections at the same time: all together, and from one address. */
  connections: number
  connectionsPerClient: number
}

const tooMany = formatStatusLine('*', { status: 'BYE', text: 'Too many connections; try again later' })

/** A port on which IMAP is spoken. */
export function imapListener(options: ImapListenerOptions): Listener {
  const { name, setting, at, implicitTls, certificate, connections, connectionsPerClient, ...session } =
    options
  const { handshakeMs, lingerMs } = { ...defaultLimits, ...options.limits }
  return tcpListener({
    name,
    setting,
    at,
    schemes: ['imap', 'imaps'],
    implicitTls,
    certificate,
    connections,
    connectionsPerClient,
    tooMany,
    handshakeMs,
    lingerMs,
    log: options.log,
    talk: (stream, client) => new ImapConnection(stream, { ...session, ...client }),
  })
}
