import { Agent as PlainAgent } from 'node:http'
import { Agent, type AgentOptions } from 'node:https'
import { isIP, type LookupFunction, connect as plainConnect, type Socket } from 'node:net'
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls'
import type { CarriedOctets } from '#src/base/carried-octets.ts'
import { fromVersion, type TlsVersion } from '#src/base/tls-versions.ts'
import { throughWindow } from './read-window.ts'

/** How TLS with one server is made. */
export type PeerTls = {
  /** PEM of the authorities to trust instead of the usual ones. */
  ca?: string
  /** Old servers know no better: Exchange 2010 and 2013 may have TLS 1.0 alone. Default 1.2. */
  minVersion?: TlsVersion
}

export type SocketOptions = PeerTls & {
  lookup?: LookupFunction
  /** For name, TCP and TLS together. */
  connectMs: number
  /** When the certificate of each connection ends, epoch milliseconds. */
  heardCertificate?: (endsAt: number) => void
  /** Hears of each connection. */
  carried?: CarriedOctets | undefined
}

/** When the certificate that the other side showed ends, epoch milliseconds; undefined where it showed none. */
export function certificateEnd(socket: TLSSocket): number | undefined {
  const endsAt = Date.parse(socket.getPeerCertificate().valid_to ?? '')
  return Number.isNaN(endsAt) ? undefined : endsAt
}

/** How far a connection came. */
export type Stage = 'connect' | 'tls' | 'open'

const stages = new WeakMap<object, Stage>()

/** Where a connection failed, for its failure's name. */
export const stageOf = (socket: object | null): Stage => (socket && stages.get(socket)) ?? 'connect'

/** A connection that did not come about in time. */
export class ConnectTimeout extends Error {
  override readonly name = 'ConnectTimeout'
  /** Whether the server took the connection, and only its TLS did not come. */
  readonly accepted: boolean

  constructor(message: string, accepted: boolean) {
    super(message)
    this.accepted = accepted
  }
}

const timers = new WeakMap<object, NodeJS.Timeout>()

function watchStages(socket: Socket, connectMs: number): void {
  stages.set(socket, 'connect')
  const late = setTimeout(() => {
    const accepted = stageOf(socket) === 'tls'
    const what = accepted ? 'TLS' : 'connection'
    socket.destroy(new ConnectTimeout(`no ${what} within ${connectMs} ms`, accepted))
  }, connectMs)
  timers.set(socket, late)
  socket.setNoDelay(true)
  socket.once('close', () => clearTimeout(late))
}

function opened(socket: Socket): void {
  clearTimeout(timers.get(socket))
  stages.set(socket, 'open')
}

/** Keeps one connection alive, so that a handshake that belongs to a connection is used again with it. */
export class OneSocketAgent extends Agent {
  readonly #made: SocketOptions

  constructor(made: SocketOptions) {
    // Without sessions each connection tells its certificate, to which NTLM is bound.
    super({ keepAlive: true, maxSockets: 1, maxFreeSockets: 1, maxCachedSessions: 0 })
    this.#made = made
  }

  override createConnection(options: AgentOptions & { host?: string; port?: number | string }): TLSSocket {
    const { ca, minVersion, lookup, connectMs, heardCertificate, carried } = this.#made
    const host = (options.host ?? '').replace(/^\[|\]$/g, '')
    const made = {
      host,
      port: Number(options.port ?? 443),
      ...fromVersion(minVersion),
      ALPNProtocols: ['http/1.1'],
      ...(isIP(host) === 0 && { servername: host }),
      ...(ca !== undefined && { ca }),
      ...(lookup && { lookup }),
    }
    const socket = throughWindow((onread) => connect({ ...made, onread } as ConnectionOptions))
    carried?.add(socket)
    watchStages(socket, connectMs)
    socket.once('connect', () => stages.set(socket, 'tls'))
    socket.once('secureConnect', () => {
      opened(socket)
      const endsAt = certificateEnd(socket)
      if (endsAt !== undefined) heardCertificate?.(endsAt)
    })
    return socket
  }
}

/** The same without TLS. */
export class OnePlainSocketAgent extends PlainAgent {
  readonly #made: SocketOptions

  constructor(made: SocketOptions) {
    super({ keepAlive: true, maxSockets: 1, maxFreeSockets: 1 })
    this.#made = made
  }

  override createConnection(options: { host?: string | null; port?: number | string | null }): Socket {
    const { lookup, connectMs, carried } = this.#made
    const host = (options.host ?? '').replace(/^\[|\]$/g, '')
    const made = { host, port: Number(options.port ?? 80), ...(lookup && { lookup }) }
    const socket = throughWindow((onread) => plainConnect({ ...made, onread }))
    carried?.add(socket)
    watchStages(socket, connectMs)
    socket.once('connect', () => opened(socket))
    return socket
  }
}

export type SocketAgent = OneSocketAgent | OnePlainSocketAgent
