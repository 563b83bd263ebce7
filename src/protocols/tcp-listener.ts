import { createServer, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { TlsFacts } from '#src/domain/delivery/intake.ts'
import { formatAddress } from '#src/platform/listeners/address.ts'
import { type Listener, listenFault } from '#src/platform/listeners/listener.ts'
import type { Log } from '#src/platform/log/open-log.ts'
import type { CertificateSource } from '#src/platform/tls/certificate-source.ts'
import { secure, secureContextOf } from './secure.ts'

/** Makes a TLS connection of one in clear, as the server; rejects when the handshake fails. */
export type StartTls = (stream: Duplex, signal: AbortSignal) => Promise<{ stream: Duplex; tls: TlsFacts }>

/** What a listener knows of a client before it has said anything. */
type ArrivedClient = {
  /** Text form of the client's IP address; `local` when there is none. */
  clientAddress: string
  /** Of a connection that began with TLS. */
  tls?: TlsFacts
  /** Without it TLS cannot be begun. */
  startTls?: StartTls
}

/** A conversation with one client. */
type Talk = {
  /** Until either side ends it. Never rejects. */
  run(): Promise<void>
  /** Ends it as soon as the protocol allows. */
  stop(): void
  /** Cuts the connection. */
  destroy(): void
}

type TcpListenerOptions = {
  /** For people: `mail from programs`. */
  name: string
  /** The setting that chooses the address, for the sentence when it cannot be had. */
  setting: string
  at: { host: string; port: number }
  /** Of the address it gives: `imap`; with TLS from the start the other. */
  schemes: readonly [clear: string, tls: string]
  /** TLS from the start; needs a certificate. */
  implicitTls: boolean
  certificate?: CertificateSource
  askClientCertificate?: boolean
  /** Connections at the same time: all together, and from one address. */
  connections: number
  connectionsPerClient: number
  /** What one connection too many hears, in clear. */
  tooMany: string
  handshakeMs: number
  lingerMs: number
  log: Log
  talk(stream: Duplex, client: ArrivedClient): Talk
}

/** A port on which a protocol of lines is spoken. */
export function tcpListener(options: TcpListenerOptions): Listener {
  const { name, setting, at, schemes, implicitTls, certificate, connections, connectionsPerClient } = options
  if (implicitTls && certificate === undefined) throw new Error('Implicit TLS needs a certificate')
  const open = new Map<Socket, Talk | undefined>()
  const perClient = new Map<string, number>()
  let context = certificate && secureContextOf(certificate)
  const unwatch = certificate?.watch(() => {
    context = secureContextOf(certificate)
  })
  const startTls: StartTls = (stream, signal) =>
    secure(stream, context!, { signal, askCertificate: options.askClientCertificate === true })

  const talk = async (socket: Socket, clientAddress: string) => {
    let stream: Duplex = socket
    let tls: TlsFacts | undefined
    if (implicitTls) {
      const secured = await startTls(socket, AbortSignal.timeout(options.handshakeMs))
      stream = secured.stream
      tls = secured.tls
    }
    const running = options.talk(stream, { clientAddress, ...(tls && { tls }), ...(context && { startTls }) })
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
      return turnAway(socket, options.tooMany, options.lingerMs)
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
      return `${schemes[implicitTls ? 1 : 0]}://${formatAddress(at.host, port)}`
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

function turnAway(socket: Socket, words: string, lingerMs: number): void {
  socket.end(words)
  socket.resume()
  const timer = setTimeout(() => socket.destroy(), lingerMs)
  socket.once('close', () => clearTimeout(timer))
}
