import { ImapFailure } from '#src/clients/imap/failure.ts'
import type { ImapSession } from '#src/clients/imap/session.ts'
import type { PutItem, ReturnOrder, SourceFolder, SourceItem } from '#src/domain/migration/source.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { findField, parseFields } from '#src/formats/header/fields.ts'
import { SequenceSet } from '#src/wire/imap/sequence-set.ts'
import { examine } from './folder-changes.ts'
import { keyOf } from './item-key.ts'
import { isOfMessages, listMessages } from './listed-message.ts'
import { lostMarks, marksOf, versionOf, wordsOf } from './marks.ts'

/** Header that is looked at for the Message-ID. */
const HEADER_BYTES = 64 * 1024

/** Where a folder stands: what comes into it from now on has at least this UID. Rejects with ImapFailure. */
export async function markFolder(session: ImapSession, path: string): Promise<string> {
  const { UIDVALIDITY = 0, UIDNEXT = 1 } = await session.status(path, ['UIDVALIDITY', 'UIDNEXT'])
  return `${UIDVALIDITY} ${UIDNEXT}`
}

/**
 * The least UID of what came into a folder since a mark; undefined where that cannot be told any more. The folder is open then. Courier
 * gives an INBOX that never held anything another UIDVALIDITY each second: all that is in it came since. Rejects with ImapFailure.
 */
export async function leastSince(
  session: ImapSession,
  path: string,
  mark: string,
): Promise<number | undefined> {
  const [validity, next] = mark.split(' ').map(Number) as [number, number]
  const { uidValidity } = await examine(session, path, true)
  return uidValidity === validity || next === 1 ? next : undefined
}

/** Where a folder is to lie: its name, and the whole name of the one above it. */
type FolderPlace = { name: string; above: string | null; isTop: boolean }

const notDone = (name: string, code: string, why: string, cause?: unknown) =>
  new SourceFailure('item-permanent', code, `The folder "${name}" is not made: ${why}`, { cause })

/** Its whole name; SourceFailure `item-permanent` where nothing can be called that. Rejects with ImapFailure. */
async function pathTo(session: ImapSession, { name, above, isTop }: FolderPlace): Promise<string> {
  const [{ prefix, delimiter } = { prefix: '', delimiter: null }] = (await session.namespaces()).personal
  if (delimiter !== null && name.includes(delimiter))
    throw notDone(
      name,
      'CANNOT',
      `its name has a "${delimiter}", which stands between the names of folders there.`,
    )
  if (!isTop && (above === null || delimiter === null))
    throw notDone(name, 'CANNOT', 'nothing can lie below its parent.')
  return isTop ? `${prefix}${name}` : `${above}${delimiter}${name}`
}

/**
 * Makes a folder with CREATE and subscribes to it; answers its whole name. Rejects with ImapFailure, and SourceFailure
 * `item-permanent` for one that is not made.
 */
export async function makeFolder(
  session: ImapSession,
  { kind, ...place }: FolderPlace & { kind: string },
): Promise<string> {
  if (kind !== 'message') throw notDone(place.name, 'not-mail', 'IMAP holds mail alone.')
  const path = await pathTo(session, place)
  try {
    await session.create(path)
    await session.subscribe(path)
  } catch (error) {
    if (!(error instanceof ImapFailure) || !isOfMessages(error, session)) throw error
    if (error.code?.code === 'ALREADYEXISTS') return path
    throw notDone(place.name, error.code?.code ?? 'NO', error.message, error)
  }
  return path
}

/**
 * Gives a folder, with those below it, another whole name with RENAME; answers that. Rejects with ImapFailure, and SourceFailure
 * `item-permanent` for one that cannot have it.
 */
export async function renameFolder(
  session: ImapSession,
  { from, ...place }: FolderPlace & { from: string | null },
): Promise<string> {
  if (from === null)
    throw notDone(place.name, 'CANNOT', 'what is there now is no folder that can be renamed.')
  const path = await pathTo(session, place)
  try {
    const subscribed = await subscribedFrom(session, from)
    await session.rename(from, path)
    // Servers leave subscriptions under the old names (RFC 9051 §6.3.6).
    for (const name of subscribed) {
      await session.subscribe(path + name.slice(from.length))
      // Some take no word about a name that is not there any more, and forget it by themselves.
      await session.unsubscribe(name).catch((error: unknown) => {
        if (!isOfMessages(error, session)) throw error
      })
    }
  } catch (error) {
    if (!(error instanceof ImapFailure) || !isOfMessages(error, session)) throw error
    throw notDone(place.name, error.code?.code ?? 'NO', error.message, error)
  }
  return path
}

/** SUBSCRIBE or UNSUBSCRIBE. Rejects with ImapFailure, and SourceFailure `item-permanent` where it is refused. */
export async function subscribeTo(
  session: ImapSession,
  { name, path, subscribed }: { name: string; path: string; subscribed: boolean },
): Promise<void> {
  try {
    await (subscribed ? session.subscribe(path) : session.unsubscribe(path))
  } catch (error) {
    if (!(error instanceof ImapFailure) || !isOfMessages(error, session)) throw error
    const why = `The subscription of "${name}" is as it was: ${error.message}`
    throw new SourceFailure('item-permanent', error.code?.code ?? 'NO', why, { cause: error })
  }
}

/** A folder and those below it, as far as they are subscribed. */
async function subscribedFrom(session: ImapSession, path: string): Promise<readonly string[]> {
  const listed = await session.folders({ patterns: [`${path}*`], subscribedOnly: true })
  const isIt = (name: string, delimiter: string | null) =>
    name === path || (delimiter !== null && name.startsWith(path + delimiter))
  return listed.flatMap(({ name, delimiter }) => (isIt(name, delimiter) ? name : []))
}

/**
 * Puts a message back with APPEND: its octets, its marks and when it came. One that may be there already is looked for by its
 * Message-ID, and without one by its size, among what came since the mark. Rejects with ImapFailure and SourceFailure.
 */
export async function putBack(
  session: ImapSession,
  { folder, path }: { folder: SourceFolder; path: string },
  item: SourceItem,
  { mark, again }: ReturnOrder,
  signal: AbortSignal,
): Promise<PutItem> {
  const { message, title } = item
  if (item.class !== 'message' || message === null)
    throw new SourceFailure('item-permanent', 'not-mail', `IMAP holds mail alone, and no ${item.class}.`)
  const { sizeBytes } = message
  if (sizeBytes === null) throw new Error('A stored message has a size')
  const known = again ? await findSince(session, { path, mark, item }, signal) : undefined
  const uid = known ?? (await append())
  if (uid === undefined)
    throw new SourceFailure('transient', 'APPEND', `The server does not say where it put "${title}".`)
  const { uidValidity } = await examine(session, path, true)
  const listed = (await listMessages(session, [uid])).listed.get(uid)
  const marks = listed?.marks ?? marksOf(wordsOf(item))
  return {
    key: keyOf({ folder: folder.key, validity: uidValidity, uid }),
    version: versionOf(marks),
    match: listed?.match ?? null,
    losses: lostMarks(item, marks),
  }

  async function append(): Promise<number | undefined> {
    try {
      await leaveReadOnly(session)
      const appended = await session.append(path, {
        flags: wordsOf(item),
        date: { epochMs: item.receivedAt, zoneMinutes: 0 },
        sizeBytes: sizeBytes!,
        content: () => message!.open(signal),
      })
      // A server without UIDPLUS does not say: it is found as the one that came since.
      return appended?.uids[0] ?? (await findSince(session, { path, mark, item }, signal))
    } catch (error) {
      // RFC 9208 §4.1.2: with APPEND it is the quota of the mailbox.
      if (error instanceof ImapFailure && error.code?.code === 'OVERQUOTA')
        throw new SourceFailure('no-room', 'OVERQUOTA', error.message, { cause: error })
      if (
        !(error instanceof ImapFailure) ||
        error.code?.code === 'TRYCREATE' ||
        !isOfMessages(error, session)
      )
        throw error
      throw new SourceFailure('item-permanent', error.code?.code ?? 'NO', error.message, { cause: error })
    }
  }
}

/** Courier puts nothing into a folder that the session has open read only. CLOSE removes nothing from such a one (RFC 9051 section 6.4.1). */
async function leaveReadOnly(session: ImapSession): Promise<void> {
  if (session.selected?.readOnly === true)
    await session.unselect({ expunge: !session.capabilities.has('UNSELECT') })
}

async function findSince(
  session: ImapSession,
  { path, mark, item }: { path: string; mark: string; item: SourceItem },
  signal: AbortSignal,
): Promise<number | undefined> {
  const next = await leastSince(session, path, mark)
  if (next === undefined) return undefined
  const since = { key: 'numbers', numbers: SequenceSet.parse(`${next}:*`), uid: true } as const
  const id = await messageIdOf(item, signal)
  const found = await session.search(
    id === undefined ? since : { key: 'and', and: [since, { key: 'header', name: 'Message-ID', text: id }] },
  )
  // `n:*` names the last message whatever its UID.
  const uids = [...(found.all ?? [])].filter((uid) => uid >= next)
  const { listed, unreadable } = await listMessages(session, uids)
  const { sizeBytes } = item.message!
  // Exchange's RFC822.SIZE is an estimate, so it tells only where nothing else does.
  return uids.find((uid) => {
    const there = listed.get(uid)
    // Its Message-ID was found, whatever else the server tells of it.
    if (id !== undefined && unreadable.has(uid)) return true
    return there && (id !== undefined || (there.sizeBytes ?? sizeBytes) === sizeBytes)
  })
}

async function messageIdOf({ message }: SourceItem, signal: AbortSignal): Promise<string | undefined> {
  const header: Uint8Array[] = []
  let held = 0
  for await (const piece of message!.open(signal)) {
    header.push(Uint8Array.from(piece))
    held += piece.length
    if (held >= HEADER_BYTES) break
  }
  return findField(parseFields(Buffer.concat(header)), 'message-id')?.trim() || undefined
}
