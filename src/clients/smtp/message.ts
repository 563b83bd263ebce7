import type { Notify, OriginalRecipient } from '#src/wire/smtp/rcpt.ts'
import type { Reply } from '#src/wire/smtp/reply.ts'
import type { SmtpFailure } from './failure.ts'

/** A message to send. */
export type OutgoingMessage = {
  /** `local@domain`; empty for the null sender. */
  sender: string
  recipients: readonly OutgoingRecipient[]
  /** Its size, which servers refuse by before they are sent it (RFC 1870). */
  sizeBytes?: number
  /** It has octets above 127. */
  eightBit: boolean
  /** Its header fields may be UTF-8 (RFC 6531), as its sender asked for SMTPUTF8; addresses are looked at anyway. */
  utf8: boolean
  envelopeId?: string
  returnContent?: 'full' | 'headers'
  /** No server without TLS and REQUIRETLS may have it (RFC 8689). */
  requireTls?: boolean
  /** The octets, from the start; called at most once for each sending. Lines end with CRLF, others are mended. */
  content(): AsyncIterable<Uint8Array>
  /** Whether they are in fact: many senders ask for SMTPUTF8 whenever they can. Asked where a server lacks it. */
  hasUtf8Header?(): Promise<boolean>
  /**
   * The same without octets above 127, for a server that lacks 8BITMIME (RFC 6152 §3) or, where the header has them, SMTPUTF8.
   * Rejects with SmtpFailure `unsupported` when there is no such form. Without it such servers do not get the message.
   */
  sevenBit?(lack: '8bit' | 'utf8-header'): Promise<() => AsyncIterable<Uint8Array>>
}

export type OutgoingRecipient = { address: string; notify?: Notify; originalRecipient?: OriginalRecipient }

/** How it went for one recipient. */
export type Outcome =
  /** The server has taken over. */
  | { state: 'delivered'; reply: Reply }
  /** The server says no: for good at 5xx, for now at 4xx. */
  | { state: 'refused'; reply: Reply }
  /** Not sent, or nobody knows (`failure.uncertain`). */
  | { state: 'failed'; failure: SmtpFailure }

export type RecipientResult = { address: string; outcome: Outcome }
