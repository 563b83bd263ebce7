import type { Authenticated } from '../directory/login/authenticator.ts'
import { Refusal, type RefusalReason } from '../refusal.ts'

/** Which door a message comes through: from other servers, or from our own users (implicit TLS, or STARTTLS). */
export type IntakeRole = 'mx' | 'submissions' | 'submission'

/** What is known of a TLS connection. */
export type TlsFacts = {
  /** `TLSv1.3`. */
  protocol: string
  cipher: string
  /** The name the client asked for (SNI). */
  serverName?: string
  /** The certificate the client showed; `authorized` when it was verified against the authorities we trust. */
  clientCertificate?: { subject: string; fingerprint256: string; authorized: boolean }
}

/** Who hands a message over. */
export type IntakeConnection = {
  role: IntakeRole
  /** Text form of the IP address; `local` when there is none. */
  clientAddress: string
  tls?: TlsFacts
  /** What the client called itself in HELO or EHLO: one printable word, proven by nothing. */
  helo: string
  /** It spoke EHLO. */
  extended: boolean
  /** Who logged in; always there on the roles for submission. */
  user?: Authenticated
  /** Epoch milliseconds before the login was looked at; absent when it was made for this one message. */
  loggedInAt?: number
}

/** When the sender wants a report (RFC 3461 §4.1); all false is never. */
export type ReportWishes = { success: boolean; failure: boolean; delay: boolean }

export type IntakeSender = {
  /** `local@domain`; empty for the null sender of reports. Its local part may be longer than LIM-16 allows ours. */
  address: string
  /** As the client announced it. */
  sizeBytes?: number
  /** Content may have octets above 127. */
  eightBit: boolean
  /** Addresses and header fields may be UTF-8 (RFC 6531). */
  utf8: boolean
  envelopeId?: string
  returnContent?: 'full' | 'headers'
  /** Must never travel without TLS (RFC 8689). */
  requireTls: boolean
}

export type IntakeRecipient = {
  /** `local@domain`, or `postmaster` without a domain. */
  address: string
  notify?: ReportWishes
  /** What the sender knew the recipient by, for reports; `type` is `rfc822` or `utf-8`, most often. */
  originalRecipient?: { type: string; address: string }
}

/** Takes messages in. What it refuses, it refuses with `Refusal`, or `MailRefusal` when mail has a closer word. */
export type MailIntake = {
  /** A message from this sender is about to come. */
  begin(connection: IntakeConnection, sender: IntakeSender): Promise<IntakeTransaction>
  /** The door refused a message before it began, for example by its announced size; for the trace. Never rejects. */
  turnedAway?(
    connection: IntakeConnection,
    sender: IntakeSender,
    recipients: readonly string[],
    because: RefusedWith,
  ): Promise<void>
}

/**
 * One message on its way in. Calls come one after the other. `abort` alone may come while another is under way that
 * takes too long, and after a `finish` that rejected; after it, and after a `finish` that resolved, none come.
 */
export type IntakeTransaction = {
  /** Resolves when mail for this recipient will be taken. Other recipients stand when it refuses. */
  recipient(recipient: IntakeRecipient): Promise<void>
  /**
   * Octets of the message, in order, dots and chunks of the protocol removed. They are nobody else's any more. The next
   * come when this has resolved, so resolve late rather than collect.
   */
  write(octets: Uint8Array): Promise<void>
  /** Resolves when everything accepted is durable, with the name under which the message can be traced. */
  finish(): Promise<{ queueId: string }>
  /** The message will not come, or nobody waits for its end any more. Releases what was taken. `because`: the door refused it. */
  abort(because?: RefusedWith): Promise<void>
}

/** A sentence, and its status code of RFC 3463. */
export type RefusedWith = { reason: string; status: string }

/** Status codes of RFC 3463 (class.subject.detail), which answers and delivery reports share. */
export type MailStatus = `${4 | 5}.${number}.${number}`

/** A refusal that mail has its own word for, for example 5.7.26 (RFC 7372) or 5.4.6 for a loop. */
export class MailRefusal extends Refusal {
  readonly status: MailStatus

  constructor(reason: RefusalReason, status: MailStatus, message: string, options?: { cause?: unknown }) {
    super(reason, message, options)
    this.status = status
  }
}
