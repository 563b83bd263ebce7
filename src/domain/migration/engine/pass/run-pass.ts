import { isDeepStrictEqual } from 'node:util'
import { Refusal } from '../../../refusal.ts'
import type { ChangePage, SourceFolder } from '../../source.ts'
import { SourceFailure } from '../../source-failure.ts'
import type { LedgerFolder, LedgerItem } from '../../store.ts'
import { isAsMarked, markedAfter } from '../folders/folder-marks.ts'
import { FolderPages } from '../folders/folder-pages.ts'
import { isHidden, isKeptFromUs, withHidden } from '../folders/hidden-folders.ts'
import { type MappedFolder, mapFolders } from '../folders/map-folders.ts'
import { madeFor, type UnmadeFolders } from '../folders/unmade-folders.ts'
import { asRead, isUnread, leftUnread } from '../folders/unread-folders.ts'
import { binnedKeys } from '../ledger/binned.ts'
import { commit, type PassRun } from '../ledger/page-run.ts'
import { LanePostponed } from '../project/retry.ts'
import { copyPage } from './copy-page.ts'
import { confirmCopies, readPending } from './pending-items.ts'
import { isOfAnother, resolveGone } from './resolve-gone.ts'

/** Rows that one look at the ledger brings, and that one transaction settles. */
const ROWS = 200
/** Folders without changes of which something is to be noted, in one transaction; who is cut off asks for so many once more. */
const QUIET_FOLDERS = 20
/** The same of those that are as they were: a pass in which nothing changed writes nothing of its folders, unless they are many. */
const IDLE_FOLDERS = 500
/** As many folders as a source may have. */
const MOST_FOLDERS = 100_000

/**
 * Goes once through everything of a mailbox: its folders, what changed in each, then what is gone. It may end at any point and
 * be run again under the same number: what is settled is passed over. Answers the folders as they were when it began. Throws as
 * `copyPage`.
 */
export async function runPass(run: PassRun): Promise<readonly SourceFolder[]> {
  const sources = await run.lane.call(async (signal) => {
    const folders: SourceFolder[] = []
    for await (const folder of run.source.folders(signal)) {
      if (folders.push(folder) > MOST_FOLDERS)
        throw new Error(`The mailbox has more than ${MOST_FOLDERS} folders`)
    }
    return folders
  })
  const listedAt = run.lane.clock.now()
  await noteSize(run, sources)
  const open = await run.store.migration.unsettledStates(run.at)
  const folders = await mapFolders(run, sources, { makesAll: !run.copiesOnly })
  const { mapped, gone, buried, hasGone, unmade } = folders
  if (open.has('pending')) await readPending(run, folders, { copies: false })
  const left = mapped.filter(({ folder }) => folder.pass < run.pass)
  const pages = new FolderPages(run)
  const quiet = new Noted(run, unmade, QUIET_FOLDERS)
  const idle = new Noted(run, unmade, IDLE_FOLDERS)
  let isUnsettled = open.has('pending')
  const binned = binnedKeys(sources)
  try {
    // What is to be read again may have been left by a list that broke off.
    const looks = { asksAll: run.asksAll || open.has('pending'), listedAt }
    const sorted = Object.groupBy(left, (each) => whatOf(run, each, looks))
    const { asked = [], idle: still = [], marked = [] } = sorted
    const passed = [...still, ...marked]
    run.done.unasked = passed.filter(({ at }) => at.items !== 0).length
    for (const { folder } of passed) await idle.add({ ...folder, pass: run.pass })
    for (const [index, each] of asked.entries()) {
      const after = asked.slice(index, index + 5).map(({ at, folder: { cursor } }) => ({ at, cursor }))
      pages.beginAll(after)
      const unchanged = await copyFolder(run, pages, each, {
        buries: buried.has(each.folder.target),
        isBin: binned.has(each.at.key),
        ...{ listedAt, unmade },
      })
      if (unchanged === null) isUnsettled = true
      else await (isAsNoted(each.folder, unchanged) ? idle : quiet).add(unchanged)
    }
    await quiet.all()
  } finally {
    await pages.close()
  }
  if (await sweepGoneFolders(run, gone)) isUnsettled = true
  waitForHeld(run)
  if (isUnsettled) {
    await confirmCopies(run)
    await readPending(run, folders, { copies: true })
    waitForHeld(run)
  }
  if (isUnsettled || open.has('gone')) await resolveGone(run, { buried, binned })
  if (hasGone && run.settings.deletesHere && !run.copiesOnly) await removeEmptied(run, mapped)
  return sources
}

/** Throws `LanePostponed` where items are to be asked for again later. */
function waitForHeld({ held }: PassRun): void {
  if (held) throw new LanePostponed(held.until, 'server asked to wait', held.message)
}

/** How large the mailbox is there, for who asks when it will be done; what somebody said of it before stays. */
async function noteSize(run: PassRun, sources: readonly SourceFolder[]): Promise<void> {
  const { store, at, member } = run
  if (member.expected != null) return
  const present = await store.migration.getMember(at.organization, member.project, member.no)
  const told = sources.filter(({ sizeBytes }) => sizeBytes !== null)
  const { fileBytes } = run.source
  if (present.expected !== null || (told.length === 0 && fileBytes === undefined)) return
  const sum = (of: 'items' | 'sizeBytes') => told.reduce((total, folder) => total + (folder[of] ?? 0), 0)
  const expected = { items: sum('items'), bytes: told.length === 0 ? fileBytes! : sum('sizeBytes') }
  await commit(run, async ({ migration }) => {
    const now = await migration.getMember(at.organization, member.project, member.no)
    await migration.putMember(at.organization, { ...now, expected })
  })
}

type CopiedFolder = { buries: boolean; isBin: boolean; listedAt: number; unmade: UnmadeFolders }

/** Answers the folder as it is to be noted where nothing has changed in it, and null where that is done. */
async function copyFolder(
  run: PassRun,
  pages: FolderPages,
  each: MappedFolder,
  { listedAt, unmade, ...kind }: CopiedFolder,
): Promise<LedgerFolder | null> {
  const { at } = each
  // It may have been made again for what came below it.
  const known = unmade.asMade(each.folder)
  let folder = known
  let isTouched = false
  // After the last page with changes there may be an empty one, or none that can be had.
  const ends = async (noted: LedgerFolder): Promise<LedgerFolder | null> => {
    if (!isTouched) return noted
    await commit(run, ({ migration }) => migration.putLedgerFolder(run.at, noted))
    return null
  }
  for (;;) {
    run.lane.throwIfDraining()
    const page = await pageOf(pages, at, folder)
    if (page instanceof SourceFailure) return ends({ ...leftUnread(folder, page), pass: run.pass })
    if (page.more) pages.begin(at, page.cursor)
    const begins = folder.cursor === null ? !folder.isListing : page.restarted
    const ended = !page.more
    // In a folder that was never listed nothing can have gone.
    const isDone = begins ? folder.listing === 0 : !folder.isListing
    if (ended && isDone && page.changes.length === 0) {
      // One that never held anything is just the parent of others.
      const read = asRead(folder, page.hidden && isHidden(folder))
      return ends({
        ...read,
        cursor: page.cursor,
        mark: markedAfter(folder, at.mark, listedAt),
        listing: Math.max(1, folder.listing),
        pass: run.pass,
      })
    }
    folder = await madeFor(run, unmade, each, folder, page.changes)
    if (begins) folder = await beginListing(run, folder)
    await copyPage(run, at, folder, page.changes, kind)
    isTouched = true
    if (ended && folder.isListing) await sweepUnlisted(run, folder)
    // Only now: everything of the page is settled. Who goes on in the middle of a list asks, whatever the mark says.
    folder = await commit(run, ({ migration }) =>
      migration.putLedgerFolder(run.at, {
        ...asRead(folder, page.hidden),
        cursor: page.cursor,
        mark: ended ? markedAfter(known, at.mark, listedAt) : undefined,
        ...(ended && { isListing: false, pass: run.pass }),
      }),
    )
    await run.careful?.gotOn()
    if (ended) return null
  }
}

/** A page, or why the source does not let this one folder be read: what is in the others comes all the same. */
async function pageOf(
  pages: FolderPages,
  at: SourceFolder,
  { cursor }: LedgerFolder,
): Promise<ChangePage | SourceFailure> {
  try {
    return await pages.next(at, cursor)
  } catch (error) {
    if (error instanceof SourceFailure && error.kind === 'item-permanent') return error
    throw error
  }
}

/** Whether it is asked for its changes; `idle`: nothing can have changed in it, `marked`: most likely nothing did. */
function whatOf(
  { source }: PassRun,
  { at, folder }: MappedFolder,
  { asksAll, listedAt }: { asksAll: boolean; listedAt: number },
): 'asked' | 'idle' | 'marked' {
  const { cursor, isListing, mark } = folder
  if (asksAll || cursor === null || isListing) return 'asked'
  if (isHidden(folder) || isUnread(folder)) return 'asked'
  if (source.isIdle?.(at, cursor) === true) return 'idle'
  return isAsMarked(mark, at.mark, listedAt) ? 'marked' : 'asked'
}

/** Whether the ledger says all of it but for the pass. */
const isAsNoted = (noted: LedgerFolder, { cursor, listing, losses, mark }: LedgerFolder): boolean =>
  noted.cursor === cursor &&
  noted.listing === listing &&
  isDeepStrictEqual(noted.mark, mark) &&
  isDeepStrictEqual(noted.losses, losses)

/** Folders that are noted together as soon as they are so many. */
class Noted {
  readonly #run: PassRun
  readonly #unmade: UnmadeFolders
  readonly #most: number
  #folders: LedgerFolder[] = []

  constructor(run: PassRun, unmade: UnmadeFolders, most: number) {
    this.#run = run
    this.#unmade = unmade
    this.#most = most
  }

  async add(folder: LedgerFolder): Promise<void> {
    this.#folders.push(folder)
    if (this.#folders.length >= this.#most) await this.all()
  }

  async all(): Promise<void> {
    if (this.#folders.length === 0) return
    const folders = this.#folders.map((folder) => this.#unmade.asMade(folder))
    this.#folders = []
    await commit(this.#run, async ({ migration }) => {
      for (const folder of folders) await migration.putLedgerFolder(this.#run.at, folder)
    })
  }
}

/** From here on what the list names gets the next number; in the end what has a lower one is gone. */
function beginListing(run: PassRun, folder: LedgerFolder): Promise<LedgerFolder> {
  return commit(run, ({ migration }) =>
    migration.putLedgerFolder(run.at, {
      ...folder,
      cursor: null,
      mark: undefined,
      listing: folder.listing + 1,
      isListing: true,
    }),
  )
}

async function sweepUnlisted(run: PassRun, folder: LedgerFolder): Promise<void> {
  if (folder.listing <= 1) return
  for (;;) {
    const rows = await run.store.migration.unlistedItems(run.at, folder.no, folder.listing, ROWS)
    if (rows.length === 0) return
    await setGone(run, rows, folder.listing)
  }
}

/** Whether there was one to sweep. */
async function sweepGoneFolders(run: PassRun, gone: readonly LedgerFolder[]): Promise<boolean> {
  let swept = false
  if (gone.length === 0) return false
  const here = new Set((await run.store.mailboxes.listFolders(run.at)).map(({ no }) => no))
  for (const folder of gone) {
    // Swept by an earlier pass: nothing came into it since.
    const isSwept = folder.cursor === null && !folder.isListing
    if (isSwept && !isHidden(folder)) continue
    const hidden = here.has(folder.target) && (await isKeptFromUs(run, folder))
    if (isSwept && hidden) continue
    swept = true
    // Earlier versions did not begin a list of what is gone.
    const listing = folder.cursor === null ? folder.listing : folder.listing + 1
    for (;;) {
      const rows = await run.store.migration.unlistedItems(run.at, folder.no, listing, ROWS)
      if (rows.length === 0) break
      await setGone(run, rows, listing)
    }
    await commit(run, ({ migration }) =>
      migration.putLedgerFolder(run.at, {
        ...withHidden(folder, hidden),
        listing,
        cursor: null,
        isListing: false,
        pass: run.pass,
      }),
    )
  }
  return swept
}

function setGone(run: PassRun, rows: readonly LedgerItem[], listing: number): Promise<void> {
  return commit(run, async ({ migration }, counts) => {
    for (const row of rows) {
      if (row.item === null && row.state !== 'deleted') {
        counts.put(row, undefined)
        await migration.removeLedgerItem(run.at, row.source, row.key)
        continue
      }
      const state = row.state === 'deleted' ? 'deleted' : 'gone'
      const after: LedgerItem = {
        ...row,
        state,
        listing,
        ...(state === 'gone' && { pass: run.pass, paired: row.state === 'gone' && row.paired }),
      }
      counts.put(row, after)
      await migration.putLedgerItem(run.at, after)
    }
  })
}

/** Folders that we made, that are gone at the source, and in which nothing is left: those below first. */
async function removeEmptied(run: PassRun, mapped: readonly MappedFolder[]): Promise<void> {
  const { store, at, member } = run
  const used = new Set(mapped.map(({ folder }) => folder.target))
  const here = new Set((await store.mailboxes.listFolders(at)).map(({ no }) => no))
  const emptied = (await store.migration.listLedgerFolders(at, member.source)).filter(
    (folder) =>
      folder.gone &&
      folder.placed !== null &&
      here.has(folder.target) &&
      !used.has(folder.target) &&
      !isOfAnother(run, folder) &&
      !isHidden(folder),
  )
  for (const { target } of emptied.toReversed()) {
    try {
      await commit(run, ({ mailboxes }) => mailboxes.deleteFolder(run.at, target))
    } catch (error) {
      // Somebody here uses it.
      if (!(error instanceof Refusal) || error.reason !== 'folder-not-empty') throw error
    }
  }
}
