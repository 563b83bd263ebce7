import { createServer, type Socket } from 'node:net'
import { TLSSocket } from 'node:tls'

/** What the server does with a line or with a message: answers, closes (`null`), or says nothing (`''`). */
export type Answer = string | null

export type SmtpScript = {
  greeting?: Answer
  /** Keywords behind EHLO; `STARTTLS` is added while there is a certificate and no TLS yet. */
  extensions?: readonly string[]
  certificate?: { cert: string; key: string }
  /** Special answers; undefined for the usual one. `nth` counts the commands of that verb, from 0. */
  command?: (verb: string, line: string, nth: number) => Answer | undefined
  /** The answer to a whole message. */
  message?: (message: ReceivedMessage, nth: number) => Answer
  delayMs?: number
}

export type ReceivedMessage = {
  mail: string
  rcpt: string[]
  content: string
  tls: boolean
  serverName: string | undefined
}

export type ScriptedSmtp = {
  port: number
  connections: number
  messages: ReceivedMessage[]
  close(): void
}

/** A mail server on a free port of this machine that does what its script says, whatever sense that makes. */
export async function scriptedSmtp(script: SmtpScript = {}, host = '127.0.0.1'): Promise<ScriptedSmtp> {
  const sockets = new Set<Socket>()
  const counts = new Map<string, number>()
  const state: ScriptedSmtp = { port: 0, connections: 0, messages: [], close: () => {} }
  const server = createServer((socket) => {
    state.connections++
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    new Conversation(socket, script, counts, state.messages).start()
  })
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  state.port = (server.address() as { port: number }).port
  state.close = () => {
    server.close()
    for (const socket of sockets) socket.destroy()
  }
  return state
}

class Conversation {
  #socket: Socket
  readonly #script: SmtpScript
  readonly #counts: Map<string, number>
  readonly #messages: ReceivedMessage[]
  #pending = ''
  #content: string | undefined
  #mail = ''
  #rcpt: string[] = []
  #tls = false
  #turn: Promise<void> = Promise.resolve()

  constructor(socket: Socket, script: SmtpScript, counts: Map<string, number>, messages: ReceivedMessage[]) {
    this.#socket = socket
    this.#script = script
    this.#counts = counts
    this.#messages = messages
  }

  start(): void {
    this.#listen(this.#socket)
    this.#say(this.#script.greeting === undefined ? '220 scripted' : this.#script.greeting)
  }

  #listen(socket: Socket): void {
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      this.#turn = this.#turn.then(() => this.#take(chunk.toString('latin1')))
    })
  }

  async #take(text: string): Promise<void> {
    this.#pending += text
    for (;;) {
      if (this.#content !== undefined) {
        const whole = this.#content + this.#pending
        const end = whole.startsWith('.\r\n') ? 0 : whole.indexOf('\r\n.\r\n') + 2
        if (end === 1) {
          // The end may be split: the last five octets are looked at again.
          return
        }
        this.#content = undefined
        this.#pending = whole.slice(end + 3)
        await this.#finish(whole.slice(0, end))
        continue
      }
      const end = this.#pending.indexOf('\r\n')
      if (end < 0) return
      const line = this.#pending.slice(0, end)
      this.#pending = this.#pending.slice(end + 2)
      if (this.#script.delayMs) await new Promise((resolve) => setTimeout(resolve, this.#script.delayMs))
      this.#answer(line)
    }
  }

  async #finish(content: string): Promise<void> {
    const serverName = this.#socket instanceof TLSSocket ? this.#socket.servername || undefined : undefined
    const message = {
      mail: this.#mail,
      rcpt: this.#rcpt,
      content,
      tls: this.#tls,
      serverName: typeof serverName === 'string' ? serverName : undefined,
    }
    this.#rcpt = []
    const answer = this.#script.message?.(message, this.#count('message'))
    const said = answer === undefined ? '250 2.0.0 taken' : answer
    if (said === null || said.startsWith('2')) this.#messages.push(message)
    this.#say(said)
  }

  #answer(line: string): void {
    const verb = line.split(/[ :]/)[0]!.toUpperCase()
    const special = this.#script.command?.(verb, line, this.#count(verb))
    const usual = special === undefined ? this.#usual(verb) : special
    const accepted = usual?.startsWith('2')
    if (verb === 'MAIL' && accepted) {
      this.#mail = line
      this.#rcpt = []
    }
    if (verb === 'RCPT' && accepted) this.#rcpt.push(/<(.*?)>/.exec(line)?.[1] ?? '')
    if (verb === 'DATA' && usual?.startsWith('3')) this.#content = ''
    this.#say(usual)
    if (verb === 'STARTTLS' && accepted) this.#secure()
    if (verb === 'QUIT') this.#socket.end()
  }

  #usual(verb: string): Answer {
    if (verb === 'EHLO') {
      const offered = [...(this.#script.extensions ?? ['PIPELINING', '8BITMIME', 'SIZE 50000000'])]
      if (this.#script.certificate && !this.#tls) offered.push('STARTTLS')
      const lines = ['scripted', ...offered]
      return lines.map((text, index) => `250${index < lines.length - 1 ? '-' : ' '}${text}`).join('\r\n')
    }
    if (verb === 'DATA') return '354 go on'
    if (verb === 'QUIT') return '221 bye'
    return verb === 'STARTTLS' ? '220 go on' : '250 2.0.0 ok'
  }

  #secure(): void {
    const { cert, key } = this.#script.certificate!
    this.#socket.removeAllListeners('data')
    this.#socket = new TLSSocket(this.#socket, { isServer: true, cert, key })
    this.#tls = true
    this.#listen(this.#socket)
  }

  #count(what: string): number {
    const nth = this.#counts.get(what) ?? 0
    this.#counts.set(what, nth + 1)
    return nth
  }

  #say(text: Answer): void {
    if (text === null) this.#socket.destroy()
    else if (text !== '') this.#socket.write(`${text}\r\n`)
  }
}
