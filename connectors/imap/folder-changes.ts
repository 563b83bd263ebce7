import type { SelectedMailbox } from '#src/clients/imap/select.ts'
import type { ImapSession } from '#src/clients/imap/session.ts'
import type { ChangePage, SourceChange, SourceFolder } from '#src/domain/migration/source.ts'
import { NumberSet } from '#src/wire/imap/number-set.ts'
import { blocksUpTo, type Differences, findDifferences } from './differences.ts'
import { type FolderState, formatCursor, nothingTold, parseCursor } from './folder-state.ts'
import { isCopiedFrom } from './gmail.ts'
import { keyOf } from './item-key.ts'
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

/** Tells what changed in the folders of a mailbox, page by page. Between pages of a round the differences are remembered. */
export class FolderChanges {
  readonly #rounds = new Map<string, Round>()

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
    const goesOn = remembered !== undefined && remembered.cursor === cursor
    const given = cursor === null ? nothingTold : parseCursor(cursor)
    const selected = await examine(session, path, !goesOn)
    const { uidValidity, uidsChange } = selected
    const isVoid = given === undefined || (given.validity !== null && given.validity !== uidValidity)
    const round =
      goesOn && !isVoid
        ? remembered
        : await this.#begin(session, selected, isVoid ? nothingTold : given, qresync && !uidsChange)
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
    qresync: boolean,
  ): Promise<Round> {
    const round = before.round ?? { modseq: selected.highestModseq ?? null, after: 0 }
    const state = { ...before, validity: selected.uidValidity, round }
    const differences = await findDifferences(session, selected, before, qresync)
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
    const { listed, unreadable } = await listMessages(
      session,
      uids.filter((uid) => !gone.has(uid)),
    )
    const list: SourceChange[] = []
    const [told, forgotten]: [number[], number[]] = [[], []]
    for (const uid of uids) {
      const key = keyOf({ folder: folder.key, validity, uid })
      const message = listed.get(uid)
      if (message !== undefined && isCopiedFrom(folder.role, message.labels ?? []))
        list.push(change(key, message))
      // It is read all the same, and fails by itself then.
      else if (unreadable.has(uid)) list.push({ ...unread, key })
      else if (gone.has(uid) || (message !== undefined && state.known.has(uid)))
        list.push({ kind: 'gone', key })
      if (gone.has(uid)) forgotten.push(uid)
      else if (message !== undefined || unreadable.has(uid)) told.push(uid)
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
