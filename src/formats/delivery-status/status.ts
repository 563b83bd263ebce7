/** An address with its type: `rfc822`, `utf-8`, `x400` … (RFC 3464 §2.1.2, RFC 6533 §3). */
export interface TypedAddress {
  type: string
  address: string
}

export type Action = 'failed' | 'delayed' | 'delivered' | 'relayed' | 'expanded'

/** What became of the message for one recipient (RFC 3464 §2.3). */
export interface RecipientStatus {
  finalRecipient: TypedAddress
  /** As the sender gave it with ORCPT. */
  originalRecipient?: TypedAddress
  action: Action
  /** `5.1.1` */
  status: string
  /** The server that said so. */
  remoteMta?: string
  /** What it said. */
  diagnostic?: string
  /** What went wrong in the words of who reports, where no server said anything. */
  reason?: string
  lastAttemptMs?: number
  /** Of delayed messages: when we give up. */
  willRetryUntilMs?: number
}

/** A delivery status (RFC 3464 §2). */
export interface DeliveryStatus {
  reportingMta: string
  /** ENVID of the sender. */
  envelopeId?: string
  arrivalMs?: number
  recipients: RecipientStatus[]
}
