import { ImapFailure } from '#src/clients/imap/failure.ts'
import type { SelectedMailbox } from '#src/clients/imap/select.ts'
import type { ImapSession } from '#src/clients/imap/session.ts'
import type { ChangePage, SourceChange, SourceFolder } from '#src/domain/migration/source.ts'
import { NumberSet } from '#src/wire/imap/number-set.ts'
import { blocksUpTo, type Differences, findDifferences } from './differences.ts'
import { type FolderState, formatCursor, nothingTold, parseCursor } from './folder-state.ts'
import { isCopiedFrom } from './gmail.ts'
import { keyOf, uidsOfKeys } from './item-key.ts'
import { type ListedMessage, listMessages } from './listed-message.ts'
import { versionOf } from './marks.ts'

/** A round of pages that goes on: what is left to tell, behind the cursor that was given out last. */
type Round = { cursor: string; state: FolderState; differences: Differences; left: Iterator<number> }

/** Selects a folder, read only, or leaves it selected; `anew` asks for its counts again. */
export async function examine(session: ImapSession, path: string, anew: boolean): Promise<SelectedMailbox> {
  const { selected } = session
  if (!anew && selected?.name === path) return selected
  return session.select(path, { readOnly: true, condstore: session.capabilities.has('CONDSTORE') })
}

const DAY_S = 86_400
/** Some servers leave out the first digit of the moment. */
const DIGITS = 1_000_000_000

/** UIDVALIDITY is the moment at which a server began to number a folder, at most that have no modseqs. */
const isOfToday = (uidValidity: number): boolean => {
  const awayS = Math.abs((uidValidity % DIGITS) - (Math.floor(Date.now() / 1_000) % DIGITS))
  return Math.min(awayS, DIGITS - awayS) < DAY_S
}

/**
 * Courier keeps the numbers of a folder that nobody ever opened only once it is selected: examined, it is numbered anew each second, and
 * what was listed would be of another life as it is read. EXAMINE behind it leaves it without removing anything (RFC 9051 section 6.3.2).
 */
async function keepNumbers(
  session: ImapSession,
  path: string,
  selected: SelectedMailbox,
): Promise<SelectedMailbox> {
  const { exists, uidValidity } = selected
  if (exists === 0 || session.capabilities.has('CONDSTORE') || !isOfToday(uidValidity)) return selected
  try {
    await session.select(path)
  } catch (error) {
    if (!(error instanceof ImapFailure) || error.kind !== 'refused') throw error
  }
  return examine(session, path, true)
}

/** Tells what changed in the folders of a mailbox, page by page. Between pages of a round the differences are remembered. */
export class FolderChanges {
  readonly #rounds = new Map<string, Round>()
  /** Keys of messages that are being listed, or were when the conversation ended, by their folder. */
  readonly #listing = new Map<string, readonly string[]>()
  /** Folders of which it is being found out what changed, or was when the conversation ended. */
  readonly #comparing = new Set<string>()
  /** By their keys: those that cannot be listed. */
  readonly #unlisted: Pick<ReadonlyMap<string, unknown>, 'has' | 'keys'>

  constructor(unlisted: Pick<ReadonlyMap<string, unknown>, 'has' | 'keys'>) {
    this.#unlisted = unlisted
  }

  /** Whether the conversation ended before anything of the folder was listed. */
  isComparing({ key }: SourceFolder): boolean {
    return this.#comparing.has(key)
  }

  /** What was being listed of a folder when the conversation ended; undefined where that was not so. */
  listing({ key }: SourceFolder): readonly string[] | undefined {
    return this.#listing.get(key)
  }

  /** Rejects with ImapFailure. */
  async page(
    session: ImapSession,
    {
      folder,
      path,
      cursor,
      limit,
    }: { folder: SourceFolder; path: string; cursor: string | null; limit: number },
    qresync: boolean,
  ): Promise<ChangePage> {
    const remembered = this.#rounds.get(folder.key)
    this.#rounds.delete(folder.key)
    this.#listing.delete(folder.key)
    this.#comparing.add(folder.key)
    const goesOn = remembered !== undefined && remembered.cursor === cursor
    const given = cursor === null ? nothingTold : parseCursor(cursor)
    const examined = await examine(session, path, !goesOn)
    const isKnown = goesOn || given?.validity === examined.uidValidity
    const selected = isKnown ? examined : await keepNumbers(session, path, examined)
    const { uidValidity, uidsChange } = selected
    const isVoid = given === undefined || (given.validity !== null && given.validity !== uidValidity)
    const round =
      goesOn && !isVoid
        ? remembered
        : await this.#begin(session, selected, isVoid ? nothingTold : given, {
            qresync: qresync && !uidsChange,
            unscanned: uidsOfKeys(this.#unlisted.keys(), folder.key, uidValidity),
          })
    this.#comparing.delete(folder.key)
    const uids = taken(round.left, limit)
    const changes = await this.#told(session, folder, uidValidity, round, uids)
    const more = uids.length === limit
    const state = stateBehind(round, uids, changes.known, more)
    const next = formatCursor(state)
    if (more) this.#rounds.set(folder.key, { ...round, cursor: next, state })
    return { changes: changes.list, cursor: next, more, restarted: isVoid }
  }

  async #begin(
    session: ImapSession,
    selected: SelectedMailbox,
    before: FolderState,
    how: Parameters<typeof findDifferences>[3],
  ): Promise<Round> {
    const round = before.round ?? { modseq: selected.highestModseq ?? null, after: 0 }
    const state = { ...before, validity: selected.uidValidity, round }
    const differences = await findDifferences(session, selected, before, how)
    const left = differences.changed.union(differences.gone)[Symbol.iterator]()
    return { cursor: '', state, differences, left }
  }

  async #told(
    session: ImapSession,
    folder: SourceFolder,
    validity: number,
    { state, differences: { gone } }: Round,
    uids: readonly number[],
  ): Promise<{ list: SourceChange[]; known: NumberSet }> {
    const keys = new Map(uids.map((uid) => [uid, keyOf({ folder: folder.key, validity, uid })]))
    const isUnlisted = (uid: number) => this.#unlisted.has(keys.get(uid)!)
    const present = uids.filter((uid) => !gone.has(uid) && !isUnlisted(uid))
    this.#listing.set(
      folder.key,
      present.map((uid) => keys.get(uid)!),
    )
    const { listed, unreadable } = await listMessages(session, present)
    this.#listing.delete(folder.key)
    const list: SourceChange[] = []
    const [told, forgotten]: [number[], number[]] = [[], []]
    for (const uid of uids) {
      const key = keys.get(uid)!
      const message = listed.get(uid)
      if (message !== undefined && isCopiedFrom(folder.role, message.labels ?? []))
        list.push(change(key, message))
      // It is read all the same, and fails by itself then.
      else if (unreadable.has(uid) || (isUnlisted(uid) && !gone.has(uid))) list.push({ ...unread, key })
      else if (gone.has(uid) || (message !== undefined && state.known.has(uid)))
        list.push({ kind: 'gone', key })
      if (gone.has(uid)) forgotten.push(uid)
      else if (message !== undefined || unreadable.has(uid) || isUnlisted(uid)) told.push(uid)
    }
    return { list, known: state.known.union(NumberSet.of(told)).minus(NumberSet.of(forgotten)) }
  }
}

const unread = { kind: 'item', version: '', sizeBytes: null, match: null, marks: null } as const

function change(key: string, message: ListedMessage): SourceChange {
  const { marks, sizeBytes, match, contentId, isUnproven, receivedAt, receivedIs } = message
  const came = receivedIs === 'received' && receivedAt !== null && { receivedAt }
  return {
    kind: 'item',
    key,
    version: versionOf(marks),
    sizeBytes,
    match,
    marks,
    ...came,
    ...(isUnproven && { unproven: true }),
    ...(contentId !== undefined && { contentId }),
  }
}

function stateBehind(
  { state, differences }: Round,
  uids: readonly number[],
  known: NumberSet,
  more: boolean,
): FolderState {
  const round = state.round!
  const after = uids.at(-1) ?? round.after
  if (more) {
    return { ...state, known, blocks: blocksUpTo(differences, state, after), round: { ...round, after } }
  }
  const blocks = round.modseq === null ? differences.blocks : new Map<number, string>()
  return { ...state, known, modseq: round.modseq, blocks, round: null }
}

function taken(from: Iterator<number>, limit: number): number[] {
  const some: number[] = []
  for (let next = from.next(); !next.done; next = from.next()) {
    some.push(next.value)
    if (some.length === limit) break
  }
  return some
}
