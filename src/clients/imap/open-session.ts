import type { CarriedOctets } from '#src/base/carried-octets.ts'
import { Capabilities } from './capabilities.ts'
import { type ImapTls, isThisMachine, reach, secure } from './connect.ts'
import { ImapConnection } from './connection.ts'
import { type ImapCredentials, logIn } from './credentials.ts'
import { defaultDeadlines, type ImapDeadlines } from './deadlines.ts'
import { ImapFailure } from './failure.ts'
import { eventOf, type MailboxEvent, statusEvent } from './mailbox-event.ts'
import { ImapSession } from './session.ts'
import { Transport } from './transport.ts'

export type ImapServer = {
  host: string
  port: number
  /** Which of our addresses to come from. */
  localAddress?: string
  tls: ImapTls
  credentials: ImapCredentials
  deadlines?: Partial<ImapDeadlines>
  /** How often to try to connect; nothing else is tried again. */
  attempts?: number
  /** Counts what goes over its connection. */
  carried?: CarriedOctets
}

/**
 * Connects, secures and logs in. Rejects with ImapFailure: `unreachable`, `tls`, `credentials`, `refused`, `protocol`,
 * `closed`, `timeout` or `aborted`. `signal` counts until the session is open.
 */
export async function openImapSession(server: ImapServer, signal?: AbortSignal): Promise<ImapSession> {
  const { host, tls, attempts = 3 } = server
  const deadlines = { ...defaultDeadlines, ...server.deadlines }
  if (tls.mode === 'clear' && tls.anywhere !== true && !isThisMachine(host))
    throw new ImapFailure('tls', `A password is not sent to ${host} in clear text`)
  const socket = await reach(server, { attempts, timeoutMs: deadlines.connectMs, signal })
  server.carried?.add(socket)
  const first = tls.mode === 'implicit' ? await secure(socket, host, tls, deadlines.tlsMs) : socket
  const capabilities = new Capabilities()
  const listeners = new Set<(event: MailboxEvent) => void>()
  const tell = (event: MailboxEvent | undefined) => {
    if (event !== undefined) for (const listener of [...listeners]) listener(event)
  }
  const told = {
    data(data: Parameters<typeof eventOf>[0]) {
      if (data.name === 'CAPABILITY') capabilities.set(data.capabilities)
      else tell(eventOf(data))
    },
    status(line: Parameters<typeof statusEvent>[0]) {
      if (line.code?.code === 'CAPABILITY') capabilities.set(line.code.capabilities)
      tell(statusEvent(line))
    },
  }
  const connection = new ImapConnection(new Transport(first), told, {
    afterMs: deadlines.silenceMs,
    amidMs: deadlines.stallMs,
    endMs: deadlines.endMs,
    closeMs: deadlines.closeMs,
  })
  const cut = () => connection.fail(new ImapFailure('aborted', 'Told to stop'))
  signal?.addEventListener('abort', cut, { once: true })
  try {
    if (signal?.aborted) cut()
    await begin(server, connection, capabilities, deadlines)
  } catch (error) {
    connection.fail(new ImapFailure('closed', 'The session was not opened', { cause: error }))
    throw error
  } finally {
    signal?.removeEventListener('abort', cut)
  }
  return new ImapSession({ connection, capabilities, deadlines, secured: tls.mode !== 'clear', listeners })
}

async function begin(
  { host, tls, credentials }: ImapServer,
  connection: ImapConnection,
  capabilities: Capabilities,
  { greetingMs, tlsMs }: ImapDeadlines,
): Promise<void> {
  const greeting = await connection.greeted(greetingMs)
  if (greeting.status === 'BYE' || greeting.status === 'NO' || greeting.status === 'BAD')
    throw new ImapFailure('refused', `The server greets with a refusal: ${greeting.text}`, {
      ...(greeting.code && { code: greeting.code }),
    })
  if (greeting.code?.code === 'CAPABILITY') capabilities.set(greeting.code.capabilities)
  if (tls.mode === 'starttls') {
    // What was said in clear counts for nothing (RFC 9051 §6.2.1), this word included: without it we stop.
    if (greeting.status === 'PREAUTH')
      throw new ImapFailure('tls', `${host} logs us in before STARTTLS could be said`)
    await learn(connection, capabilities)
    if (!capabilities.has('STARTTLS')) throw new ImapFailure('tls', `${host} does not offer STARTTLS`)
    await startTls(connection, host, tls, tlsMs)
    capabilities.forget()
  }
  if (greeting.status !== 'PREAUTH') {
    await learn(connection, capabilities)
    connection.literalStyle = styleOf(capabilities)
    const before = capabilities.known!
    capabilities.forget()
    await logIn(connection, before, credentials)
  }
  await learn(connection, capabilities)
  connection.literalStyle = styleOf(capabilities)
}

async function startTls(
  connection: ImapConnection,
  host: string,
  tls: Exclude<ImapTls, { mode: 'clear' }>,
  timeoutMs: number,
): Promise<void> {
  const change = (kept: Uint8Array) => {
    if (kept.length > 0)
      throw new ImapFailure('tls', 'The server sent more in clear behind its answer to STARTTLS')
    return connection.transport.change((socket) => secure(socket, host, tls, timeoutMs))
  }
  try {
    await connection.run({ name: 'STARTTLS', lane: 'alone', change: async (kept) => change(kept) })
  } catch (error) {
    if (!(error instanceof ImapFailure) || error.kind !== 'refused') throw error
    throw new ImapFailure('tls', error.message, { cause: error })
  }
}

async function learn(connection: ImapConnection, capabilities: Capabilities): Promise<void> {
  if (capabilities.known === undefined) await connection.run({ name: 'CAPABILITY', lane: 'alone' })
  if (capabilities.known === undefined)
    throw new ImapFailure('protocol', 'The server answers CAPABILITY without saying what it can')
}

function styleOf(capabilities: Capabilities) {
  if (capabilities.has('LITERAL+')) return 'plus'
  return capabilities.has('LITERAL-') ? 'minus' : 'wait'
}
