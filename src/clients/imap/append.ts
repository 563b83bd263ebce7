import type { MailDate } from '#src/formats/header/date.ts'
import { type AppendContent, formatAppend } from '#src/wire/imap/append.ts'
import type { AppendSource, ImapConnection } from './connection.ts'
import { ImapFailure } from './failure.ts'

/** A message to put into a mailbox. */
export type MessageToAppend = {
  flags?: readonly string[]
  /** INTERNALDATE. */
  date?: MailDate
  /** Exactly as many octets as `content` gives. */
  sizeBytes: number
  /** The octets, from the start; called at most once. */
  content: AppendSource
  /** NUL may be in it (BINARY, RFC 3516). */
  binary?: boolean
  /** Its header is UTF-8 and UTF8=ACCEPT is enabled (RFC 6855 §4). */
  utf8?: boolean
}

/** Where appended messages are, in their order; undefined when the server does not tell. */
export type Appended = { uidValidity: number; uids: number[] } | undefined

/** See `ImapSession.append`. */
export async function appendMessages(
  connection: ImapConnection,
  mailbox: string,
  messages: readonly MessageToAppend[],
  limitBytes: number | undefined,
): Promise<Appended> {
  for (const { sizeBytes } of messages) {
    if (limitBytes === undefined || sizeBytes <= limitBytes) continue
    const why = `The server takes messages of ${limitBytes} octets at most; this one has ${sizeBytes}`
    throw new ImapFailure('refused', why, { status: 'NO', code: { code: 'TOOBIG' } })
  }
  const { code } = await connection.run({
    name: 'APPEND',
    args: formatAppend({ mailbox, messages: messages.map(wireMessage) }, connection.utf8),
    lane: 'free',
    changes: true,
  })
  return code?.code === 'APPENDUID' ? { uidValidity: code.uidValidity, uids: [...code.uids] } : undefined
}

function wireMessage({ flags, date, sizeBytes, content, binary = false, utf8 = false }: MessageToAppend) {
  const octets: AppendContent<AppendSource> = { sizeBytes, content, binary: binary || utf8 }
  return { ...(flags && { flags }), ...(date && { date }), content: octets, utf8 }
}
