import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { reach, secure } from '#src/clients/imap/connect.ts'
import { type CommandRequest, ImapConnection } from '#src/clients/imap/connection.ts'
import { logIn } from '#src/clients/imap/credentials.ts'
import { ImapFailure } from '#src/clients/imap/failure.ts'
import { Transport } from '#src/clients/imap/transport.ts'
import type { FetchedItem } from '#src/wire/imap/fetch-response.ts'
import type { StatusLine } from '#src/wire/imap/status-line.ts'
import type { Untagged } from '#src/wire/imap/untagged.ts'
import type { ImapPlace } from './imap-places.ts'

/** What a session believes of one message. Undefined: not told yet. */
export type Seen = { uid: number | undefined; flags: string | undefined }

/** During these a server may not tell that a message is gone (RFC 9051 §7.5.1). */
const noExpunge = new Set(['FETCH', 'STORE', 'SEARCH'])

/**
 * A mailbox as one session sees it: by what the server says unasked, and nothing else. Every word that contradicts one
 * before it is a failed assertion, with what was said lately.
 */
export class ImapView {
  view: Seen[] = []
  readonly qresync: boolean
  #connection!: ImapConnection
  #running = ''
  readonly #lately: string[] = []

  constructor(qresync: boolean) {
    this.qresync = qresync
  }

  async open(place: ImapPlace, login: string, mailbox: string): Promise<void> {
    const at = { host: '127.0.0.1', port: place.port }
    const socket = await reach(at, { attempts: 1, timeoutMs: 10_000 })
    const tls = { mode: 'implicit', verifyName: 'localhost', ca: await readFile(place.ca, 'utf8') } as const
    const transport = new Transport(await secure(socket, at.host, tls, 60_000))
    const told = {
      data: (data: Untagged) => this.#data(data),
      status: (line: StatusLine) => this.#status(line),
    }
    this.#connection = new ImapConnection(transport, told, {
      afterMs: 120_000,
      amidMs: 120_000,
      endMs: 120_000,
      closeMs: 120_000,
    })
    this.#connection.literalStyle = 'plus'
    await this.#connection.greeted(60_000)
    const can = new Set(['AUTH=PLAIN', 'SASL-IR'])
    await logIn(this.#connection, can, { name: login, password: place.password })
    if (this.qresync) await this.run('ENABLE', 'QRESYNC')
    await this.select(mailbox)
  }

  async select(mailbox: string): Promise<void> {
    this.view = []
    await this.run('SELECT', mailbox)
    await this.learn()
  }

  /** Asks for what is not known, and for nothing else. */
  async learn(): Promise<void> {
    for (let tries = 0; this.#unknown() > 0; tries++) {
      assert.ok(tries < 20, `what was asked for does not come: ${this.#story()}`)
      await this.run('FETCH', `${this.#unknown()}:* (UID FLAGS)`)
      if (this.#unknown() === 0) return
      // What is gone cannot be told during FETCH, and may be on its way to the disk still.
      await pause(20 * tries)
      await this.run('NOOP')
    }
  }

  /** Resolves with the status; a refusal is an answer as well. Reading commands are one at a time. */
  async run(name: string, args = '', more: Partial<CommandRequest> = {}): Promise<StatusLine | ImapFailure> {
    this.#running = name
    this.#note(`> ${name} ${args}`)
    try {
      return await this.#connection.run({ name, args, lane: 'alone', ...more })
    } catch (error) {
      assert.ok(
        error instanceof ImapFailure && error.kind === 'refused',
        `${String(error)}: ${this.#story()}`,
      )
      return error
    } finally {
      this.#running = ''
    }
  }

  /** APPEND of a small message. */
  append(mailbox: string, text: string): Promise<StatusLine | ImapFailure> {
    const octets = Buffer.from(text)
    const content = async function* () {
      yield octets
    }
    const pieces = [`${mailbox} `, { sizeBytes: octets.length, content }]
    return this.run('APPEND', '', { args: pieces })
  }

  async idle(forMs: number): Promise<void> {
    const { transport } = this.#connection
    const challenged = () => {
      setTimeout(() => transport.write('DONE\r\n'), forMs)
      return undefined
    }
    await this.run('IDLE', '', { challenged })
  }

  close(): void {
    this.#connection?.fail(new ImapFailure('closed', 'The session was ended'))
  }

  /** Fails with what was said lately unless both see the same. */
  assertSame(fresh: readonly Seen[], when: string): void {
    const texts = (view: readonly Seen[]) => view.map(({ uid, flags }) => `${uid} ${flags}`)
    assert.deepEqual(texts(this.view), texts(fresh), `${when}: ${this.#story()}`)
  }

  /** Flags that were stored without an echo are not known any more. */
  forgetFlags(sequence: number): void {
    const seen = this.view[sequence - 1]
    if (seen !== undefined) seen.flags = undefined
  }

  #unknown(): number {
    return this.view.findIndex(({ uid, flags }) => uid === undefined || flags === undefined) + 1
  }

  #data(data: Untagged): void {
    if (data.name === 'EXISTS') this.#exists(data.number)
    else if (data.name === 'EXPUNGE') this.#expunge(data.number)
    else if (data.name === 'VANISHED' && !data.earlier) for (const uid of data.uids) this.#vanished(uid)
    else if (data.name === 'FETCH') this.#fetched(data.sequence, data.items)
  }

  #status({ status, text }: StatusLine): void {
    this.#note(`< ${status} ${text}`)
    if (status === 'BYE') this.#must(this.#running === 'LOGOUT', `BYE ${text}`)
  }

  #exists(count: number): void {
    this.#note(`< ${count} EXISTS`)
    this.#must(count >= this.view.length, `${count} EXISTS where there were ${this.view.length}`)
    while (this.view.length < count) this.view.push({ uid: undefined, flags: undefined })
  }

  #mayShrink(what: string): void {
    this.#note(`< ${what}`)
    this.#must(this.#running !== '', `${what} while no command runs`)
    this.#must(!noExpunge.has(this.#running), `${what} during ${this.#running}`)
  }

  #expunge(sequence: number): void {
    this.#mayShrink(`${sequence} EXPUNGE`)
    this.#must(!this.qresync, 'EXPUNGE where VANISHED was asked for')
    this.#must(sequence >= 1 && sequence <= this.view.length, `${sequence} EXPUNGE of ${this.view.length}`)
    this.view.splice(sequence - 1, 1)
  }

  #vanished(uid: number): void {
    this.#mayShrink(`VANISHED ${uid}`)
    this.#must(this.qresync, 'VANISHED where nobody asked for it')
    let at = this.view.findIndex((seen) => seen.uid === uid)
    if (at < 0) {
      // A message that came and went before its UID was asked for is one of those without, where the UIDs leave room for it.
      const before = this.view.findLastIndex((seen) => seen.uid !== undefined && seen.uid < uid)
      at = before + 1
      this.#must(
        at < this.view.length && this.view[at]!.uid === undefined,
        `VANISHED ${uid}, which was not there`,
      )
    }
    this.view.splice(at, 1)
  }

  #fetched(sequence: number, items: readonly FetchedItem[]): void {
    const seen = this.view[sequence - 1]
    const text = items.map((item) =>
      'uid' in item ? item.uid : 'flags' in item ? item.flags.join(' ') : item.item,
    )
    this.#note(`< ${sequence} FETCH ${text.join(', ')}`)
    assert.ok(seen !== undefined, `${sequence} FETCH of ${this.view.length}: ${this.#story()}`)
    for (const item of items) {
      if (item.item === 'FLAGS') seen.flags = flagsText(item.flags)
      if (item.item !== 'UID') continue
      this.#must(seen.uid === undefined || seen.uid === item.uid, `UID ${seen.uid} became ${item.uid}`)
      seen.uid = item.uid
      const [before, after] = [this.view[sequence - 2]?.uid ?? 0, this.view[sequence]?.uid ?? Infinity]
      this.#must(
        before < item.uid && item.uid < after,
        `UIDs do not ascend: ${before}, ${item.uid}, ${after}`,
      )
    }
  }

  #must(holds: boolean, what: string): void {
    assert.ok(holds, `${what}: ${this.#story()}`)
  }

  #note(line: string): void {
    this.#lately.push(line)
    if (this.#lately.length > 60) this.#lately.shift()
  }

  #story(): string {
    return `\n${this.#lately.join('\n')}\n`
  }
}

const flagsText = (flags: readonly string[]) =>
  flags
    .filter((flag) => flag !== '\\Recent')
    .sort()
    .join(' ')
