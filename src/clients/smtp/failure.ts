import { type Reply, replyText } from '#src/wire/smtp/reply.ts'

/** What went wrong between us and a server. */
export type SmtpFailureKind =
  /** No connection could be made. */
  | 'connect'
  /** TLS was needed and did not come about: not offered, broken handshake, wrong name. */
  | 'tls'
  /** The server greeted with a refusal, or would not let us say who we are. */
  | 'greeting'
  /** Our credentials were refused, or no mechanism is common. */
  | 'login'
  /** The server answered something that is not SMTP. */
  | 'protocol'
  /** A refusal of a command; of a message or recipient it stands in the result instead. */
  | 'rejected'
  /** The server lacks an extension without which the message cannot be said: 8BITMIME, SMTPUTF8, REQUIRETLS. */
  | 'unsupported'
  /** The message is larger than the server says it takes. */
  | 'too-large'
  /** No answer in time. */
  | 'timeout'
  /** The connection broke. */
  | 'lost'
  /** The message could not be read on our side. */
  | 'source'
  /** We were told to stop. */
  | 'aborted'

/** What a message needs and a server may lack; header and addresses need SMTPUTF8 each for their own reason. */
export type Lack = '8bit' | 'utf8-address' | 'utf8-header' | 'require-tls' | TlsLack

/** STARTTLS, or a certificate that can be verified; a handshake that broke for another reason may succeed the next time. */
export type TlsLack = 'starttls' | 'certificate'

/** Where in the conversation it went wrong. */
export type SmtpPhase =
  | 'connect'
  | 'greeting'
  | 'hello'
  | 'tls'
  | 'login'
  | 'mail'
  | 'rcpt'
  | 'data'
  | 'content'
  | 'end'
  | 'reset'

/** A named failure of a conversation with a server. The message is a sentence for logs and delivery reports. */
export class SmtpFailure extends Error {
  override readonly name = 'SmtpFailure'
  readonly kind: SmtpFailureKind
  readonly phase: SmtpPhase
  /** The server's words, when it said any. */
  readonly reply: Reply | undefined
  /**
   * The end of the message may have reached the server, and its answer did not reach us: it may or may not have
   * accepted. Whoever sends again may send twice, whoever does not may lose it.
   */
  readonly uncertain: boolean
  /** Of the kinds `unsupported` and `tls`: what will be missing at the next try as well. */
  readonly lack: Lack | undefined
  /** Whether the conversation was under TLS by then. */
  secured = false

  constructor(
    kind: SmtpFailureKind,
    phase: SmtpPhase,
    message: string,
    options: { reply?: Reply; uncertain?: boolean; lack?: Lack; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause })
    this.kind = kind
    this.phase = phase
    this.reply = options.reply
    this.uncertain = options.uncertain === true
    this.lack = options.lack
  }

  /** The server says no for good (5xx); everything else is worth another try. */
  get permanent(): boolean {
    if (this.kind === 'unsupported' || this.kind === 'too-large') return true
    return this.reply !== undefined && this.reply.code >= 500
  }
}

/** For the kinds that carry the server's words. */
export function refusedWith(kind: SmtpFailureKind, phase: SmtpPhase, reply: Reply, lack?: Lack): SmtpFailure {
  return new SmtpFailure(kind, phase, `The server said: ${replyText(reply)}`, {
    reply,
    ...(lack && { lack }),
  })
}
