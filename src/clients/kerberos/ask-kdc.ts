import { connect, type LookupFunction } from 'node:net'
import { socketWords } from '#src/base/socket-words.ts'
import { KerberosFailure } from './kerberos-failure.ts'

export type KdcAddress = { host: string; port: number }

type KdcReach = {
  /** The first that answers; who does not is moved behind the others. */
  servers: KdcAddress[]
  /** Whether no other is asked where the first does not answer. */
  once?: boolean | undefined
  realm: string
  lookup?: LookupFunction | undefined
  /** For each server: until it is connected, and for all. */
  connectMs: number
  timeoutMs: number
  signal?: AbortSignal | undefined
}

/** The most that are asked, one after the other. */
const MOST_SERVERS = 3
/** Tickets tell all groups of an account: 64 KiB at most in Windows. */
const MOST_OCTETS = 256 * 1024

/** One question to a KDC over TCP (RFC 4120 §7.2.2), to the next one where one does not answer. Rejects with KerberosFailure. */
export async function askKdc(question: Uint8Array, reach: KdcReach): Promise<Buffer> {
  const problems: string[] = []
  const { servers } = reach
  for (const server of servers.slice(0, reach.once ? 1 : MOST_SERVERS)) {
    try {
      return await askOne(question, server, reach)
    } catch (error) {
      if (reach.signal?.aborted) throw calledOff()
      servers.push(...servers.splice(servers.indexOf(server), 1))
      if (!(error instanceof Error)) throw error
      problems.push(`${server.host}:${server.port} ${error.message}`)
    }
  }
  throw new KerberosFailure(
    'unreachable',
    `No KDC of ${reach.realm} answered (${problems.join('; ')}). Open TCP port 88 of a domain controller for this machine.`,
  )
}

export const calledOff = (): KerberosFailure =>
  new KerberosFailure('aborted', 'No KDC gave a ticket in time.')

function askOne(
  question: Uint8Array,
  { host, port }: KdcAddress,
  { lookup, connectMs, timeoutMs, signal }: KdcReach,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, ...(lookup && { lookup }) })
    const pieces: Buffer[] = []
    let octets = 0
    let length: number | undefined
    const end = (error: Error | undefined, answer?: Buffer): void => {
      clearTimeout(late)
      clearTimeout(unconnected)
      signal?.removeEventListener('abort', abort)
      socket.destroy()
      if (error === undefined) resolve(answer!)
      else reject(error)
    }
    const abort = (): void => end(new Error('was called off'))
    const late = setTimeout(() => end(new Error(`did not answer within ${timeoutMs / 1_000} s`)), timeoutMs)
    const unconnected = setTimeout(
      () => end(new Error(`took no connection within ${connectMs / 1_000} s`)),
      connectMs,
    )
    signal?.addEventListener('abort', abort, { once: true })
    if (signal?.aborted) return abort()
    socket.once('connect', () => {
      clearTimeout(unconnected)
      const head = Buffer.alloc(4)
      head.writeUInt32BE(question.length)
      socket.write(Buffer.concat([head, question]))
    })
    socket.on('data', (piece: Buffer) => {
      pieces.push(piece)
      octets += piece.length
      if (octets < 4) return
      length ??= Buffer.concat(pieces).readUInt32BE()
      if (length > MOST_OCTETS) return end(new Error('sent what no KDC sends'))
      if (octets >= 4 + length) end(undefined, Buffer.concat(pieces).subarray(4, 4 + length))
    })
    socket.once('error', (error) => end(new Error(`cannot be reached: ${socketWords(error)}`)))
    socket.once('close', () => end(new Error('broke the connection off')))
  })
}
