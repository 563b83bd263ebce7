import type { ResponseCode } from '#src/wire/imap/response-code.ts'
import type { StatusLine } from '#src/wire/imap/status-line.ts'

/** What went wrong between us and a server. */
export type ImapFailureKind =
  /** No connection could be made, or no server greeted. */
  | 'unreachable'
  /** TLS was needed and did not come about: not offered, broken handshake, wrong name. */
  | 'tls'
  /** The server does not take our credentials, or no way to say them is common. */
  | 'credentials'
  /** The server answered NO or BAD; `code` says why when it told. */
  | 'refused'
  /** The server lacks an extension without which this cannot be done. */
  | 'unsupported'
  /** The server answered something that is not IMAP. */
  | 'protocol'
  /** The connection broke, or the server said BYE. */
  | 'closed'
  /** Nothing came in time. */
  | 'timeout'
  /** A message to append could not be read on our side, or was not of the size it was said to be. */
  | 'source'
  /** We were told to stop. */
  | 'aborted'

/** A named failure of a conversation with a server. The message is a sentence for logs; it holds no secrets. */
export class ImapFailure extends Error {
  override readonly name = 'ImapFailure'
  readonly kind: ImapFailureKind
  /** NO or BAD, of what the server refused. */
  readonly status: 'NO' | 'BAD' | undefined
  readonly code: ResponseCode | undefined
  /**
   * All of a command that changes something has reached the server, and its answer did not reach us: it may or may not have
   * been done.
   */
  readonly uncertain: boolean

  constructor(
    kind: ImapFailureKind,
    message: string,
    options: { status?: 'NO' | 'BAD'; code?: ResponseCode; uncertain?: boolean; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause })
    this.kind = kind
    this.status = options.status
    this.code = options.code
    this.uncertain = options.uncertain === true
  }
}

/** A tagged NO or BAD. */
export function refusedWith(
  command: string,
  { status, code, text }: StatusLine,
  kind: ImapFailureKind = 'refused',
): ImapFailure {
  return new ImapFailure(kind, `The server refuses ${command}: ${text}`, {
    status: status === 'NO' ? 'NO' : 'BAD',
    ...(code !== undefined && { code }),
  })
}
