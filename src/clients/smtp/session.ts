import { domainToASCII } from 'node:url'
import { formatCommandLine } from '#src/wire/smtp/command-line.ts'
import { type Extensions, sizeLimit } from '#src/wire/smtp/ehlo.ts'
import { formatMail, type Mail } from '#src/wire/smtp/mail.ts'
import { needsUtf8, type Path, parsePath } from '#src/wire/smtp/path.ts'
import { formatRcpt } from '#src/wire/smtp/rcpt.ts'
import type { Reply } from '#src/wire/smtp/reply.ts'
import { formatXtext } from '#src/wire/smtp/xtext.ts'
import { type Content, contentByChunks, contentByDots } from './content.ts'
import type { SmtpDeadlines } from './deadlines.ts'
import { type Lack, SmtpFailure, type SmtpPhase, type TlsLack } from './failure.ts'
import type { Outcome, OutgoingMessage, RecipientResult } from './message.ts'
import type { ServerStream } from './server-stream.ts'

type SessionFacts = { extensions: Extensions; serverName: string; secured: boolean; deadlines: SmtpDeadlines }

/** Commands sent ahead of their replies. A server that reads one line at a time still has room for them. */
const mostAhead = 100

/** A session with a server, greeted and logged in; sends one message after the other. Made by `openSmtpSession`. */
export class SmtpClientSession {
  readonly extensions: Extensions
  /** As it calls itself in its answer to EHLO. */
  readonly serverName: string
  readonly secured: boolean
  readonly #stream: ServerStream
  readonly #deadlines: SmtpDeadlines
  #dirty = false

  constructor(stream: ServerStream, { extensions, serverName, secured, deadlines }: SessionFacts) {
    this.#stream = stream
    this.extensions = extensions
    this.serverName = serverName
    this.secured = secured
    this.#deadlines = deadlines
  }

  /** Another message can be sent. A server that has spoken unasked is about to close. */
  get isUsable(): boolean {
    return this.#stream.isOpen && !this.#stream.hasInput
  }

  /**
   * Sends one message. Resolves with one result for each recipient, in order, whatever goes wrong: never rejects for
   * what the server or the network does. `signal` cuts the connection.
   */
  async send(given: OutgoingMessage, signal?: AbortSignal): Promise<RecipientResult[]> {
    let message = given
    const outcomes = new Array<Outcome | undefined>(message.recipients.length)
    const cut = () => this.#stream.destroy()
    signal?.addEventListener('abort', cut, { once: true })
    try {
      if (signal?.aborted) throw new SmtpFailure('aborted', 'mail', 'Told to stop before sending')
      message = await this.#formOf(given)
      const mail = this.#mailOf(message)
      await this.#reset()
      const content = this.extensions.has('CHUNKING') ? contentByChunks : contentByDots
      await this.#transact(message, mail, outcomes, content)
    } catch (error) {
      const failure = this.#named(error, signal)
      for (let index = 0; index < outcomes.length; index++) outcomes[index] ??= { state: 'failed', failure }
    } finally {
      signal?.removeEventListener('abort', cut)
    }
    return message.recipients.map(({ address }, index) => ({ address, outcome: outcomes[index]! }))
  }

  /** What the server refuses a recipient with; undefined when it takes it. No message follows. Rejects with SmtpFailure. */
  async findRefusal(sender: string, address: string): Promise<Reply | undefined> {
    const question = { sender, recipients: [{ address }], eightBit: false, utf8: false }
    const outcomes: (Outcome | undefined)[] = [undefined]
    try {
      const mail = this.#mailOf(question)
      await this.#reset()
      await this.#offer(question, mail, outcomes)
    } catch (error) {
      throw this.#named(error, undefined)
    }
    return outcomes[0]?.state === 'refused' ? outcomes[0].reply : undefined
  }

  /** Says goodbye and closes; never rejects. */
  async quit(): Promise<void> {
    const { closeMs } = this.#deadlines
    try {
      await this.#stream.write(formatCommandLine('QUIT'), 'reset', closeMs)
      await this.#stream.reply('reset', closeMs)
    } catch (error) {
      if (!(error instanceof SmtpFailure)) throw error
    } finally {
      this.#stream.destroy()
    }
  }

  destroy(): void {
    this.#stream.destroy()
  }

  setIdle(idle: boolean): void {
    this.#stream.setIdle(idle)
  }

  async #transact(
    message: OutgoingMessage,
    mail: string,
    outcomes: (Outcome | undefined)[],
    content: Content,
  ): Promise<void> {
    if ((await this.#offer(message, mail, outcomes)) === 0) return
    await this.#requireSilence('data')
    const reply = await content(this.#stream, message, this.#deadlines)
    this.#dirty = reply.code >= 400
    const state = reply.code >= 200 && reply.code < 300 ? 'delivered' : 'refused'
    settle(outcomes, { state, reply })
    if (reply.code === 421) this.#stream.destroy()
  }

  /** The envelope. What is refused is settled in `outcomes`; how many recipients were accepted. */
  async #offer(
    { recipients }: Pick<OutgoingMessage, 'recipients'>,
    mail: string,
    outcomes: (Outcome | undefined)[],
  ): Promise<number> {
    this.#dirty = true
    const { mailMs, rcptMs } = this.#deadlines
    const commands = [mail, ...recipients.map((each) => formatRcpt(this.#rcptOf(each)))]
    const ahead = this.extensions.has('PIPELINING') ? mostAhead : 1
    let sent = 0
    let accepted = 0
    let refusedMail: Reply | undefined
    for (let answered = 0; answered < commands.length; answered++) {
      if (sent === answered) {
        // Without pipelining nobody asks for recipients of a message that is refused.
        if (refusedMail !== undefined && ahead === 1) break
        await this.#requireSilence(answered === 0 ? 'mail' : 'rcpt')
        const group = commands.slice(sent, sent + ahead)
        sent += group.length
        await this.#stream.write(group.join(''), answered === 0 ? 'mail' : 'rcpt', mailMs)
      }
      const first = answered === 0
      const reply = await this.#stream.reply(first ? 'mail' : 'rcpt', first ? mailMs : rcptMs)
      const positive = reply.code >= 200 && reply.code < 300
      if (first) refusedMail = positive ? undefined : reply
      else if (!positive) outcomes[answered - 1] = { state: 'refused', reply: refusedMail ?? reply }
      else if (refusedMail === undefined) accepted++
      if (reply.code === 421) throw closing(first ? 'mail' : 'rcpt', reply)
    }
    if (refusedMail === undefined) return accepted
    settle(outcomes, { state: 'refused', reply: refusedMail })
    return 0
  }

  /** What is said unasked would be taken for the answer to what is asked next, and that for the one behind it. */
  async #requireSilence(phase: SmtpPhase): Promise<void> {
    if (!this.#stream.hasInput) return
    const reply = await this.#stream.reply(phase, this.#deadlines.closeMs)
    if (reply.code === 421) throw closing(phase, reply)
    const sentence = `The server said ${reply.code} without being asked`
    throw new SmtpFailure('protocol', phase, sentence)
  }

  /** A transaction that did not end is taken back before the next. */
  async #reset(): Promise<void> {
    if (!this.#dirty) return
    const { closeMs } = this.#deadlines
    await this.#stream.write(formatCommandLine('RSET'), 'reset', closeMs)
    const reply = await this.#stream.reply('reset', closeMs)
    if (reply.code !== 250) throw closing('reset', reply)
    this.#dirty = false
  }

  /** The message as this server can take it. Its size is not known when it is made anew. */
  async #formOf(message: OutgoingMessage): Promise<OutgoingMessage> {
    const { sevenBit, sizeBytes: _, ...rest } = message
    const eightBit = message.eightBit && !this.extensions.has('8BITMIME')
    const utf8 = message.utf8 && !this.extensions.has('SMTPUTF8')
    if (sevenBit === undefined || !(eightBit || utf8)) return message
    // What makes the message impossible here anyway is found before the work is done.
    this.#mailOf({ ...message, eightBit: false, utf8: false })
    if (!eightBit && (await message.hasUtf8Header?.()) === false) return { ...message, utf8: false }
    const content = await sevenBit(eightBit ? '8bit' : 'utf8-header')
    return { ...rest, eightBit: false, utf8: false, content }
  }

  /** The MAIL line, or a failure when this server cannot be told what the message needs. */
  #mailOf(message: Omit<OutgoingMessage, 'content'>): string {
    const { extensions } = this
    const { sizeBytes, eightBit, envelopeId, returnContent, requireTls } = message
    const sender = message.sender === '' ? null : this.#pathOf(message.sender)
    const addresses = message.recipients.map(({ address }) => this.#pathOf(address))
    const utf8Address = [sender, ...addresses].some((path) => path !== null && needsUtf8(path))
    const utf8 = message.utf8 || utf8Address
    if (utf8Address) this.#need('utf8-address')
    if (utf8) this.#need('utf8-header')
    if (eightBit) this.#need('8bit')
    if (requireTls) this.#need('require-tls')
    const limit = sizeLimit(extensions)
    if (sizeBytes !== undefined && limit !== undefined && sizeBytes > limit) {
      const sentence = `The message has ${sizeBytes} octets and the server takes ${limit}`
      throw new SmtpFailure('too-large', 'mail', sentence)
    }
    const mail: Omit<Mail, 'unknown'> = { sender }
    if (sizeBytes !== undefined && extensions.has('SIZE')) mail.sizeBytes = sizeBytes
    if (eightBit) mail.body = '8BITMIME'
    if (utf8) mail.smtpUtf8 = true
    if (requireTls) mail.requireTls = true
    // RFC 3461 §4.4: a longer one cannot be said.
    if (extensions.has('DSN') && envelopeId !== undefined && formatXtext(envelopeId).length <= 100)
      mail.envelopeId = envelopeId
    if (extensions.has('DSN') && returnContent !== undefined)
      mail.ret = returnContent === 'full' ? 'FULL' : 'HDRS'
    return formatMail(mail)
  }

  #rcptOf({ address, notify, originalRecipient }: OutgoingMessage['recipients'][number]) {
    const dsn = this.extensions.has('DSN')
    return {
      recipient: this.#pathOf(address),
      ...(dsn && notify && { notify }),
      ...(dsn && originalRecipient && { originalRecipient }),
    }
  }

  /** A domain outside ASCII has another name (RFC 5890), for a server that cannot be told its own. */
  #pathOf(address: string): Path {
    const path = parsePath(address)
    const host = this.extensions.has('SMTPUTF8') ? '' : domainToASCII(path.host)
    return host === '' || !needsUtf8(path) ? path : { ...path, host }
  }

  #need(lack: keyof typeof needs): void {
    const [what, extension] = needs[lack]
    if (this.extensions.has(extension)) return
    throw new SmtpFailure(
      'unsupported',
      'mail',
      `${what} needs ${extension}, which the server does not offer`,
      { lack },
    )
  }

  #named(error: unknown, signal: AbortSignal | undefined): SmtpFailure {
    const failure =
      error instanceof SmtpFailure
        ? error
        : new SmtpFailure('source', 'content', 'The message could not be sent for a reason of our own', {
            cause: error,
          })
    if (failure.kind !== 'too-large' && failure.kind !== 'unsupported') this.#stream.destroy()
    if (!signal?.aborted) return failure
    const { phase, uncertain } = failure
    return new SmtpFailure('aborted', phase, 'Told to stop', { uncertain, cause: error })
  }
}

const needs = {
  '8bit': ['The message', '8BITMIME'],
  'utf8-address': ['An address of the message', 'SMTPUTF8'],
  'utf8-header': ['The header of the message', 'SMTPUTF8'],
  'require-tls': ['The message', 'REQUIRETLS'],
} as const satisfies Record<Exclude<Lack, TlsLack>, readonly [what: string, extension: string]>

function settle(outcomes: (Outcome | undefined)[], outcome: Outcome): void {
  for (let index = 0; index < outcomes.length; index++) outcomes[index] ??= outcome
}

/** The server closes the session, whatever it was asked. */
function closing(phase: SmtpPhase, reply: Reply): SmtpFailure {
  return new SmtpFailure('rejected', phase, `The server closes: ${reply.code} ${reply.lines.join(' ')}`, {
    reply,
  })
}
