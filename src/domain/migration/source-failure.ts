/** Classes of failures (migration.md 4.3), each with its own consequence for the lane that meets it. */
const failureKinds = [
  /** Tried again with back-off: connection lost, timeout, a server that restarts. */
  'transient',
  /** The server says wait; `backOffMs` is obeyed exactly. */
  'throttled',
  /** More connections or calls at once than the server allows: fewer lanes. */
  'too-many',
  /** Credentials, certificate or rights: the server's lanes pause and somebody is told, once. */
  'refused',
  /** This one item cannot be had, whatever is tried. */
  'item-permanent',
  /** This one mailbox cannot be had: gone, moved away, locked. */
  'mailbox-permanent',
  /** Nothing more fits into this mailbox: it waits until somebody makes room there. */
  'no-room',
] as const
export type FailureKind = (typeof failureKinds)[number]

/** Code of an item that may be at fault itself: the first time it is asked for once more, however often items are. */
export const SET_ASIDE = 'set-aside'

/** What a source could not do. `code` is the peer's own word (`ErrorServerBusy`, `NO [INUSE]`), the message a sentence with remedy. */
export class SourceFailure extends Error {
  readonly kind: FailureKind
  readonly code: string
  readonly backOffMs: number | null
  /** It is the name or the password that is not taken: asking again with them may lock the account. */
  readonly ofSignIn: boolean
  /** The server is well and answered: it is only what was asked for, and says nothing about the others. */
  readonly ofMailbox: boolean

  constructor(
    kind: FailureKind,
    code: string,
    message: string,
    options: { backOffMs?: number | null; ofSignIn?: boolean; ofMailbox?: boolean; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause })
    this.name = 'SourceFailure'
    this.kind = kind
    this.code = code
    this.backOffMs = options.backOffMs ?? null
    this.ofSignIn = options.ofSignIn ?? false
    this.ofMailbox = options.ofMailbox ?? false
  }
}
