import { ImapFailure } from '#src/clients/imap/failure.ts'
import type { ImapSession } from '#src/clients/imap/session.ts'
import type {
  KnownItem,
  PutItem,
  ReturnOrder,
  SourceFolder,
  SourceMarks,
} from '#src/domain/migration/source.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { NumberSet } from '#src/wire/imap/number-set.ts'
import { SequenceSet } from '#src/wire/imap/sequence-set.ts'
import type { AskedAgain } from './asked-again.ts'
import { wordOf } from './failure.ts'
import { examine } from './folder-changes.ts'
import { keyOf, uidOfKey, uidOfLife } from './item-key.ts'
import { isOfMessages, type ListedMessage, listMessages } from './listed-message.ts'
import { lostMarks, versionOf, wordsOver } from './marks.ts'
import { leastSince } from './returns.ts'

type Place = { folder: SourceFolder; path: string }

/**
 * Marks a message with STORE and moves it with MOVE; what it is then is listed again. One that was moved when the answer was
 * lost is found among what came since the mark. Rejects with ImapFailure and SourceFailure, code `gone` where it is not there,
 * `renumbered` where its key is of another life of its folder (UIDVALIDITY).
 */
export async function changeThere(
  session: ImapSession,
  { item, path }: { item: KnownItem; path: string },
  { marks, to }: { marks: SourceMarks | null; to: Place | null },
  { mark, again }: Pick<ReturnOrder, 'mark' | 'again'>,
  asked: AskedAgain,
): Promise<PutItem> {
  const { folder, title } = item
  const moved = again && to !== null ? await findMoved(session, to, mark, item) : undefined
  if (moved !== undefined) return answer(session, to!, moved, marks)
  const { uidValidity } = await examine(session, path, true)
  const uid =
    uidOfKey(item.key, folder.key, uidValidity) ?? (await underOldName(session, item, uidValidity, asked))
  if (uid === undefined)
    throw new SourceFailure(
      'item-permanent',
      'renumbered',
      `The server has numbered "${folder.name}" anew, so that "${title}" cannot be told apart there. Change it there by hand.`,
    )
  const there = await find(session, item, uid, asked)
  if (there === undefined)
    throw new SourceFailure('item-permanent', 'gone', `"${title}" is not there any more.`)
  try {
    await session.select(path)
    if (marks !== null) await session.store(NumberSet.of([uid]), 'set', wordsOver(there.words, marks))
    if (to === null) return await answer(session, { folder, path }, uid, marks)
    const [copied] = await session.move(NumberSet.of([uid]), to.path)
    // A server without UIDPLUS does not say: it is found as the one that came since.
    const now = (copied && [...copied.to][0]) ?? (await findMoved(session, to, mark, item))
    if (now === undefined)
      throw new SourceFailure('transient', 'MOVE', `The server does not say where it put "${title}".`)
    return await answer(session, to, now, marks)
  } catch (error) {
    if (error instanceof ImapFailure && error.kind === 'unsupported')
      throw new SourceFailure(
        'item-permanent',
        'unsupported',
        `The server has neither MOVE nor UIDPLUS, so "${title}" is not in "${to?.folder.name}" there. Move it by hand.`,
        { cause: error },
      )
    if (!(error instanceof ImapFailure) || !isOfMessages(error, session)) throw error
    throw new SourceFailure('item-permanent', error.code?.code ?? 'NO', error.message, { cause: error })
  }
}

/**
 * Undefined only where the server says that it is not there. One that it does not tell of is asked for a few times more. Rejects with
 * ImapFailure and SourceFailure.
 */
async function find(
  session: ImapSession,
  { key, title }: KnownItem,
  uid: number,
  asked: AskedAgain,
): Promise<ListedMessage | undefined> {
  const { listed, unreadable } = await listMessages(session, [uid])
  const cause = unreadable.get(uid)
  if (cause !== undefined)
    throw new SourceFailure(
      asked.mayBe(key) ? 'transient' : 'item-permanent',
      wordOf(cause),
      `The server does not tell of "${title}", which it may still have: ${cause.message}`,
      { ofMailbox: true, cause },
    )
  asked.clear(key)
  return listed.get(uid)
}

/** Of a folder that got another name or place, and with that another key, since its messages were listed. */
async function underOldName(
  session: ImapSession,
  item: KnownItem,
  uidValidity: number,
  asked: AskedAgain,
): Promise<number | undefined> {
  const { key, match, sizeBytes } = item
  const uid = uidOfLife(key, uidValidity)
  if (uid === undefined) return undefined
  const there = await find(session, item, uid, asked)
  if (there === undefined) return uid
  const isIt = match === null ? there.match === null && there.sizeBytes === sizeBytes : there.match === match
  return isIt ? uid : undefined
}

async function answer(
  session: ImapSession,
  { folder, path }: Place,
  uid: number,
  marks: SourceMarks | null,
): Promise<PutItem> {
  const { uidValidity } = await examine(session, path, true)
  const there = (await listMessages(session, [uid])).listed.get(uid)
  if (there === undefined)
    throw new SourceFailure('transient', 'FETCH', `A message of "${folder.name}" cannot be read again.`)
  return {
    key: keyOf({ folder: folder.key, validity: uidValidity, uid }),
    version: versionOf(there.marks),
    match: there.match,
    losses: marks === null ? [] : lostMarks(marks, there.marks),
  }
}

async function findMoved(
  session: ImapSession,
  { path }: Place,
  mark: string,
  { match }: KnownItem,
): Promise<number | undefined> {
  const next = await leastSince(session, path, mark)
  if (next === undefined || match === null) return undefined
  const found = await session.search({ key: 'numbers', numbers: SequenceSet.parse(`${next}:*`), uid: true })
  // `n:*` names the last message whatever its UID.
  const uids = [...(found.all ?? [])].filter((uid) => uid >= next)
  const { listed } = await listMessages(session, uids)
  return uids.find((uid) => listed.get(uid)?.match === match)
}
