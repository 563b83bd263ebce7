import { ImapFailure } from '#src/clients/imap/failure.ts'
import type { ImapSession } from '#src/clients/imap/session.ts'
import type { SourceFolder } from '#src/domain/migration/source.ts'
import { examine } from './folder-changes.ts'
import { keyOf, uidOfKey } from './item-key.ts'
import { listMessages } from './listed-message.ts'
import type { MailboxSessions } from './sessions.ts'

/** A message at which the conversation ends, whenever it is asked for. */
export type BreakingMessage = { key: string; uid: number; title: string; failure: ImapFailure }

/** Where to look: a folder, and other ones that hold messages, by their whole names. */
export type SearchedFolder = { folder: SourceFolder; path: string; others: readonly string[] }

/** Reads, or lists, one message of the selected folder to its end; whether the server gave it. Rejects with ImapFailure. */
export type ReadAlone = (
  session: ImapSession,
  uid: number,
  key: string,
  signal: AbortSignal,
) => Promise<boolean>

/** Messages that break it one after the other, with none read between them, before the server itself is looked at. */
const MOST_UNPROVEN = 3
/** Found in one search; a server that breaks at more of them has another fault. */
const MOST_FOUND = 25
/** Messages that are tried to see whether the server gives any. */
const MOST_WITNESSES = 3
/** Servers close conversations by chance: a message at which that happened is tried so often again, once another was given. */
const CLOSED_AGAIN = 2
/** Sessions that were left idle may have died meanwhile. */
const MOST_STALE = 5

/** Whether the conversation itself ended, or cannot be made out. */
export const isBreak = (error: unknown): error is ImapFailure =>
  error instanceof ImapFailure &&
  (error.kind === 'protocol' || error.kind === 'closed' || error.kind === 'timeout')

/**
 * What in a mailbox breaks the conversation. Once one broke in a folder, its messages are read one at a time: one that breaks each
 * of its conversations by itself, while the server gives another one, is what cannot be had. A server that is away says nothing of any.
 */
export class BreakingMessages {
  readonly #sessions: MailboxSessions
  readonly #known = new Map<string, BreakingMessage>()
  /** By folder: how often a conversation was lost since the folder was read or listed to the end. */
  readonly #breaks = new Map<string, number>()

  constructor(sessions: MailboxSessions) {
    this.#sessions = sessions
  }

  /** Those that were found, by their keys. */
  get known(): ReadonlyMap<string, BreakingMessage> {
    return this.#known
  }

  /** A conversation about messages of a folder ended. Servers close some now and then; nothing else happens by chance. */
  note({ key }: SourceFolder, error: unknown, signal: AbortSignal): void {
    if (!isBreak(error) || signal.aborted) return
    this.#breaks.set(key, (this.#breaks.get(key) ?? 0) + (error.kind === 'closed' ? 1 : 2))
  }

  isSuspected({ key }: SourceFolder): boolean {
    return (this.#breaks.get(key) ?? 0) > 1
  }

  clear({ key }: SourceFolder): void {
    this.#breaks.delete(key)
  }

  /** Tries each of these messages by itself and gives those that break it. Rejects with ImapFailure where the server is at fault. */
  async *find(
    at: SearchedFolder,
    keys: readonly string[],
    alone: ReadAlone,
    signal: AbortSignal,
  ): AsyncGenerator<BreakingMessage> {
    const unproven: BreakingMessage[] = []
    let readLast: string | undefined
    let isAlone = true
    let found = 0
    for (const key of keys.filter((each) => !this.#known.has(each))) {
      const { failure, isGiven } = await this.#tried(at, key, 2, alone, signal)
      if (failure !== undefined) unproven.push(await this.#named(at, key, failure, signal))
      else if (isGiven) readLast = key
      else isAlone = false
      const isProven = isGiven && unproven.length > 0
      if (!isProven && unproven.length < MOST_UNPROVEN) continue
      if (!isProven) await this.#prove(at, { unproven, keys, readLast, isAlone }, alone, signal)
      for await (const lost of this.#settle(at, unproven, alone, signal)) {
        found++
        yield lost
      }
      if (found >= MOST_FOUND && failure !== undefined) throw failure
    }
    if (unproven.length === 0) return
    await this.#prove(at, { unproven, keys, readLast, isAlone }, alone, signal)
    yield* this.#settle(at, unproven, alone, signal)
  }

  async *#settle(
    at: SearchedFolder,
    unproven: BreakingMessage[],
    alone: ReadAlone,
    signal: AbortSignal,
  ): AsyncGenerator<BreakingMessage> {
    for (const each of unproven.splice(0)) {
      const isChance =
        each.failure.kind === 'closed' &&
        (await this.#tried(at, each.key, CLOSED_AGAIN, alone, signal)).failure === undefined
      if (isChance) continue
      this.#known.set(each.key, each)
      yield each
    }
  }

  /**
   * Up to so often, while it breaks: what broke the conversation over this message last. `isGiven`: it was read; neither where the server
   * refuses it, or has it no more.
   */
  async #tried(
    { folder, path }: SearchedFolder,
    key: string,
    times: number,
    alone: ReadAlone,
    signal: AbortSignal,
  ): Promise<{ failure?: ImapFailure; isGiven: boolean }> {
    let isGiven = false
    for (let time = 1; ; time++) {
      const failure = await this.#inFolder(path, signal, async (session, validity) => {
        const uid = uidOfKey(key, folder.key, validity)
        isGiven = uid !== undefined && (await alone(session, uid, key, signal))
      })
      if (!isBreak(failure)) return { isGiven }
      if (time === times) return { failure, isGiven: false }
    }
  }

  /** What went wrong over a session that was well before. Rejects with ImapFailure where there is none. */
  async #inFolder(
    path: string,
    signal: AbortSignal,
    work: (session: ImapSession, validity: number) => Promise<void>,
  ): Promise<ImapFailure | undefined> {
    for (let stale = 1; ; stale++) {
      const { session, giveBack } = await this.#sessions.lease(path, signal)
      let isLost = true
      let isWell = false
      try {
        await session.noop()
        const { uidValidity } = await examine(session, path, false)
        isWell = true
        await work(session, uidValidity)
        isLost = false
        return undefined
      } catch (error) {
        signal.throwIfAborted()
        if (!(error instanceof ImapFailure)) throw error
        if (isWell) return error
        if (!isBreak(error) || stale === MOST_STALE) throw error
      } finally {
        giveBack(isLost)
      }
    }
  }

  async #named(
    { folder, path }: SearchedFolder,
    key: string,
    failure: ImapFailure,
    signal: AbortSignal,
  ): Promise<BreakingMessage> {
    const found: BreakingMessage = { key, uid: 0, title: '', failure }
    await this.#inFolder(path, signal, async (session, validity) => {
      found.uid = uidOfKey(key, folder.key, validity) ?? 0
      found.title = (await listMessages(session, [found.uid])).listed.get(found.uid)?.subject ?? ''
    })
    return found
  }

  /** Rejects with what broke the conversation where the server gives no other message either. */
  async #prove(
    { folder, path, others }: SearchedFolder,
    {
      unproven,
      keys,
      readLast,
      isAlone,
    }: {
      unproven: readonly BreakingMessage[]
      keys: readonly string[]
      readLast: string | undefined
      /** None of the others was refused. */
      isAlone: boolean
    },
    alone: ReadAlone,
    signal: AbortSignal,
  ): Promise<void> {
    const suspects: ReadonlySet<string> = new Set(keys)
    let tried = 0
    for (const place of [path, ...others]) {
      let candidates: number[] = []
      await this.#inFolder(place, signal, async (session, validity) => {
        const { all } = await session.search({ key: 'all' })
        const keyOfUid = (uid: number) => keyOf({ folder: folder.key, validity, uid })
        candidates = [...(all ?? [])].filter((uid) => {
          if (place !== path) return true
          const key = keyOfUid(uid)
          return key === readLast || !(suspects.has(key) || this.#known.has(key))
        })
      })
      for (const uid of candidates.slice(-(MOST_WITNESSES - tried))) {
        tried++
        let isGiven = false
        await this.#inFolder(place, signal, async (session) => {
          isGiven = await alone(session, uid, '', signal)
        })
        if (isGiven) return
      }
      if (tried === MOST_WITNESSES) break
    }
    // There is nothing else in the mailbox, and the server is well but for this one.
    if (tried === 0 && unproven.length === 1 && isAlone) return
    throw unproven.at(-1)!.failure
  }
}
