import type { Duplex } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { parseCommandLine } from '#src/wire/smtp/command-line.ts'
import type { Line } from '#src/wire/smtp/line-buffer.ts'
import { type Reply, reply } from '#src/wire/smtp/reply.ts'
import { PeerGone, PeerTooSlow } from '../peer-connection.ts'
import { Conversation, type SmtpSessionOptions } from './conversation.ts'
import { Pace } from './pace.ts'
import { replies } from './replies.ts'
import type { AnyVerb } from './verb.ts'
import { verbs } from './verbs/index.ts'

/** The longest wait of an error reply, however many came before. */
const mostTarpits = 5
/** Recipients over the limit that are answered before they count as errors. */
const mostOvershoot = 1_000
/** What other protocols say first; browsers are made to talk to mail servers this way. */
const foreignVerbs = new Set(['GET', 'POST', 'PUT', 'HEAD', 'CONNECT', 'OPTIONS'])

/** One client's session: lines in, the right verb at the right time, replies out. */
export class SmtpSession {
  readonly #talk: Conversation
  #askedForMore = 0
  #stopping = false

  constructor(stream: Duplex, options: SmtpSessionOptions) {
    this.#talk = new Conversation(stream, options)
  }

  /** Talks until either side ends it. Never rejects; a message that was not finished is let go. */
  async run(): Promise<void> {
    const { hostName, clientAddress, log } = this.#talk.options
    try {
      this.#talk.send(reply(220, undefined, `${hostName} ESMTP Landbridge`))
      // What a client sent before it was greeted waits; the greeting goes out first all the same.
      await this.#talk.peer.flush(this.#talk.limits.writeMs)
      while (!this.#talk.ended) await this.#turn()
    } catch (error) {
      if (error instanceof PeerTooSlow) this.#talk.send(replies.timeout)
      else if (!(error instanceof PeerGone)) {
        log.error({ err: error, client: clientAddress }, 'An SMTP session failed for a reason of our own')
        this.#talk.send({ ...replies.ourFault, code: 421 })
      }
    } finally {
      await this.#talk.drop()
      await this.#talk.peer.close(this.#talk.limits.lingerMs)
    }
  }

  /** Ends the session at the next command; a message under way is still taken. */
  stop(): void {
    this.#stopping = true
    if (this.#talk.transaction === undefined) this.#talk.peer.interrupt()
  }

  /** Cuts the connection. */
  destroy(): void {
    this.#talk.peer.destroy()
  }

  async #turn(): Promise<void> {
    if (this.#stopping && this.#talk.transaction === undefined) return this.#goodbye(replies.stopping)
    const maxOctets = this.#talk.offersLogin ? this.#talk.limits.authOctets : this.#talk.limits.commandOctets
    const line = await this.#talk.peer.line(maxOctets, this.#talk.limits.commandMs)
    if (line.kind === 'interrupted') return
    const answer = await this.#answer(line)
    if (answer === undefined) return
    if (answer.code >= 400) await this.#countError(answer)
    this.#talk.send(answer)
    if (this.#talk.last !== undefined) this.#talk.send(this.#talk.last)
    if (this.#talk.errors > this.#talk.limits.errors) this.#goodbye(replies.tooManyErrors)
    else if (this.#talk.idleCommands > this.#talk.limits.idleCommands) this.#goodbye(replies.tooManyIdle)
    if (this.#talk.peer.holdsMuch) await this.#talk.peer.flush(this.#talk.limits.writeMs)
  }

  #goodbye(last: Reply): void {
    if (this.#talk.ended) return
    this.#talk.send(last)
    this.#talk.end()
  }

  async #countError(answer: Reply): Promise<void> {
    // Too many recipients is no error of the client: it sends the rest again (RFC 5321 §4.5.3.1.10).
    const tooMany = answer.code === 452 && answer.status === '4.5.3'
    if (tooMany && ++this.#askedForMore <= mostOvershoot) return
    const late = ++this.#talk.errors - this.#talk.limits.errorsAtOnce
    if (late <= 0 || this.#talk.limits.tarpitMs === 0) return
    await this.#talk.peer.flush(this.#talk.limits.writeMs)
    await delay(Math.min(late, mostTarpits) * this.#talk.limits.tarpitMs)
  }

  async #answer(line: Line): Promise<Reply | undefined> {
    if (line.kind === 'bare-lf' || line.kind === 'endless') {
      this.#talk.end()
      return line.kind === 'endless' ? replies.lineTooLong : replies.bareLineFeed
    }
    const isAuth = /^auth /i.test(Buffer.from(line.octets.subarray(0, 5)).toString('latin1'))
    if (line.kind === 'too-long') return isAuth ? replies.authLineTooLong : replies.lineTooLong
    if (line.octets.length + 2 > this.#talk.limits.commandOctets && !isAuth) return replies.lineTooLong
    try {
      const { verb: name, args } = parseCommandLine(line.octets)
      const verb = verbs.get(name)
      if (verb !== undefined) return await this.#perform(verb, args)
      if (!foreignVerbs.has(name)) return replies.unknownCommand
      this.#talk.end()
      return replies.notSmtp
    } catch (error) {
      if (error instanceof SyntaxFault) return replies.notACommand
      throw error
    }
  }

  async #perform(verb: AnyVerb, text: string): Promise<Reply | undefined> {
    if (!verb.isProgress) this.#talk.idleCommands++
    if (verb.endsGroup && this.#talk.peer.hasMore) {
      this.#talk.end()
      return replies.tooEarly
    }
    let args: unknown
    try {
      args = verb.parse(text)
    } catch (error) {
      if (!(error instanceof SyntaxFault)) throw error
      if (verb.faultIsFatal) this.#talk.end(replies.unreadable)
      return replies.syntax(error)
    }
    const objection = this.#objection(verb)
    if (objection === undefined) return verb.run(this.#talk, args)
    await verb.refused?.(this.#talk, args)
    await this.#skip(verb.octetsBehind?.(args) ?? 0)
    return objection
  }

  #objection(verb: AnyVerb): Reply | undefined {
    const { role } = this.#talk.options
    if (verb.roles?.includes(role) === false) return replies.notHere
    if (role !== 'mx' && this.#talk.tls === undefined && !verb.beforeTls) return replies.tlsFirst
    if (role !== 'mx' && this.#talk.user === undefined && !verb.beforeLogin) return replies.loginFirst
    if (verb.needs === 'nothing') return undefined
    if (this.#talk.hello === undefined) return replies.badSequence('Say EHLO first')
    if (verb.needs === 'no-transaction')
      return this.#talk.transaction && replies.badSequence('A message is under way; end it or say RSET')
    if (this.#talk.transaction === undefined) return replies.badSequence('Say MAIL first')
    if (verb.needs === 'recipients' && this.#talk.transaction.accepted === 0)
      return reply(554, '5.5.1', 'No recipient was accepted')
    return undefined
  }

  /** Reads over content that belongs to a refused verb, or ends the session when that is too much. */
  async #skip(octets: number): Promise<void> {
    if (octets > this.#talk.limits.messageBytes + this.#talk.limits.drainBytes)
      return this.#talk.end(replies.tooMuch)
    const pace = new Pace(this.#talk)
    for (let left = octets; left > 0; ) left -= (await pace.octets(left)).length
  }
}
