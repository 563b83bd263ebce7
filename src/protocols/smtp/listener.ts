import { createServer, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { TlsFacts } from '#src/domain/delivery/intake.ts'
import { formatAddress } from '#src/platform/listeners/address.ts'
import { type Listener, listenFault } from '#src/platform/listeners/listener.ts'
import type { CertificateSource } from '#src/platform/tls/certificate-source.ts'
import { formatReply, reply } from '#src/wire/smtp/reply.ts'
import type { SmtpSessionOptions } from './conversation.ts'
import { defaultLimits } from './limits.ts'
import { secure, secureContextOf } from './secure.ts'
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
  if (options.role === 'submissions' && certificate === undefined)
    throw new Error('Implicit TLS needs a certificate')
  const open = new Map<Socket, SmtpSession | undefined>()
  const perClient = new Map<string, number>()
  const limits = { ...defaultLimits, ...options.limits }
  let context = certificate && secureContextOf(certificate)
  const unwatch = certificate?.watch(() => {
    context = secureContextOf(certificate)
  })
  const startTls = (stream: Duplex, signal: AbortSignal) =>
    secure(stream, context!, { signal, askCertificate: askClientCertificate === true })

  const talk = async (socket: Socket, clientAddress: string) => {
    let stream: Duplex = socket
    let tls: TlsFacts | undefined
    if (options.role === 'submissions') {
      const secured = await startTls(socket, AbortSignal.timeout(limits.handshakeMs))
      stream = secured.stream
      tls = secured.tls
    }
    const running = new SmtpSession(stream, {
      ...session,
      clientAddress,
      ...(tls && { tls }),
      ...(context && { startTls }),
    })
    if (!open.has(socket)) return running.destroy()
    open.set(socket, running)
    if (!server.listening) running.stop()
    await running.run()
  }

  // A client may close its side behind the last command and still read our answers.
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    const client = socket.remoteAddress ?? 'local'
    socket.on('error', () => {})
    const fromClient = perClient.get(client) ?? 0
    if (open.size >= connections || fromClient >= connectionsPerClient)
      return turnAway(socket, limits.lingerMs)
    open.set(socket, undefined)
    perClient.set(client, fromClient + 1)
    socket.once('close', () => {
      open.delete(socket)
      const left = perClient.get(client)! - 1
      if (left === 0) perClient.delete(client)
      else perClient.set(client, left)
    })
    talk(socket, client).catch((error) => {
      options.log.info({ err: error, client }, 'A client did not finish its TLS handshake')
      socket.destroy()
    })
  })

  return {
    name,

    async listen() {
      await new Promise<void>((resolve, reject) => {
        server.once('error', (error) =>
          reject(listenFault(error, name, formatAddress(at.host, at.port), setting)),
        )
        server.listen(at.port, at.host, resolve)
      })
      const { port } = server.address() as { port: number }
      return `${options.role === 'submissions' ? 'smtps' : 'smtp'}://${formatAddress(at.host, port)}`
    },

    async stop(signal) {
      unwatch?.()
      if (!server.listening) return
      const cut = () => {
        for (const socket of open.keys()) socket.destroy()
      }
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
        for (const running of open.values()) running?.stop()
        if (signal.aborted) cut()
        else signal.addEventListener('abort', cut, { once: true })
      })
      signal.removeEventListener('abort', cut)
    },
  }
}

function turnAway(socket: Socket, lingerMs: number): void {
  socket.end(tooMany)
  socket.resume()
  const timer = setTimeout(() => socket.destroy(), lingerMs)
  socket.once('close', () => clearTimeout(timer))
}
