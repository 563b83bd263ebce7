import { ImapFailure } from '#src/clients/imap/failure.ts'
import type { ImapSession } from '#src/clients/imap/session.ts'
import type {
  ChangePage,
  ReadItem,
  SourceFolder,
  SourceFolderGrant,
  SourceMailbox,
  SourceSettings,
} from '#src/domain/migration/source.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { AskedAgain, mayBeOpened } from './asked-again.ts'
import { BreakingMessages, isBreak, type ReadAlone, type SearchedFolder } from './breaking-messages.ts'
import { changeThere } from './change-there.ts'
import { anotherLife, doubted, lost } from './failed-items.ts'
import { notOpened } from './failure.ts'
import { examine, FolderChanges } from './folder-changes.ts'
import { grantsOf } from './folder-rights.ts'
import { parseCursor, tellsAll } from './folder-state.ts'
import {
  type NamespaceKind,
  NOTHING_LISTED,
  nameOfKey,
  type PlacedFolder,
  patternsOf,
  placeFolders,
} from './folder-tree.ts'
import { gmailFolders } from './gmail-folders.ts'
import { mayBeHidden } from './hidden-folder.ts'
import { keyUnder, uidOfKey } from './item-key.ts'
import { findLargeMessages } from './large-items.ts'
import { isOfMessages, listMessages } from './listed-message.ts'
import { lostProperties } from './lost-properties.ts'
import { isPassedOver, type ReadSizes, readMessages } from './message-reader.ts'
import { holdsMessages, lifeWas } from './renamed-folders.ts'
import { makeFolder, markFolder, putBack, renameFolder, subscribeTo } from './returns.ts'
import type { MailboxSessions } from './sessions.ts'
import { settingsLosses } from './settings-losses.ts'
import { findUnscanned } from './unscanned.ts'

/** An item of which a whole answer says nothing is asked for so often, each time on another connection. */
const MOST_ASKED = 2

export type MailboxParts = {
  /** Its address there. */
  mailbox: string
  sessions: MailboxSessions
  namespaces: readonly NamespaceKind[]
  sizes: ReadSizes
  /** Sessions that said ENABLE QRESYNC. */
  resynchronizes: (session: ImapSession) => boolean
  /** What goes wrong, as failures of a source. */
  failureOf: (error: unknown) => unknown
}

/** A mailbox on an IMAP server. Calls may overlap; each has a session of its own while it runs. */
export function imapMailbox(parts: MailboxParts): SourceMailbox {
  const { sessions, failureOf, sizes } = parts
  const breaking = new BreakingMessages(sessions)
  const changes = new FolderChanges(breaking.known)
  const again = new AskedAgain()
  let placed: Promise<readonly PlacedFolder[]> | undefined
  /** Of folders as they were listed last. */
  let counts = new Map<string, PlacedFolder['status']>()

  const inSource = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      throw failureOf(error)
    }
  }
  /** Of the server, since folders were listed last. */
  let general: { keeps?: boolean } = {}
  const list = (signal: AbortSignal) => {
    general = {}
    const listing = sessions.use(null, signal, (session) => listFolders(session, parts.namespaces))
    placed = listing
    // A failed list is asked for again.
    listing.then(
      (all) => {
        counts = new Map(all.map(({ folder, status }) => [folder.key, status]))
      },
      () => {
        if (placed === listing) placed = undefined
      },
    )
    return listing
  }
  const pathOf = async ({ key, name }: SourceFolder, signal: AbortSignal): Promise<string | null> => {
    const found = (await (placed ?? list(signal))).find(({ folder }) => folder.key === key)
    if (found !== undefined) return found.path
    throw new SourceFailure('transient', 'NONEXISTENT', `The folder "${name}" is not there any more.`)
  }

  const isOwn = parts.namespaces.every((kind) => kind === 'personal')
  const hides = (key: string, signal: AbortSignal): Promise<boolean> =>
    sessions.use(null, signal, (session) => mayBeHidden(session, { path: nameOfKey(key), isOwn, general }))

  const searched = async (
    folder: SourceFolder,
    path: string,
    signal: AbortSignal,
  ): Promise<SearchedFolder> => {
    const all = await (placed ?? list(signal))
    const others = all.flatMap((each) =>
      each.path !== null && each.path !== path && each.status?.MESSAGES !== 0 ? [each.path] : [],
    )
    return { folder, path, others }
  }
  /** Those that break the conversation when they are listed. */
  const findUnlisted = async (folder: SourceFolder, path: string, signal: AbortSignal) => {
    const listing = changes.listing(folder)
    if (!breaking.isSuspected(folder) || listing === undefined) return
    const at = await searched(folder, path, signal)
    const alone = async (session: ImapSession, uid: number) =>
      (await listMessages(session, [uid])).listed.has(uid)
    await Array.fromAsync(breaking.find(at, listing, alone, signal))
  }

  /** The same before anything is listed: where no message is at fault it is the folder, as long as the server is well elsewhere. */
  const findUncompared = async (folder: SourceFolder, path: string, signal: AbortSignal) => {
    if (!breaking.isSuspected(folder) || !changes.isComparing(folder)) return
    const at = await searched(folder, path, signal)
    try {
      const ended = breaking.endedAgain(folder)
      if (ended !== undefined) throw ended
      if (!(await findUnscanned(breaking, at, signal))) breaking.foundNone(folder)
    } catch (error) {
      signal.throwIfAborted()
      if (!isBreak(error) || !(await breaking.isWellElsewhere(at, error, signal))) throw error
      throw notOpened(folder, error)
    }
  }

  const holding = async (folder: SourceFolder, signal: AbortSignal): Promise<string> => {
    const path = await pathOf(folder, signal)
    if (path !== null) return path
    throw new SourceFailure('item-permanent', 'NOSELECT', `The folder "${folder.name}" holds no messages.`)
  }

  /** Also of one that holds no messages itself: others may lie below it. */
  const parentPath = async ({ key }: SourceFolder, signal: AbortSignal): Promise<string | null> => {
    const found = (await (placed ?? list(signal))).find(({ folder }) => folder.key === key)
    return found === undefined ? null : (found.path ?? nameOfKey(key) ?? null)
  }

  return {
    async *folders(signal) {
      for (const { folder } of await inSource(() => list(signal))) yield folder
    },

    changes: (folder, cursor, limit, signal) =>
      inSource(async () => {
        const path = await pathOf(folder, signal)
        if (path === null) return holdsNothing(cursor, await hides(folder.key, signal))
        await findUnlisted(folder, path, signal)
        await findUncompared(folder, path, signal)
        return sessions.use(path, signal, async (session) => {
          try {
            const page = await changes.page(
              session,
              { folder, path, cursor, limit },
              parts.resynchronizes(session),
            )
            breaking.clear(folder)
            again.clear(folder.key)
            return page
          } catch (error) {
            breaking.note(folder, error, signal)
            if (!isOfMessages(error, session) || error.code?.code === 'NONEXISTENT') throw error
            if (!mayBeOpened(error) || !again.mayBe(folder.key)) throw notOpened(folder, error)
            // Another connection may be let in where this one is not.
            session.destroy()
            throw notOpened(folder, error, 'transient')
          }
        })
      }),

    doing: () => breaking.searching,

    mayBeHidden: (key, signal) => inSource(() => hides(key, signal)),

    renamed: {
      lifeOf: ({ key }) => counts.get(key)?.UIDVALIDITY?.toString(),
      lifeWas,
      holds: (folder, items, signal) =>
        inSource(async () => {
          const path = await holding(folder, signal)
          return sessions.use(path, signal, (session) => holdsMessages(session, path, items))
        }),
      keyIn: ({ key }, item) => keyUnder(item, key),
    },

    isIdle: ({ key }, cursor) => {
      const status = counts.get(key)
      const state = status && parseCursor(cursor)
      return state !== undefined && tellsAll(state, status!)
    },

    async *items(folder, keys, signal) {
      const path = await inSource(() => pathOf(folder, signal))
      if (path === null) return
      const broke = (error: unknown) => {
        breaking.note(folder, error, signal)
        return failureOf(error)
      }
      for (const key of keys) if (breaking.known.has(key)) yield lost(folder, breaking.known.get(key)!)
      let aside: ReadonlySet<string> = new Set()
      if (breaking.isSuspected(folder) || keys.some((key) => breaking.isDoubted(key))) {
        const at = await inSource(() => searched(folder, path, signal))
        try {
          const alone = readAlone(sizes)
          const found = await breaking.setAside(at, keys, alone, signal)
          aside = found.aside
          for await (const each of breaking.find(at, found.left, alone, signal)) yield lost(folder, each)
        } catch (error) {
          breaking.clearDoubts()
          throw failureOf(error)
        }
      }
      let left = keys
      for (let attempt = 1; left.length > 0; attempt++) {
        const lease = await inSource(() => sessions.lease(path, signal))
        const passedOver: string[] = []
        let isWhole = false
        try {
          const { session } = lease
          const { uidValidity } = await examine(session, path, false)
          const wanted = new Map<number, string>()
          for (const key of left) {
            const uid = uidOfKey(key, folder.key, uidValidity)
            if (uid === undefined) yield { kind: 'failed', key, failure: anotherLife(folder) }
            else if (aside.has(key)) yield doubted(folder, key, uid)
            else if (!breaking.known.has(key)) wanted.set(uid, key)
          }
          for await (const read of readMessages(session, wanted, sizes)) {
            if (read.kind === 'item') yield guarded(read, broke)
            else if (attempt < MOST_ASKED && isPassedOver(read)) passedOver.push(read.key)
            else yield { ...read, attempts: attempt }
          }
          isWhole = passedOver.length === 0
          breaking.clear(folder)
        } catch (error) {
          throw broke(error)
        } finally {
          // What was asked for and not read would have to be read all the same; and on the next one it may be told.
          lease.giveBack(!isWhole)
        }
        left = passedOver
      }
    },

    largeItems: (folder, above, signal) =>
      inSource(async () => {
        const path = await pathOf(folder, signal)
        if (path === null) return []
        return sessions.use(path, signal, async (session) => {
          try {
            return await findLargeMessages(session, path, above)
          } catch (error) {
            if (!isOfMessages(error, session)) throw error
            throw notOpened(folder, error)
          }
        })
      }),

    settings: (signal) =>
      inSource(async () => {
        const folders = await (placed ?? list(signal))
        return sessions.use(null, signal, (session) => settingsOf(session, folders, parts.mailbox))
      }),

    returns: {
      mark: (folder, signal) =>
        inSource(async () => {
          const path = await holding(folder, signal)
          return sessions.use(path, signal, (session) => markFolder(session, path))
        }),
      makeFolder: ({ name, class: kind }, parent, signal) =>
        inSource(async () => {
          const above = parent && (await parentPath(parent, signal))
          const path = await sessions.use(null, signal, (session) =>
            makeFolder(session, { name, kind, above, isTop: parent === null }),
          )
          const made = (await list(signal)).find((each) => each.path === path)
          if (made !== undefined) return made.folder
          throw new SourceFailure(
            'item-permanent',
            'CREATE',
            `The folder "${name}" was made and is not listed.`,
          )
        }),
      placeFolder: (folder, { name, parent }, signal) =>
        inSource(async () => {
          const from = await pathOf(folder, signal)
          const above = parent && (await parentPath(parent, signal))
          const path = await sessions.use(null, signal, (session) =>
            renameFolder(session, { from, name, above, isTop: parent === null }),
          )
          const now = (await list(signal)).find((each) => each.path === path)
          if (now !== undefined) return now.folder
          throw new SourceFailure(
            'item-permanent',
            'RENAME',
            `The folder "${name}" was renamed and is not listed.`,
          )
        }),
      subscribe: (folder, subscribed, signal) =>
        inSource(async () => {
          const path = await holding(folder, signal)
          await sessions.use(null, signal, (session) =>
            subscribeTo(session, { name: folder.name, path, subscribed }),
          )
        }),
      put: (folder, item, how, signal) =>
        inSource(async () => {
          const path = await holding(folder, signal)
          const put = await sessions.use(path, signal, (session) =>
            putBack(session, { folder, path }, item, how, signal),
          )
          return { ...put, losses: [...put.losses, ...lostProperties(item.properties)] }
        }),
      change: (item, { marks, to, properties }, how, signal) =>
        inSource(async () => {
          const path = await holding(item.folder, signal)
          const target = to && { folder: to, path: await holding(to, signal) }
          const put = await sessions.use(path, signal, (session) =>
            changeThere(session, { item, path }, { marks, to: target }, how, again),
          )
          return { ...put, losses: [...put.losses, ...lostProperties(properties ?? {})] }
        }),
    },

    close: () => sessions.close(),
  }
}

/**
 * The server lists it as a parent of others: what a cursor may know of it went with it. Dovecot keeps the name of a
 * folder that is deleted while others lie below it (RFC 9051 section 6.3.5).
 */
const holdsNothing = (cursor: string | null, isHidden: boolean): ChangePage => ({
  changes: [],
  cursor: nothingThere,
  more: false,
  restarted: cursor !== null && cursor !== nothingThere,
  ...(isHidden && { hidden: true }),
})
/** Of a folder that no state is known of: void once the folder holds messages. */
const nothingThere = ''

/** Reads a message as it is read with others, and keeps nothing of it. */
const readAlone =
  (sizes: ReadSizes): ReadAlone =>
  async (session, uid, key, signal) => {
    let isGiven = false
    for await (const read of readMessages(session, new Map([[uid, key]]), sizes)) {
      if (read.kind !== 'item') continue
      for await (const _ of read.item.message!.open(signal)) signal.throwIfAborted()
      isGiven = true
    }
    return isGiven
  }

/** Octets that break off say so in the words of a source. */
function guarded(
  read: Extract<ReadItem, { kind: 'item' }>,
  failureOf: (error: unknown) => unknown,
): ReadItem {
  if (read.item.message === null) return read
  const { message } = read.item
  const octets = {
    sizeBytes: message.sizeBytes,
    async *open(signal: AbortSignal) {
      try {
        for await (const piece of message.open(signal)) {
          signal.throwIfAborted()
          yield piece
        }
      } catch (error) {
        throw failureOf(error)
      }
    },
  }
  return { kind: 'item', item: { ...read.item, message: octets } }
}

async function listFolders(
  session: ImapSession,
  kinds: readonly NamespaceKind[],
): Promise<readonly PlacedFolder[]> {
  const namespaces = await session.namespaces()
  const listed = await session.folders({
    patterns: patternsOf(namespaces, kinds),
    subscribed: true,
    status: ['MESSAGES', 'SIZE', 'MAILBOXID', 'UIDVALIDITY', 'HIGHESTMODSEQ'],
  })
  if (listed.length === 0 && kinds.includes('personal'))
    throw new SourceFailure(
      'transient',
      'LIST',
      `${NOTHING_LISTED} Nothing is taken for deleted. Look there whether the account may see its folders.`,
    )
  const placed = placeFolders(listed, namespaces, kinds)
  return session.capabilities.has('X-GM-EXT-1') ? gmailFolders(placed, listed) : placed
}

async function settingsOf(
  session: ImapSession,
  folders: readonly PlacedFolder[],
  owner: string,
): Promise<SourceSettings> {
  const folderGrants: SourceFolderGrant[] = []
  const untoldFolders: string[] = []
  const isTold = session.capabilities.has('ACL')
  if (isTold) {
    for (const { folder, path } of folders) {
      if (path === null) continue
      try {
        folderGrants.push(...grantsOf(folder.key, await session.acl(path), owner))
      } catch (error) {
        // Whoever may not administer a folder is not told who may use it.
        if (!(error instanceof ImapFailure) || error.kind !== 'refused') throw error
        untoldFolders.push(folder.key)
      }
    }
  }
  const losses = settingsLosses((capability) => session.capabilities.has(capability))
  const told = { folderGrants, ...(isTold && { untoldFolders }) }
  return { outOfOffice: null, rules: [], grants: [], ...told, junk: null, losses }
}
