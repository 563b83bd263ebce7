/** DOM-02. */
export type OwnershipState = 'PENDING' | 'VERIFIED' | 'FAILED'
/** DOM-03: what was found where a record should be. */
export type RecordState = 'PENDING' | 'VERIFIED' | 'MISSING' | 'INCONSISTENT'
export type RecordPurpose =
  | 'ownership'
  | 'mx'
  | 'autodiscover'
  | 'spf'
  | 'dkim'
  | 'dmarc'
  | 'mail-from-mx'
  | 'mail-from-spf'

/**
 * A mail domain of an organisation. `routing` is a domain that only this service owns: every local mailbox
 * can have an address in it that Exchange can always send to, and unknown addresses in it are refused.
 */
export type MailDomain = {
  /** Lower-case ASCII, without a final dot. Several organisations may register it, one of them can have it VERIFIED. */
  name: string
  use: 'mail' | 'routing'
  /** The `<alias>.<suffix>` that comes with an organisation (LIM-22): verified from the start, never removed. */
  isTest: boolean
  createdAt: number
  ownership: OwnershipState
  /** Random text that the owner publishes as TXT (DOM-02). */
  ownershipToken: string
  verifiedAt: number | null
  checkedAt: number | null
  dkim: DkimPublic
  /** Null when envelope senders are in the domain itself. */
  mailFrom: MailFrom | null
  /** By purpose, what the last check found. */
  records: Partial<Record<RecordPurpose, RecordState>>
  version: number
}

/** A subdomain for the envelope senders of mail that leaves (DOM-06). */
export type MailFrom = {
  name: string
  /** While its records are not there: mail leaves from the domain itself, or goes back to its sender. */
  whenMissing: 'own-domain' | 'refuse'
}

/** `publicKey` is the base64 SubjectPublicKeyInfo of RSA-2048, as the `p=` of RFC 6376 wants it. */
export type DkimPublic = { selector: string; publicKey: string }

/** A PKCS #8 private key in PEM. */
export type DkimKey = { selector: string; privateKey: string }
