import { createHash } from 'node:crypto'
import { ImapFailure } from '#src/clients/imap/failure.ts'
import type { FetchedMessage } from '#src/clients/imap/fetched-message.ts'
import type { ImapSession } from '#src/clients/imap/session.ts'
import type { SourceMarks } from '#src/domain/migration/source.ts'
import { parseDate } from '#src/formats/header/date.ts'
import { decodeWords } from '#src/formats/header/encoded-words.ts'
import { findField, type HeaderField, parseFields } from '#src/formats/header/fields.ts'
import type { AskedAttribute } from '#src/wire/imap/fetch.ts'
import { NumberSet } from '#src/wire/imap/number-set.ts'
import { SequenceSet } from '#src/wire/imap/sequence-set.ts'
import { labelMarks } from './gmail.ts'
import { marksOf } from './marks.ts'

/** What is known of a message without reading it. */
export type ListedMessage = {
  uid: number
  marks: SourceMarks
  /** The marks as the server writes them. */
  words: readonly string[]
  /** RFC822.SIZE; not every server counts. */
  sizeBytes: number | null
  /** Epoch milliseconds: INTERNALDATE, else the Date field, which is `sent`. */
  receivedAt: number | null
  receivedIs: 'received' | 'sent'
  subject: string
  match: string | null
  /** EMAILID (RFC 8474); undefined where the server gives none. */
  contentId: string | undefined
  /** The match is of what it says of itself. */
  isUnproven: boolean
  /** Gmail only. */
  labels: readonly string[] | null
}

const fieldNames = ['Message-ID', 'Date', 'Subject', 'From']

const asked: readonly AskedAttribute[] = [
  { item: 'FLAGS' },
  { item: 'INTERNALDATE' },
  { item: 'RFC822.SIZE' },
  { item: 'BODY[]', section: { path: '', text: 'fields', names: fieldNames }, peek: true },
]
const askedOfGmail: readonly AskedAttribute[] = [{ item: 'X-GM-MSGID' }, { item: 'X-GM-LABELS' }, ...asked]
const askedWithId: readonly AskedAttribute[] = [{ item: 'EMAILID' }, ...asked]

/** Header fields longer than this tell nothing more. */
const mostHeaderBytes = 65_536

/**
 * What the server tells of messages of the selected folder, by UID. Those that are gone are left out; those it cannot tell of
 * are `unreadable`, found by asking for ever fewer. Rejects with ImapFailure when the conversation fails.
 */
export async function listMessages(
  session: ImapSession,
  uids: readonly number[],
): Promise<{ listed: Map<number, ListedMessage>; unreadable: Map<number, ImapFailure> }> {
  const listed = new Map<number, ListedMessage>()
  const unreadable = new Map<number, ImapFailure>()
  const gmail = session.capabilities.has('X-GM-EXT-1')
  const attributes = gmail ? askedOfGmail : session.capabilities.has('OBJECTID') ? askedWithId : asked
  const list = async (some: readonly number[]): Promise<void> => {
    if (some.length === 0) return
    try {
      for await (const message of session.fetch(NumberSet.of(some), attributes))
        listed.set(message.uid, await listedMessage(message, gmail))
    } catch (error) {
      if (!isOfMessages(error, session)) throw error
      const left = some.filter((uid) => !listed.has(uid))
      if (left.length === 1) unreadable.set(left[0]!, error)
      const half = Math.ceil(left.length / 2)
      if (left.length < 2) return
      await list(left.slice(0, half))
      await list(left.slice(half))
    }
  }
  await list(uids)
  const untold = uids.filter((uid) => !listed.has(uid) && !unreadable.has(uid))
  for (const uid of await stillThere(session, untold)) unreadable.set(uid, givesNothing())
  return { listed, unreadable }
}

/** Those of them that the server counts among its messages, though it may have passed over them in an answer. */
export async function stillThere(session: ImapSession, uids: readonly number[]): Promise<readonly number[]> {
  if (uids.length === 0) return []
  const numbers = SequenceSet.of(uids)
  const { all = NumberSet.empty } = await session.search({ key: 'numbers', uid: true, numbers })
  return uids.filter((uid) => all.has(uid))
}

export const givesNothing = () =>
  new ImapFailure('protocol', 'It counts the message and gives nothing of it.')

/** Whether it is some message that the server cannot give, while all else goes on. */
export function isOfMessages(error: unknown, session: ImapSession): error is ImapFailure {
  if (!(error instanceof ImapFailure) || session.failure !== undefined) return false
  const code = error.code?.code
  const isOfServer = code === 'LIMIT' || code === 'INUSE' || code === 'UNAVAILABLE' || code === 'OVERQUOTA'
  return (error.kind === 'refused' || error.kind === 'protocol') && !isOfServer && !isBusy.test(error.message)
}

const isBusy = /throttl|bandwidth|too many|try again|rate.?limit/i

async function listedMessage(message: FetchedMessage, gmail: boolean): Promise<ListedMessage> {
  const header: Uint8Array[] = []
  let held = 0
  for await (const piece of message.body()) {
    if (held < mostHeaderBytes) header.push(Uint8Array.from(piece))
    held += piece.length
  }
  await message.finish()
  const { flags = [], sizeBytes = null, internalDate, gmailId, gmailLabels, emailId } = message.data
  const fields = parseFields(Buffer.concat(header))
  const labels = gmail ? (gmailLabels ?? []) : null
  const marks = marksOf(flags)
  const receivedAt = internalDate?.epochMs ?? dateOf(fields)
  return {
    uid: message.uid,
    marks: labels === null ? marks : labelMarks(marks, labels),
    words: flags,
    sizeBytes,
    receivedAt,
    receivedIs: internalDate === undefined ? 'sent' : 'received',
    subject: decodeWords(findField(fields, 'subject') ?? '').slice(0, 255),
    match: gmailId === undefined ? matchOf(fields, sizeBytes, receivedAt) : `gmail:${gmailId}`,
    contentId: emailId,
    isUnproven: gmailId === undefined,
    labels,
  }
}

/**
 * Message-Id, date and size; where a message has no id, who wrote what, and without a header when it came. Null where nothing tells it
 * from others.
 */
function matchOf(
  fields: readonly HeaderField[],
  sizeBytes: number | null,
  receivedAt: number | null,
): string | null {
  const id = findField(fields, 'message-id')
  const date = findField(fields, 'date')
  const names = id === undefined ? ['from', 'subject'].map((name) => findField(fields, name)) : [id]
  const isPlain = names.every((name) => name === undefined) && date === undefined
  if (isPlain && (sizeBytes === null || receivedAt === null)) return null
  const told = isPlain ? ['received', receivedAt] : [...names.map((name) => name ?? null), date ?? null]
  return createHash('sha256')
    .update(JSON.stringify([...told, sizeBytes]))
    .digest('base64url')
}

function dateOf(fields: readonly HeaderField[]): number | null {
  const date = findField(fields, 'date')
  try {
    return date === undefined ? null : parseDate(date).epochMs
  } catch {
    return null
  }
}
