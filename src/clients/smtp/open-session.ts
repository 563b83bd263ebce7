import type { LookupFunction } from 'node:net'
import { formatCommandLine } from '#src/wire/smtp/command-line.ts'
import { type Extensions, greetingName, parseEhloReply } from '#src/wire/smtp/ehlo.ts'
import { formatPlain, formatResponse } from '#src/wire/smtp/sasl.ts'
import { openSocket, secureSocket, type TlsWishes } from './connect.ts'
import { defaultDeadlines, type SmtpDeadlines } from './deadlines.ts'
import { refusedWith, SmtpFailure, type SmtpPhase } from './failure.ts'
import { ServerStream } from './server-stream.ts'
import { SmtpClientSession } from './session.ts'

export type SmtpServer = {
  host: string
  port: number
  /** Which of our addresses to come from. */
  localAddress?: string
  /** Finds the addresses of the host, where not every one is to be spoken to; otherwise the system does. */
  lookup?: LookupFunction
  /** What we say in EHLO; must differ from every name the Exchange side uses (exchange-interop.md 4.3). */
  helloName: string
  tls: TlsWishes
  /** Sent under TLS only. */
  login?: { name: string; password: string }
  deadlines?: Partial<SmtpDeadlines>
}

/**
 * Connects, greets, secures and logs in. Rejects with SmtpFailure. With opportunistic TLS a broken handshake is
 * followed by one attempt in clear, as a handshake that an attacker breaks could have been left out by it as well.
 */
export async function openSmtpSession(server: SmtpServer, signal?: AbortSignal): Promise<SmtpClientSession> {
  try {
    return await open(server, signal)
  } catch (error) {
    const broken = error instanceof SmtpFailure && error.kind === 'tls'
    if (!broken || server.tls.mode !== 'opportunistic' || server.login !== undefined) throw error
    return open({ ...server, tls: { mode: 'never' } }, signal)
  }
}

async function open(server: SmtpServer, signal: AbortSignal | undefined): Promise<SmtpClientSession> {
  const deadlines = { ...defaultDeadlines, ...server.deadlines }
  if (signal?.aborted) throw new SmtpFailure('aborted', 'connect', 'Told to stop before connecting')
  const socket = await openSocket(server, deadlines.connectMs)
  const implicit = server.tls.mode === 'implicit'
  const first = implicit ? await secureSocket(socket, server.host, server.tls, deadlines.helloMs) : socket
  const stream = new ServerStream(first)
  let secured = implicit
  const cut = () => stream.destroy()
  signal?.addEventListener('abort', cut, { once: true })
  try {
    const greeting = await stream.reply('greeting', deadlines.greetingMs)
    if (greeting.code !== 220) throw refusedWith('greeting', 'greeting', greeting)
    let { extensions, serverName } = await hello(stream, server, deadlines)
    if (!secured && (await startTls(stream, server, extensions, deadlines))) {
      secured = true
      ;({ extensions, serverName } = await hello(stream, server, deadlines))
    }
    if (server.login !== undefined) await logIn(stream, server.login, { extensions, secured, deadlines })
    return new SmtpClientSession(stream, { extensions, serverName, secured, deadlines })
  } catch (error) {
    stream.destroy()
    if (error instanceof SmtpFailure) error.secured = secured
    if (signal?.aborted) throw new SmtpFailure('aborted', 'connect', 'Told to stop', { cause: error })
    throw error
  } finally {
    signal?.removeEventListener('abort', cut)
  }
}

type Open = { extensions: Extensions; secured: boolean; deadlines: SmtpDeadlines }

async function say(stream: ServerStream, line: string, phase: SmtpPhase, timeoutMs: number) {
  await stream.write(line, phase, timeoutMs)
  return stream.reply(phase, timeoutMs)
}

/** EHLO, and HELO for a server that does not know it. */
async function hello(
  stream: ServerStream,
  { helloName }: SmtpServer,
  { helloMs }: SmtpDeadlines,
): Promise<{ extensions: Extensions; serverName: string }> {
  const answer = await say(stream, formatCommandLine('EHLO', helloName), 'hello', helloMs)
  if (answer.code === 250) return { extensions: parseEhloReply(answer), serverName: greetingName(answer) }
  if (answer.code < 500 || answer.code === 554) throw refusedWith('greeting', 'hello', answer)
  const older = await say(stream, formatCommandLine('HELO', helloName), 'hello', helloMs)
  if (older.code !== 250) throw refusedWith('greeting', 'hello', older)
  return { extensions: new Map(), serverName: greetingName(older) }
}

async function startTls(
  stream: ServerStream,
  { host, tls }: SmtpServer,
  extensions: Extensions,
  { helloMs }: SmtpDeadlines,
): Promise<boolean> {
  if (tls.mode === 'never') return false
  if (!extensions.has('STARTTLS')) {
    if (tls.mode === 'required')
      throw new SmtpFailure('tls', 'tls', `${host} does not offer STARTTLS`, { lack: 'starttls' })
    return false
  }
  const answer = await say(stream, formatCommandLine('STARTTLS'), 'tls', helloMs)
  if (answer.code !== 220) {
    if (tls.mode === 'required')
      throw refusedWith('tls', 'tls', answer, answer.code < 500 ? undefined : 'starttls')
    return false
  }
  await stream.upgrade((socket) => secureSocket(socket, host, tls, helloMs))
  return true
}

async function logIn(
  stream: ServerStream,
  { name, password }: { name: string; password: string },
  { extensions, secured, deadlines: { helloMs } }: Open,
): Promise<void> {
  if (!secured) throw new SmtpFailure('login', 'login', 'A password is sent under TLS only')
  const offered = new Set((extensions.get('AUTH') ?? []).map((mechanism) => mechanism.toUpperCase()))
  const ask = (line: string) => say(stream, line, 'login', helloMs)
  let answer: Awaited<ReturnType<typeof ask>>
  if (offered.has('PLAIN')) {
    const response = formatResponse(formatPlain({ authorization: '', name, password }))
    answer = await ask(formatCommandLine('AUTH', `PLAIN ${response}`))
  } else if (offered.has('LOGIN')) {
    answer = await ask(formatCommandLine('AUTH', 'LOGIN'))
    if (answer.code === 334) answer = await ask(`${formatResponse(name)}\r\n`)
    if (answer.code === 334) answer = await ask(`${formatResponse(password)}\r\n`)
  } else throw new SmtpFailure('login', 'login', 'The server offers neither AUTH PLAIN nor AUTH LOGIN')
  if (answer.code !== 235) throw refusedWith('login', 'login', answer)
}
