import { ImapFailure } from '#src/clients/imap/failure.ts'
import type { FetchedMessage } from '#src/clients/imap/fetched-message.ts'
import type { ImapSession } from '#src/clients/imap/session.ts'
import type { Loss, ReadItem, SourceItem, SourceOctets } from '#src/domain/migration/source.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import type { AskedAttribute } from '#src/wire/imap/fetch.ts'
import { NumberSet } from '#src/wire/imap/number-set.ts'
import { givesNothing, isOfMessages, type ListedMessage, listMessages, stillThere } from './listed-message.ts'
import { versionOf } from './marks.ts'

export type ReadSizes = {
  /** Messages in one request. */
  together: number
  /** Larger messages are read by themselves, in pieces of this many octets: a server need not hold one as a whole. */
  pieceBytes: number
}

export const usualSizes: ReadSizes = { together: 200, pieceBytes: 16 * 1024 * 1024 }

const whole = { item: 'BODY[]', section: { path: '', text: 'all', names: [] }, peek: true } as const
const range = (start: number, octets: number): readonly AskedAttribute[] => [
  { ...whole, range: { start, octets } },
]

/** Messages of the selected folder by UID, each with its key. Rejects with ImapFailure when the conversation fails. */
export async function* readMessages(
  session: ImapSession,
  keys: ReadonlyMap<number, string>,
  sizes: ReadSizes,
): AsyncGenerator<ReadItem> {
  const uids = [...keys.keys()].sort((a, b) => a - b)
  for (let at = 0; at < uids.length; at += sizes.together) {
    const some = uids.slice(at, at + sizes.together)
    const { listed, unreadable } = await listMessages(session, some)
    for (const uid of some) if (!listed.has(uid)) yield failed(keys.get(uid)!, unreadable.get(uid))
    const [small, large]: [ListedMessage[], ListedMessage[]] = [[], []]
    for (const message of listed.values())
      (message.sizeBytes !== null && message.sizeBytes > sizes.pieceBytes ? large : small).push(message)
    yield* together(session, small, keys)
    for (const message of large)
      yield await inPieces(session, message, keys.get(message.uid)!, sizes.pieceBytes)
  }
}

async function* together(
  session: ImapSession,
  messages: readonly ListedMessage[],
  keys: ReadonlyMap<number, string>,
): AsyncGenerator<ReadItem> {
  if (messages.length === 0) return
  const left = new Map(messages.map((message) => [message.uid, message]))
  try {
    for await (const fetched of session.fetch(NumberSet.of(left.keys()), [whole])) {
      const listed = left.get(fetched.uid)
      if (listed === undefined) continue
      const octets = await octetsOf(fetched)
      // Without a body it is one of the server's own news, or a message that is gone.
      if (octets === undefined) continue
      left.delete(fetched.uid)
      yield { kind: 'item', item: itemOf(listed, keys.get(fetched.uid)!, octets) }
    }
  } catch (error) {
    if (!isOfMessages(error, session)) throw error
    const rest = [...left.values()]
    if (rest.length === 1) yield failed(keys.get(rest[0]!.uid)!, error, rest[0])
    if (rest.length < 2) return
    const half = Math.ceil(rest.length / 2)
    yield* together(session, rest.slice(0, half), keys)
    yield* together(session, rest.slice(half), keys)
    return
  }
  const there = new Set(await stillThere(session, [...left.keys()]))
  for (const [uid, message] of left)
    yield there.has(uid) ? failed(keys.get(uid)!, givesNothing(), message) : failed(keys.get(uid)!, undefined)
}

/** The octets of a whole message on its way: their number is announced before them. */
async function octetsOf(message: FetchedMessage): Promise<SourceOctets | undefined> {
  const { value: body } = await message.bodies().next()
  if (body === undefined) return undefined
  async function* open() {
    yield* body!.content
    // Where the announced length is wrong, what stands behind the octets shows it.
    await message.finish()
  }
  return { sizeBytes: body.octets, open }
}

async function inPieces(
  session: ImapSession,
  listed: ListedMessage,
  key: string,
  pieceBytes: number,
): Promise<ReadItem> {
  const told = listed.sizeBytes!
  async function* piece(start: number, octets: number) {
    let isThere = false
    for await (const message of session.fetch(NumberSet.of([listed.uid]), range(start, octets))) {
      isThere = true
      yield* message.body()
    }
    if (!isThere)
      throw new SourceFailure('transient', 'EXPUNGED', 'The message was deleted while it was read.')
  }
  try {
    // One octet at the end is there, and none behind it, when the size is as it was told.
    let found = 0
    for await (const octets of piece(told - 1, 2)) found += octets.length
    const octets: SourceOctets = {
      sizeBytes: found === 1 ? told : null,
      async *open() {
        for (let start = 0; ; start += pieceBytes) {
          let came = 0
          for await (const octets of piece(start, pieceBytes)) {
            came += octets.length
            yield octets
          }
          if (came < pieceBytes) return
        }
      },
    }
    return { kind: 'item', item: itemOf(listed, key, octets) }
  } catch (error) {
    if (!isOfMessages(error, session)) throw error
    return failed(key, error, listed)
  }
}

function itemOf(
  { marks, receivedAt, receivedIs, subject, match }: ListedMessage,
  key: string,
  message: SourceOctets,
): SourceItem {
  return {
    key,
    version: versionOf(marks),
    match,
    class: 'message',
    title: subject,
    receivedAt: receivedAt ?? 0,
    flags: marks.flags,
    keywords: marks.keywords,
    properties: {},
    message,
    content: null,
    attachments: [],
    losses: [
      ...(receivedIs === 'received' ? [] : [lostArrival(receivedAt)]),
      ...(substitute.test(subject) ? [lostOriginal] : []),
    ],
  }
}

/** Subject of what Exchange gives in place of a message that it cannot convert; someone may also have kept such a one. */
const substitute = /^Retrieval using the IMAP4 protocol failed for the following message: \d+$/

const lostOriginal: Loss = {
  property: 'message',
  reason:
    'Exchange gave a notice in place of a message that it cannot convert for IMAP. Open the original there with Outlook, or read the mailbox over EWS.',
  weight: 'content',
}

const lostArrival = (sentAt: number | null): Loss => ({
  property: 'received',
  reason: `The server tells no date of arrival${sentAt === null ? '.' : '; the date of sending stands for it.'}`,
  weight: 'metadata',
})

/** Code of what the server passes over in its answers, or gives as something that is no message. */
const NOT_GIVEN = 'FETCH'

/** Whether the server said nothing of it, as when an answer is lost: on another connection it may come. */
export const isPassedOver = (read: ReadItem): boolean =>
  read.kind === 'failed' && read.failure.code === NOT_GIVEN

function failed(key: string, cause?: Error, told?: Pick<ListedMessage, 'subject' | 'receivedAt'>): ReadItem {
  const code = cause instanceof ImapFailure && cause.kind === 'protocol' ? NOT_GIVEN : 'NO'
  const failure =
    cause === undefined
      ? new SourceFailure('item-permanent', 'gone', 'The message was deleted on the server meanwhile.')
      : new SourceFailure('item-permanent', code, `The server cannot give the message: ${cause.message}`, {
          cause,
        })
  return {
    ...{ kind: 'failed', key, failure },
    ...(told && told.subject !== '' && { title: told.subject }),
    ...(told && told.receivedAt !== null && { receivedAt: told.receivedAt }),
  }
}
