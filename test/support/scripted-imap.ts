import { createServer, type Socket } from 'node:net'
import { TLSSocket } from 'node:tls'

/** What the server sends for a command: lines, `%` in front for its tag; closes (`null`) or says nothing (`''`). */
export type ImapAnswer = string | Buffer | null

export type ReceivedCommand = {
  tag: string
  /** Name with its arguments, literals in their places. */
  text: string
  /** What came in literals. */
  literals: Buffer[]
  /** TLS was on. */
  tls: boolean
}

export type ImapScript = {
  greeting?: ImapAnswer
  capabilities?: string
  certificate?: { cert: string; key: string }
  implicitTls?: boolean
  /** Special answers; undefined for the usual one. `name` is the first word, with UID the first two. */
  command?: (
    name: string,
    received: ReceivedCommand,
  ) => ImapAnswer | undefined | Promise<ImapAnswer | undefined>
  /** What is said to the announcement of a literal; a continuation usually. */
  literal?: (announced: string) => ImapAnswer
}

export type ScriptedImap = {
  port: number
  connections: number
  commands: ReceivedCommand[]
  /** Of the connection made last. */
  socket(): Socket
  close(): void
}

/** An IMAP server on a free port of this machine that does what its script says, whatever sense that makes. */
export async function scriptedImap(script: ImapScript = {}): Promise<ScriptedImap> {
  const sockets: Socket[] = []
  const state: ScriptedImap = {
    port: 0,
    connections: 0,
    commands: [],
    socket: () => sockets.at(-1)!,
    close: () => {},
  }
  const server = createServer({ noDelay: true }, (socket) => {
    state.connections++
    sockets.push(socket)
    new Conversation(socket, script, state.commands).start()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  state.port = (server.address() as { port: number }).port
  state.close = () => {
    server.close()
    for (const socket of sockets) socket.destroy()
  }
  return state
}

class Conversation {
  #socket: Socket
  readonly #script: ImapScript
  readonly #commands: ReceivedCommand[]
  #pending = ''
  #text = ''
  #literals: Buffer[] = []
  /** Octets of a literal still to come. */
  #left = 0
  #idle: string | undefined
  #turn: Promise<void> = Promise.resolve()

  constructor(socket: Socket, script: ImapScript, commands: ReceivedCommand[]) {
    this.#socket = socket
    this.#script = script
    this.#commands = commands
  }

  start(): void {
    this.#socket.on('error', () => {})
    if (this.#script.implicitTls) this.#secure()
    else this.#listen()
    this.#say('', this.#script.greeting === undefined ? '* OK scripted' : this.#script.greeting)
  }

  #listen(): void {
    this.#socket.on('error', () => {})
    this.#socket.on('data', (chunk) => {
      this.#pending += chunk.toString('latin1')
      this.#turn = this.#turn.then(() => this.#take())
    })
  }

  async #take(): Promise<void> {
    for (;;) {
      if (this.#left > 0) {
        if (this.#pending.length < this.#left) return
        this.#literals.push(Buffer.from(this.#pending.slice(0, this.#left), 'latin1'))
        this.#text += this.#pending.slice(0, this.#left)
        this.#pending = this.#pending.slice(this.#left)
        this.#left = 0
      }
      const end = this.#pending.indexOf('\r\n')
      if (end < 0) return
      const line = this.#pending.slice(0, end)
      this.#pending = this.#pending.slice(end + 2)
      if (this.#idle !== undefined && line === 'DONE') {
        this.#say(this.#idle, '% OK idled')
        this.#idle = undefined
        continue
      }
      this.#text += line
      const announced = /\{(\d+)(\+?)\}$/.exec(line)
      if (announced === null) {
        await this.#answer()
        continue
      }
      this.#left = Number(announced[1])
      if (announced[2] === '+') continue
      const said = this.#script.literal === undefined ? '+ go on' : this.#script.literal(announced[0])
      const tag = this.#text.split(' ', 1)[0]!
      if (!String(said).startsWith('+')) this.#reset()
      this.#say(tag, said)
    }
  }

  #reset(): void {
    this.#text = ''
    this.#literals = []
    this.#left = 0
  }

  async #answer(): Promise<void> {
    const [tag = '', ...words] = this.#text.split(' ')
    const text = words.join(' ')
    const received = { tag, text, literals: this.#literals, tls: this.#socket instanceof TLSSocket }
    this.#reset()
    this.#commands.push(received)
    const first = (words[0] ?? '').toUpperCase()
    const name = first === 'UID' ? `UID ${(words[1] ?? '').toUpperCase()}` : first
    const special = await this.#script.command?.(name, received)
    const answer = special === undefined ? this.#usual(name) : special
    this.#say(tag, answer)
    if (name === 'STARTTLS' && String(answer).includes('% OK')) this.#secure()
    if (name === 'IDLE' && answer === '+ idling') this.#idle = tag
    if (name === 'LOGOUT') this.#socket.end()
  }

  #usual(name: string): ImapAnswer {
    const offered = this.#script.certificate && !(this.#socket instanceof TLSSocket) ? ' STARTTLS' : ''
    if (name === 'CAPABILITY') {
      const { capabilities = 'AUTH=PLAIN SASL-IR LITERAL+ IDLE' } = this.#script
      return `* CAPABILITY IMAP4rev1 ${capabilities}${offered}\r\n% OK done`
    }
    if (name === 'LOGOUT') return '* BYE see you\r\n% OK done'
    if (name === 'IDLE') return '+ idling'
    if (name === 'SELECT')
      return '* 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* FLAGS (\\Seen)\r\n% OK [READ-WRITE] done'
    return '% OK done'
  }

  #secure(): void {
    const { cert, key } = this.#script.certificate!
    this.#socket.removeAllListeners('data')
    this.#socket = new TLSSocket(this.#socket, { isServer: true, cert, key })
    this.#listen()
  }

  #say(tag: string, answer: ImapAnswer): void {
    if (answer === null) this.#socket.destroy()
    else if (typeof answer !== 'string') this.#socket.write(answer)
    else if (answer !== '')
      this.#socket.write(Buffer.from(`${answer.replace(/^% /gm, `${tag} `)}\r\n`, 'latin1'))
  }
}
