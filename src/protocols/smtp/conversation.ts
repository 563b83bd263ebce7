import type { Duplex } from 'node:stream'
import type {
  IntakeConnection,
  IntakeRole,
  IntakeSender,
  IntakeTransaction,
  MailIntake,
  RefusedWith,
  TlsFacts,
} from '#src/domain/delivery/intake.ts'
import type { Authenticated, Authenticator } from '#src/domain/directory/login/authenticator.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { BoundedWarnings } from '#src/platform/log/bounded-warnings.ts'
import type { Log } from '#src/platform/log/open-log.ts'
import { formatReply, type Reply } from '#src/wire/smtp/reply.ts'
import { PeerGone, PeerTooSlow } from '../peer-connection.ts'
import type { StartTls } from '../tcp-listener.ts'
import { defaultLimits, type SmtpLimits } from './limits.ts'
import { PeerStream } from './peer-stream.ts'
import type { NewlinePolicy, Receipt } from './receipt.ts'
import { isOwnTrouble, isShortOfRoom, refusalReply, replies } from './replies.ts'

export type SmtpSessionOptions = {
  role: IntakeRole
  /** Our name in the greeting; must differ from every name the Exchange side uses (exchange-interop.md 4.3). */
  hostName: string
  /** Text form of the client's IP address; `local` when there is none. */
  clientAddress: string
  /** What is known of a connection that began with TLS. */
  tls?: TlsFacts
  /** Without it STARTTLS is not offered. */
  startTls?: StartTls
  intake: MailIntake
  /** Needed for the roles of submission. */
  authenticator?: Authenticator
  /** `refuse` if not given. */
  newlines?: NewlinePolicy
  /** Offer REQUIRETLS (RFC 8689); only for an intake that keeps the promise. */
  requireTls?: boolean
  limits?: Partial<SmtpLimits>
  /** Epoch milliseconds. */
  now: () => number
  log: Log
  /** Shared by the sessions of a service, so that trouble of them all is one line a minute. */
  warnings?: BoundedWarnings
}

/** A message between MAIL and its end. */
export type Transaction = {
  intake: IntakeTransaction
  utf8: boolean
  accepted: number
  /** Content under way: BDAT was said, so DATA cannot be. */
  receipt?: Receipt
}

/** What lies open between us and one client. Verbs read and set it; how lines come and replies go is the session's. */
export class Conversation {
  readonly options: SmtpSessionOptions
  readonly limits: SmtpLimits
  readonly peer: PeerStream
  tls: TlsFacts | undefined
  user: Authenticated | undefined
  /** Epoch milliseconds at which the login that succeeded began. */
  loggedInAt: number | undefined
  /** What the client said in HELO or EHLO; TLS makes it forgotten (RFC 3207 §4.2). */
  hello: { name: string; extended: boolean } | undefined
  transaction: Transaction | undefined
  /** A message that was refused at MAIL, until the trace knows for whom it was. */
  turnedAway: { sender: IntakeSender; because: RefusedWith } | undefined
  failedLogins = 0
  /** Error replies since the last message that was taken. */
  errors = 0
  /** Commands since the last message that were no step towards one. */
  idleCommands = 0
  #ended = false
  #last: Reply | undefined
  readonly #warnings: BoundedWarnings

  constructor(stream: Duplex, options: SmtpSessionOptions) {
    this.options = options
    this.limits = { ...defaultLimits, ...options.limits }
    this.peer = new PeerStream(stream)
    this.tls = options.tls
    this.#warnings = options.warnings ?? new BoundedWarnings(options.log)
  }

  get connection(): IntakeConnection {
    const { role, clientAddress } = this.options
    const { name, extended } = this.hello ?? { name: '', extended: false }
    return {
      role,
      clientAddress,
      helo: name,
      extended,
      ...(this.tls && { tls: this.tls }),
      ...(this.user && { user: this.user }),
      ...(this.loggedInAt !== undefined && { loggedInAt: this.loggedInAt }),
    }
  }

  get offersTls(): boolean {
    return (
      this.options.startTls !== undefined && this.tls === undefined && this.options.role !== 'submissions'
    )
  }

  get offersLogin(): boolean {
    return this.options.role !== 'mx' && this.options.authenticator !== undefined && this.tls !== undefined
  }

  get offersRequireTls(): boolean {
    return this.options.requireTls === true && this.tls !== undefined
  }

  send(answer: Reply): void {
    this.peer.write(formatReply(answer))
  }

  /** No command is read after the reply that is being made; `last` goes out behind it. */
  end(last?: Reply): void {
    this.#ended = true
    this.#last ??= last
  }

  get last(): Reply | undefined {
    return this.#last
  }

  get ended(): boolean {
    return this.#ended
  }

  /** Lets go of the message under way. */
  async drop(): Promise<void> {
    const { transaction } = this
    this.transaction = undefined
    if (transaction === undefined || transaction.receipt?.refused !== undefined) return
    await this.abort(transaction.intake)
  }

  async abort(intake: IntakeTransaction, because?: RefusedWith): Promise<void> {
    await this.inTime(intake.abort(because), this.limits.domainMs).catch((error) => {
      this.options.log.error({ err: error }, 'A message that did not come could not be let go')
    })
  }

  /** Once: what follows of the same message is known then. */
  async tellTurnedAway(recipients: readonly string[]): Promise<void> {
    const { turnedAway } = this
    this.turnedAway = undefined
    if (turnedAway === undefined) return
    const { sender, because } = turnedAway
    await this.options.intake.turnedAway?.(this.connection, sender, recipients, because)
  }

  /** A message was taken or refused as a whole: counting starts anew. */
  messageEnded(): void {
    this.transaction = undefined
    this.idleCommands = 0
  }

  /** The domain must answer in time, or the client hears that we failed. */
  async inTime<T>(work: Promise<T>, ms: number): Promise<T> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`The mail domain did not answer within ${ms} ms`)), ms)
    })
    try {
      return await Promise.race([work, late])
    } finally {
      clearTimeout(timer)
    }
  }

  /** The reply for what the domain threw; our own faults are logged, and the client learns nothing of them. */
  failure(error: unknown, about: 'sender' | 'recipient' | 'message' | 'login'): Reply {
    const client = this.options.clientAddress
    if (isShortOfRoom(error)) {
      this.#warnings.warn(
        'room',
        { err: error, client, about },
        'A client is put off: the disk or the spool has no room',
      )
      return about === 'login' ? replies.loginLater : replies.noRoom
    }
    if (isOwnTrouble(error)) {
      const { reason } = error as Refusal
      this.#warnings.warn(
        reason,
        { err: error, client, about },
        'A client is put off for a reason of our own',
      )
      if (about === 'login') return replies.loginLater
      return reason === 'key-unavailable' ? replies.putOff : replies.ourFault
    }
    if (error instanceof Refusal) return refusalReply(error, about)
    if (error instanceof PeerGone || error instanceof PeerTooSlow) throw error
    this.options.log.error({ err: error, client, about }, 'SMTP could not do its work')
    return about === 'login' ? replies.loginLater : replies.ourFault
  }
}
