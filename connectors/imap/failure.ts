import { ImapFailure, type ImapFailureKind } from '#src/clients/imap/failure.ts'
import type { SourceFolder } from '#src/domain/migration/source.ts'
import { type FailureKind, SourceFailure } from '#src/domain/migration/source-failure.ts'
import type { ImapSignIn } from './sign-in.ts'

const kindOf = {
  unreachable: 'transient',
  tls: 'refused',
  credentials: 'refused',
  refused: 'transient',
  unsupported: 'refused',
  protocol: 'transient',
  closed: 'transient',
  timeout: 'transient',
  source: 'transient',
  aborted: 'transient',
} satisfies Record<ImapFailureKind, FailureKind>

const byCode: Readonly<Record<string, FailureKind>> = {
  LIMIT: 'too-many',
  OVERQUOTA: 'throttled',
  INUSE: 'transient',
  UNAVAILABLE: 'transient',
  SERVERBUG: 'transient',
  EXPIRED: 'refused',
  PRIVACYREQUIRED: 'refused',
  NOPERM: 'refused',
  CONTACTADMIN: 'refused',
  AUTHORIZATIONFAILED: 'mailbox-permanent',
}

/** Words of servers that have no code for it: Dovecot, Gmail, Courier, Cyrus, Exchange, Zimbra. */
const byText: readonly (readonly [pattern: RegExp, kind: FailureKind])[] = [
  [/throttl|bandwidth limit|rate.?limit|back.?off time|too many (?:commands|requests)/i, 'throttled'],
  [/too many|maximum number of connections|connection.?limit|max(?:imum)? connections/i, 'too-many'],
]

/** Whether the server says that it is asked too much, by too many connections or too fast. */
export const isThrottled = ({ message }: ImapFailure): boolean =>
  byText.some(([pattern]) => pattern.test(message))

/** `Request is throttled. Suggested Backoff Time: 299961 milliseconds`, as Exchange Online says it. */
const hintText = /back.?off time:?\s*(\d{1,9})\s*(milliseconds|ms|seconds|s)?\b/i

const remedies: Partial<Record<FailureKind, string>> = {
  refused: 'Check the account, its rights and the certificate of the server, then resume.',
  'too-many': 'Fewer connections are used from here on.',
  throttled: 'The server is asked again later.',
  'mailbox-permanent': 'Check that the mailbox is there and that its password is right.',
}

/** What a failed conversation means for the lane. What is no failure of the conversation is passed on. */
export function sourceFailureOf(error: unknown, signIn: ImapSignIn['kind']): unknown {
  if (!(error instanceof ImapFailure)) return error
  const kind = classOf(error, signIn)
  const hint = hintText.exec(error.message)
  const backOffMs = hint === null ? null : Number(hint[1]) * (/^s/.test(hint[2] ?? '') ? 1_000 : 1)
  const remedy = remedies[kind]
  return new SourceFailure(
    kind,
    wordOf(error),
    remedy === undefined ? error.message : `${error.message.replace(/[.\s]*$/, '.')} ${remedy}`,
    {
      backOffMs,
      ofSignIn: kind === 'refused' && error.kind === 'credentials',
      ofMailbox: isOfMailbox(error),
      cause: error,
    },
  )
}

/** A folder that is not there, or not any more: servers have a code for it since RFC 5530, or none. */
const isOfMailbox = ({ kind, code, status }: ImapFailure): boolean =>
  kind === 'refused' &&
  status === 'NO' &&
  (code === undefined || code.code === 'NONEXISTENT' || code.code === 'TRYCREATE')

function classOf({ kind, code, message }: ImapFailure, signIn: ImapSignIn['kind']): FailureKind {
  if (kind === 'tls' || kind === 'unsupported') return kindOf[kind]
  for (const [pattern, found] of byText) if (pattern.test(message)) return found
  const said = code === undefined ? undefined : byCode[code.code]
  const found = said ?? kindOf[kind]
  // The password of one person, and an account that is locked, say nothing about the others.
  const isOfOne = kind === 'credentials' && signIn === 'own' && code?.code !== 'PRIVACYREQUIRED'
  return isOfOne && found === 'refused' ? 'mailbox-permanent' : found
}

/** The server's own word: `NO [NOPERM]`. */
export function wordOf({ kind, code, status }: ImapFailure): string {
  if (status === undefined) return kind.toUpperCase()
  if (code === undefined) return status
  return `${status} [${code.code === 'OTHER' ? code.name : code.code}]`
}

/** Of a folder whose messages the server does not give, while all else goes on. */
export const notOpened = (
  { name }: Pick<SourceFolder, 'name'>,
  cause: ImapFailure,
  kind: 'item-permanent' | 'transient' = 'item-permanent',
) =>
  new SourceFailure(
    kind,
    wordOf(cause),
    `The server does not let the folder "${name}" be read: ${cause.message}`,
    { ofMailbox: kind === 'transient', cause },
  )
