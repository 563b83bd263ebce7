import type { Duplex } from 'node:stream'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { CommandEvent, ImapCommand } from '#src/wire/imap/command-reader.ts'
import type { LiteralAhead } from '#src/wire/imap/framing.ts'
import { formatStatusLine, type StatusLine } from '#src/wire/imap/status-line.ts'
import { PeerGone, PeerTooSlow } from '../peer-connection.ts'
import { capabilitiesOf } from './capabilities.ts'
import { ClientStream } from './client-stream.ts'
import type { AnyCommand, Completion, Outcome } from './command.ts'
import { CommandInput } from './command-input.ts'
import { commands } from './commands/index.ts'
import { defaultLimits } from './limits.ts'
import { ownTroubles, refusalCompletion } from './refusal-codes.ts'
import { ImapSession, type ImapSessionOptions } from './session.ts'
import { tellEvents } from './tell-events.ts'

const bye = (text: string): StatusLine => ({ status: 'BYE', text })

/** One client's connection: commands in, each done before the next, answers out in their order. */
export class ImapConnection {
  readonly #session: ImapSession
  readonly #client: ClientStream
  #badCommands = 0

  constructor(stream: Duplex, options: ImapSessionOptions) {
    const limits = { ...defaultLimits, ...options.limits }
    this.#client = new ClientStream(stream, limits)
    this.#session = new ImapSession(this.#client, limits, options)
  }

  /** Talks until either side ends it. Never rejects. */
  async run(): Promise<void> {
    const { log, clientAddress, hostName } = this.#session.options
    try {
      const capabilities = capabilitiesOf(this.#session)
      this.#session.status({
        status: 'OK',
        code: { code: 'CAPABILITY', capabilities },
        text: `${hostName} Landbridge is ready`,
      })
      while (!this.#session.ended) await this.#turn()
    } catch (error) {
      if (error instanceof PeerTooSlow) this.#goodbye('You were silent for too long; goodbye')
      else if (!(error instanceof PeerGone)) {
        log.error({ err: error, client: clientAddress }, 'An IMAP session failed for a reason of our own')
        this.#goodbye('The service failed; try again later')
      }
    } finally {
      this.#session.signOut()
      await this.#client.connection.close(this.#session.limits.lingerMs)
    }
  }

  /** Ends the session before the next command; one under way is still answered. */
  stop(): void {
    this.#session.isStopping = true
    this.#client.wake()
  }

  /** Cuts the connection. */
  destroy(): void {
    this.#client.connection.destroy()
  }

  async #turn(): Promise<void> {
    if (this.#session.isStopping) return this.#goodbye('The service is stopping; come again soon')
    const { state, limits } = this.#session
    const event = await this.#client.event(state === 'not-authenticated' ? limits.loginMs : limits.idleMs)
    if (event.kind === 'woken') return this.#tellEvents()
    await this.#take(event)
    // Somebody may have woken us while a command was under way.
    if (this.#session.notifications?.isBehind) await this.#tellEvents()
    if (this.#badCommands > this.#session.limits.badCommands) this.#goodbye('Too many bad commands; goodbye')
    await this.#session.flow()
  }

  /** Tells between two commands what the client wants to hear of (NOTIFY). */
  async #tellEvents(): Promise<void> {
    const { notifications } = this.#session
    if (notifications === undefined || this.#session.ended) return
    try {
      await this.#session.requireStillAllowed()
      await notifications.tell({ expunge: notifications.expungesAtOnce })
    } catch (error) {
      this.#requireClient(error)
      const { code, text } = this.#failure(error, 'NOTIFY')
      this.#session.setNotifications(undefined)
      this.#session.status({ status: 'NO', text, ...(code && { code }) })
    }
    this.#tellLast()
  }

  async #take(event: CommandEvent): Promise<void> {
    if (event.kind === 'continue') return this.#client.continue()
    if (event.kind === 'endless') return this.#goodbye('This is too much; goodbye')
    if (event.kind === 'fault')
      return this.#bad(event.tag, event.message, event.reason === 'literal-too-large')
    if (event.kind === 'command') return this.#perform(event.command)
    if (event.kind === 'literal') return this.#perform(event.command, event.literal)
    throw new Error(`A ${event.kind} without a command`)
  }

  async #perform(given: ImapCommand, ahead?: LiteralAhead): Promise<void> {
    const { tag, name, uid } = given
    const { literalMs } = this.#session.limits
    const input = new CommandInput(this.#client, given, { literalMs, ...(ahead && { ahead }) })
    const command = commands.get(name)
    let done: Exclude<Outcome, undefined>
    try {
      done = await this.#answer(command, given, input)
      await input.discard()
      if (command !== undefined && !command.tellsNoChanges && !this.#session.ended)
        await tellEvents(this.#session, { expunge: uid || !command.usesSequenceNumbers })
      this.#tellModseq()
    } catch (error) {
      this.#requireClient(error)
      done = this.#failure(error, name)
      await input.discard()
    }
    if (done !== 'answered') this.#complete(tag, done)
    this.#tellLast()
  }

  #complete(tag: string, { status = 'OK', code, text }: Completion): void {
    if (status === 'BAD') this.#badCommands++
    // Strangers have so many in all.
    else if (status === 'OK' && this.#session.state !== 'not-authenticated') this.#badCommands = 0
    this.#client.connection.write(
      formatStatusLine(tag, { status, text, ...(code && { code }) }, this.#session.utf8),
    )
  }

  #tellLast(): void {
    const { last } = this.#session
    if (last !== undefined) this.#session.status(last)
  }

  /** Once CONDSTORE was enabled in a selected folder, clients want to know from where on they follow it (RFC 7162 §3.1). */
  #tellModseq(): void {
    const { selected, owesModseq } = this.#session
    this.#session.owesModseq = false
    if (!owesModseq || selected === undefined) return
    const code = { code: 'HIGHESTMODSEQ', modseq: selected.knownModseq } as const
    this.#session.status({ status: 'OK', code, text: 'The last change' })
  }

  async #answer(
    command: AnyCommand | undefined,
    { tag, name, uid, args }: ImapCommand,
    input: CommandInput,
  ): Promise<Exclude<Outcome, undefined>> {
    if (command === undefined) return { status: 'BAD', text: 'There is no such command' }
    const objection = this.#objection(command, uid)
    if (objection !== undefined) return objection
    await this.#session.requireStillAllowed()
    const parsed = command.parse(args, uid)
    const call = { tag, uid, input, signal: this.#client.connection.signal }
    const done = await command.run(this.#session, parsed, call)
    return done ?? { text: `${uid ? 'UID ' : ''}${name} completed` }
  }

  #objection(command: AnyCommand, uid: boolean): Completion | undefined {
    const { state, tls } = this.#session
    if (uid ? command.uid === undefined : command.uid === 'must')
      return { status: 'BAD', text: 'There is no such command' }
    if (command.onlyRev1 && this.#session.isRev2)
      return { status: 'BAD', text: 'IMAP4rev2 has no such command' }
    if (tls === undefined && !command.beforeTls)
      return { status: 'NO', code: { code: 'PRIVACYREQUIRED' }, text: 'Say STARTTLS first' }
    if (command.state === 'any') return undefined
    if (command.state === 'not-authenticated')
      return state === 'not-authenticated' ? undefined : { status: 'BAD', text: 'You are signed in already' }
    if (state === 'not-authenticated') return { status: 'BAD', text: 'Sign in first' }
    if (command.state === 'selected' && state !== 'selected')
      return { status: 'BAD', text: 'Select a mailbox first' }
    return undefined
  }

  /** Throws what says that nobody is there to be answered. */
  #requireClient(error: unknown): void {
    if (error instanceof PeerGone || error instanceof PeerTooSlow) throw error
    if (this.#client.connection.signal.aborted) throw new PeerGone('The client left', { cause: error })
  }

  /** The answer for what a command threw; our own faults are logged, and the client learns nothing of them. */
  #failure(error: unknown, name: string): Completion {
    const { clientAddress: client, log, warnings } = this.#session.options
    if (error instanceof SyntaxFault) return { status: 'BAD', text: error.message }
    if (error instanceof Refusal) {
      if (ownTroubles.has(error.reason))
        warnings.warn(
          error.reason,
          { err: error, client },
          'An IMAP client is put off for a reason of our own',
        )
      return refusalCompletion(error)
    }
    log.error({ err: error, client, command: name }, 'An IMAP command failed for a reason of our own')
    return { status: 'NO', code: { code: 'SERVERBUG' }, text: 'The service failed; try again later' }
  }

  #bad(tag: string | undefined, text: string, tooBig: boolean): void {
    this.#badCommands++
    const line: StatusLine = tooBig
      ? { status: 'NO', code: { code: 'TOOBIG' }, text }
      : { status: 'BAD', text }
    this.#client.connection.write(formatStatusLine(tag ?? '*', line))
  }

  #goodbye(text: string): void {
    if (this.#session.ended) return
    this.#session.status(bye(text))
    this.#session.end()
  }
}
