import { ImapFailure } from '#src/clients/imap/failure.ts'
import type { ImapSession } from '#src/clients/imap/session.ts'
import type { SourceFolder } from '#src/domain/migration/source.ts'
import { isThrottled } from './failure.ts'
import { examine } from './folder-changes.ts'
import { keyOf, uidOfKey } from './item-key.ts'
import { listMessages } from './listed-message.ts'
import { presentUids } from './present-uids.ts'
import type { Lease, MailboxSessions } from './sessions.ts'

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
/** Searches of a folder that found no message, before the folder itself is named. */
const MOST_IN_VAIN = 2
/** Sessions that were left idle may have died meanwhile. */
const MOST_STALE = 5

/** Said of now, and by Yahoo of some messages for ever: the rest of what was asked for with them is not given either. */
const isUnavailable = (failure: ImapFailure) =>
  failure.kind === 'refused' && failure.code?.code === 'UNAVAILABLE' && !isThrottled(failure)

/** Whether the conversation itself ended, cannot be made out, or does not go on at the moment. */
export const isBreak = (error: unknown): error is ImapFailure =>
  error instanceof ImapFailure &&
  (error.kind === 'protocol' || error.kind === 'closed' || error.kind === 'timeout' || isUnavailable(error))

/** What happens to servers now and then. */
const mayBeChance = (failure: ImapFailure) => failure.kind === 'closed' || isUnavailable(failure)

/** What is wrong with it, and what to do. */
export function sentenceOf({ name }: SourceFolder, { uid, failure }: BreakingMessage): string {
  const what = `the message with UID ${uid} of the folder "${name}"`
  const how =
    failure.kind === 'refused'
      ? `The server says each time that it cannot give ${what}`
      : `The conversation with the server ends each time ${what} is asked for`
  const said = failure.message.replace(/[.\s]*$/, '')
  return `${how}, while it gives others: ${said}. Look at that message there, then run "landbridge migrate retry".`
}

const triedAlone = (path: string, key: string) =>
  `Asks for messages of "${path}" one at a time, as one of them ends its conversation with the server: UID ${key.slice(key.lastIndexOf('.') + 1)} now.`

/**
 * What in a mailbox breaks the conversation. Once one broke in a folder, its messages are read one at a time: one that breaks each
 * of its conversations by itself, while the server gives another one, is what cannot be had. A server that is away says nothing of any.
 */
export class BreakingMessages {
  readonly #sessions: MailboxSessions
  readonly #known = new Map<string, BreakingMessage>()
  /** By folder: how often a conversation was lost since the folder was read or listed to the end. */
  readonly #breaks = new Map<string, number>()
  /** Keys of those that broke it once by themselves. */
  readonly #doubted = new Set<string>()
  /** By folder: the message that was read last by itself. */
  readonly #readLast = new Map<string, string>()
  /** By folder: what ended its conversation last, and how often messages were looked for in vain. */
  readonly #last = new Map<string, { failure: ImapFailure; searches: number }>()
  /** Why sessions could not be opened: nothing of any folder. */
  readonly #unopened = new WeakSet<ImapFailure>()
  #searching: string | undefined

  constructor(sessions: MailboxSessions) {
    this.#sessions = sessions
  }

  /** Those that were found, by their keys. */
  get known(): ReadonlyMap<string, BreakingMessage> {
    return this.#known
  }

  /** A conversation about messages of a folder ended. */
  note({ key }: SourceFolder, error: unknown, signal: AbortSignal): void {
    if (!isBreak(error) || signal.aborted) return
    this.#breaks.set(key, (this.#breaks.get(key) ?? 0) + (mayBeChance(error) ? 1 : 2))
    this.#last.set(key, { failure: error, searches: this.#last.get(key)?.searches ?? 0 })
  }

  /** What is asked for by itself just now, and why, as a sentence; undefined: nothing. */
  get searching(): string | undefined {
    return this.#searching
  }

  /** What ended the conversation about a folder once more, though no message of it is at fault. */
  endedAgain({ key }: SourceFolder): ImapFailure | undefined {
    const last = this.#last.get(key)
    return last !== undefined && last.searches >= MOST_IN_VAIN ? last.failure : undefined
  }

  /** No message of the folder is at fault. */
  foundNone({ key }: SourceFolder): void {
    const last = this.#last.get(key)
    if (last !== undefined) this.#last.set(key, { ...last, searches: last.searches + 1 })
  }

  /** Whether the server is well but for this folder: it tells of another one, or what it answers about this one is no IMAP. */
  async isWellElsewhere(
    { others }: SearchedFolder,
    failure: ImapFailure,
    signal: AbortSignal,
  ): Promise<boolean> {
    if (this.#unopened.has(failure)) return false
    if (others.length === 0) return failure.kind === 'protocol'
    try {
      const list = async (session: ImapSession) => void (await session.search({ key: 'all' }))
      for (const other of others.slice(0, MOST_WITNESSES))
        if ((await this.inFolder(other, signal, list)) === undefined) return true
    } catch (error) {
      if (!isBreak(error)) throw error
    }
    return false
  }

  isSuspected({ key }: SourceFolder): boolean {
    return (this.#breaks.get(key) ?? 0) > 1
  }

  clear({ key }: SourceFolder): void {
    this.#breaks.delete(key)
    this.#last.delete(key)
  }

  isDoubted(key: string): boolean {
    return this.#doubted.has(key)
  }

  /** What broke may have been the server. */
  clearDoubts(): void {
    this.#doubted.clear()
  }

  /**
   * Tries each of these messages once by itself. `aside`: those that broke it while others came, which are read before more is done
   * about them; `left`: those that `find` has to look at now.
   */
  async setAside(
    at: SearchedFolder,
    keys: readonly string[],
    alone: ReadAlone,
    signal: AbortSignal,
  ): Promise<{ aside: ReadonlySet<string>; left: readonly string[] }> {
    const unknown = keys.filter((each) => !this.#known.has(each))
    const before = unknown.filter((each) => this.#doubted.has(each))
    const given = new Set<string>()
    const broke = new Set<string>()
    let unproven = 0
    for (const key of unknown) {
      if (this.#doubted.has(key)) continue
      const { failure, isGiven } = await this.#tried(at, key, 1, alone, signal)
      if (isGiven) given.add(key)
      if (failure !== undefined) {
        broke.add(key)
        this.#doubted.add(key)
      }
      unproven = failure !== undefined ? unproven + 1 : isGiven ? 0 : unproven
      if (unproven === MOST_UNPROVEN || broke.size === MOST_FOUND)
        return { aside: new Set(), left: unknown.filter((each) => !given.has(each)) }
    }
    if (given.size > 0) return { aside: broke, left: before }
    return { aside: new Set(), left: broke.size + before.length > 0 ? unknown : [] }
  }

  /** Tries each of these messages by itself and gives those that break it. Rejects with ImapFailure where the server is at fault. */
  async *find(
    at: SearchedFolder,
    keys: readonly string[],
    alone: ReadAlone,
    signal: AbortSignal,
  ): AsyncGenerator<BreakingMessage> {
    const unproven: BreakingMessage[] = []
    let isAlone = true
    let found = 0
    for (const key of keys.filter((each) => !this.#known.has(each))) {
      const times = this.#doubted.has(key) ? 1 : 2
      const { failure, isGiven } = await this.#tried(at, key, times, alone, signal)
      if (failure !== undefined) unproven.push(await this.#named(at, key, failure, signal))
      else if (!isGiven) isAlone = false
      const isProven = isGiven && unproven.length > 0
      if (!isProven && unproven.length < MOST_UNPROVEN) continue
      if (!isProven) await this.#prove(at, { unproven, keys, isAlone }, alone, signal)
      for await (const lost of this.#settle(at, unproven, alone, signal)) {
        found++
        yield lost
      }
      if (found >= MOST_FOUND && failure !== undefined) throw failure
    }
    if (unproven.length === 0) return
    await this.#prove(at, { unproven, keys, isAlone }, alone, signal)
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
        mayBeChance(each.failure) &&
        (await this.#tried(at, each.key, CLOSED_AGAIN, alone, signal)).failure === undefined
      if (isChance) continue
      this.#known.set(each.key, each)
      this.#doubted.delete(each.key)
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
      this.#searching = triedAlone(path, key)
      const failure = await this.inFolder(path, signal, async (session, validity) => {
        const uid = uidOfKey(key, folder.key, validity)
        isGiven = uid !== undefined && (await alone(session, uid, key, signal))
      })
      if (!isBreak(failure)) {
        this.#doubted.delete(key)
        if (isGiven) this.#readLast.set(folder.key, key)
        return { isGiven }
      }
      if (time === times) return { failure, isGiven: false }
    }
  }

  /** What went wrong over a session that was well before. Rejects with ImapFailure where there is none. */
  async inFolder(
    path: string,
    signal: AbortSignal,
    work: (session: ImapSession, validity: number) => Promise<void>,
  ): Promise<ImapFailure | undefined> {
    this.#searching ??= `Asks for less of "${path}" at a time, as its conversation with the server ends over something in it.`
    try {
      return await this.#overSession(path, signal, work)
    } finally {
      this.#searching = undefined
    }
  }

  async #overSession(
    path: string,
    signal: AbortSignal,
    work: (session: ImapSession, validity: number) => Promise<void>,
  ): Promise<ImapFailure | undefined> {
    for (let stale = 1; ; stale++) {
      const { session, giveBack } = await this.#leased(path, signal)
      let isLost = true
      let isWell = false
      try {
        session.setHurried(true)
        await session.noop()
        const { uidValidity } = await examine(session, path, false)
        isWell = true
        await work(session, uidValidity)
        isLost = false
        // All came, and the conversation ended behind it all the same.
        return session.failure
      } catch (error) {
        signal.throwIfAborted()
        if (!(error instanceof ImapFailure)) throw error
        if (isWell) return error
        if (!isBreak(error) || stale === MOST_STALE) throw error
      } finally {
        session.setHurried(false)
        giveBack(isLost)
      }
    }
  }

  async #leased(path: string, signal: AbortSignal): Promise<Lease> {
    try {
      return await this.#sessions.lease(path, signal)
    } catch (error) {
      if (error instanceof ImapFailure) this.#unopened.add(error)
      throw error
    }
  }

  async #named(
    { folder, path }: SearchedFolder,
    key: string,
    failure: ImapFailure,
    signal: AbortSignal,
  ): Promise<BreakingMessage> {
    const found: BreakingMessage = { key, uid: 0, title: '', failure }
    await this.inFolder(path, signal, async (session, validity) => {
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
      isAlone,
    }: {
      unproven: readonly BreakingMessage[]
      keys: readonly string[]
      /** None of the others was refused. */
      isAlone: boolean
    },
    alone: ReadAlone,
    signal: AbortSignal,
  ): Promise<void> {
    const suspects: ReadonlySet<string> = new Set(keys)
    const readLast = this.#readLast.get(folder.key)
    let tried = 0
    for (const place of [path, ...others]) {
      let candidates: number[] = []
      await this.inFolder(place, signal, async (session, validity) => {
        const all = await presentUids(session)
        const keyOfUid = (uid: number) => keyOf({ folder: folder.key, validity, uid })
        candidates = [...all].filter((uid) => {
          if (place !== path) return true
          const key = keyOfUid(uid)
          return key !== readLast && !(suspects.has(key) || this.#known.has(key))
        })
        const last = place === path && readLast !== undefined && uidOfKey(readLast, folder.key, validity)
        // It was given before.
        if (last && all.has(last)) candidates.push(last)
      })
      for (const uid of candidates.slice(-(MOST_WITNESSES - tried))) {
        tried++
        let isGiven = false
        await this.inFolder(place, signal, async (session) => {
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
