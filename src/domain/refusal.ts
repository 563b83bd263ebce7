/** Why the service says no. Each protocol has its own words for every one of these (house.md, "Three ways to fail"). */
export type RefusalReason =
  /** The organisation, entry, mailbox, folder, item, domain, alias, permission or token named is not there. */
  | 'no-such-organization'
  | 'no-such-entry'
  | 'no-such-mailbox'
  | 'no-such-folder'
  | 'no-such-item'
  | 'no-such-domain'
  | 'no-such-key'
  | 'no-such-token'
  /** Something of that name, address or relation is there already. */
  | 'name-taken'
  | 'address-in-use'
  | 'folder-exists'
  | 'already-registered'
  | 'domain-in-use'
  | 'reserved-name'
  /** The thing is there, but its state does not allow this. */
  | 'wrong-state'
  | 'domain-not-verified'
  | 'not-supported'
  | 'folder-not-empty'
  | 'folder-is-distinguished'
  | 'group-cycle'
  /** The caller may not, or did not prove who it is. */
  | 'not-allowed'
  | 'bad-credentials'
  | 'too-many-failures'
  | 'password-policy'
  /** A limit (LIM-*) or a setting stands against it. */
  | 'over-quota'
  | 'limit-exceeded'
  | 'too-large'
  | 'invalid-parameter'
  | 'invalid-configuration'
  /** The change log no longer reaches back that far; the client starts anew. */
  | 'cannot-calculate-changes'
  /** The organisation's key is disabled, missing or out of reach: nothing can be read (SEC-05). */
  | 'key-unavailable'
  /** Something we need is out of order at the moment. */
  | 'try-later'
  /** What is stored does not prove itself: a tag does not verify, a body is missing. */
  | 'damaged'

/**
 * The service understood and says no: an answer, not an error. The message is a whole sentence for the
 * person who asked: what is wrong, where, and what to do.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly reason: RefusalReason

  constructor(reason: RefusalReason, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.reason = reason
  }
}

/** The disk that mailboxes are kept on is full, or what this user may have of it is used up. */
export class NoRoom extends Refusal {
  constructor(message: string, options?: { cause?: unknown }) {
    super('try-later', message, options)
  }
}
