/** What went wrong between us and a server that speaks over HTTPS. */
export type HttpsFailureKind =
  /** No connection could be made. */
  | 'unreachable'
  /** TLS did not come about: an unknown authority, a wrong name, no version in common. */
  | 'tls'
  /** Our credentials were refused, or the server takes them in no way that we know. Asking again locks the account. */
  | 'credentials'
  /** The server forbids it to us (403), as Exchange does with programs that its list does not name. */
  | 'forbidden'
  /** The server asks to be left alone for a while. */
  | 'busy'
  /** The server understood and said no; `code` is its word for why. */
  | 'fault'
  /** The answer is not what was asked for: HTML, broken XML, another address. */
  | 'protocol'
  /** No answer in time. */
  | 'timeout'
  /** The connection broke before the answer was whole. */
  | 'lost'
  /** We were told to stop. */
  | 'aborted'

type Details = {
  code?: string | undefined
  status?: number | undefined
  backOffMs?: number | undefined
  cause?: unknown
}

/** A named failure of a request. The message is a sentence for logs and people; it holds no secrets. */
export class HttpsFailure extends Error {
  override readonly name = 'HttpsFailure'
  readonly kind: HttpsFailureKind
  /** The server's own word, of a `fault` or `busy`. */
  readonly code: string | undefined
  /** Of the HTTP answer, when there was one. */
  readonly status: number | undefined
  /** How long the server asks to be left alone. */
  readonly backOffMs: number | undefined

  constructor(kind: HttpsFailureKind, message: string, details: Details = {}) {
    super(message, { cause: details.cause })
    this.kind = kind
    this.code = details.code
    this.status = details.status
    this.backOffMs = details.backOffMs
  }
}
