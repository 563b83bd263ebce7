import type { FolderNo } from '../../../mailbox/item.ts'
import type { Writer } from '../../../store.ts'
import type { LedgerFolder, LedgerFolderNo, LedgerItem } from '../../store.ts'
import { isHidden } from '../folders/hidden-folders.ts'
import { isUnread } from '../folders/unread-folders.ts'
import { deletedHere, keptHere, lookHere } from '../ledger/look-here.ts'
import { type CountsChange, commit, type PassRun } from '../ledger/page-run.ts'
import { stillAsListed } from './as-planned.ts'
import { LookAlikes } from './look-alikes.ts'

/** Rows that one look at the ledger brings, and that one transaction settles. */
const ROWS = 200

type Places = {
  /** Folders here in which items are deleted ones. */
  buried: ReadonlySet<FolderNo>
  /** Keys of the source's folders for what is deleted. */
  binned: ReadonlySet<string>
}

/**
 * What was named as gone, once every folder was seen. It moved, where its content came up elsewhere; else it was deleted, which
 * is done here too when that is wanted, nobody changed it here, and we wrote it. What lies in the recoverable area here is left to
 * its time. What came with another project in a folder that this one never named stays, as it may not be among what this one asks
 * its source for; so does what may only be hidden, and what was hidden in a folder that is shown again and cannot be read.
 */
export async function resolveGone(run: PassRun, { buried, binned: bins }: Places): Promise<void> {
  const { store, at, member, pass, settings, copiesOnly, source } = run
  const folders = await store.migration.listLedgerFolders(at, member.source)
  const graves = new Set(folders.filter(({ target }) => buried.has(target)).map(({ no }) => no))
  const binned = new Set(folders.filter(({ key }) => bins.has(key)).map(({ no }) => no))
  const unasked = new Set(
    folders
      .filter((folder) => (folder.gone ? isOfAnother(run, folder) : isUnread(folder)) || isHidden(folder))
      .map(({ no }) => no),
  )
  const deletesIn = (folder: LedgerFolderNo) =>
    settings.deletesHere && source.lacksFolders !== true && !unasked.has(folder)
  const bin = await store.mailboxes.findFolder(at, { distinguished: 'recoverableitemsdeletions' })
  for (let after: string | null = null; ; ) {
    const page = await store.migration.listLedgerItems(at, {
      state: 'gone',
      troubled: true,
      after,
      limit: ROWS,
    })
    // Those of earlier passes were judged then; deletions that are allowed since are done now. Some are for the next pass (`judgedIn`).
    const rows = page.rows.filter(
      (row) =>
        row.source === member.source &&
        row.pass <= pass &&
        ((settings.deletesHere && !copiesOnly) || row.pass === pass),
    )
    if (rows.length > 0 && copiesOnly)
      await commit(run, async (writer, counts) => {
        const lots = new LookAlikes(writer.migration, at)
        for (const row of await stillAsListed(run, writer, rows))
          await oneOfMoved({ run, writer, counts, lots, graves, binned }, row)
      })
    else if (rows.length > 0)
      await commit(run, async (writer, counts) => {
        const lots = new LookAlikes(writer.migration, at)
        for (const row of await stillAsListed(run, writer, rows)) {
          const here = await lookHere(writer, at, row)
          if (here !== 'ours' && (await oneOfMoved({ run, writer, counts, lots, graves, binned }, row)))
            continue
          if (here === 'changed') {
            const kept = {
              ...keptHere(row),
              problem: 'It was changed here and deleted at the source. It stays.',
            }
            counts.put(row, kept)
            await lots.put(kept)
            await writer.migration.putLedgerItem(at, kept)
            continue
          }
          const became = row.paired === true ? undefined : whatItBecame(row, await lots.of(row))
          if (here === 'ours') {
            const deletes = deletesIn(row.folder)
            const [item] = await writer.mailboxes.getItems(at, [row.item!])
            const isBuried = item?.deletedFrom !== null
            // Deleted there, and known as what came up in the recoverable area: that is no move as people see it.
            if (became !== undefined && graves.has(became.folder) && !deletes && !isBuried) continue
            if (row.paired === true || became !== undefined)
              await writer.mailboxes.removeItems(at, [row.item!])
            else if (deletes && !isBuried) await intoBin(writer, at, row, bin?.no)
            else if (!isBuried) continue
          }
          if (became !== undefined) {
            const after = { ...became, paired: true }
            await lots.put(after)
            await writer.migration.putLedgerItem(at, after)
          }
          counts.put(row, undefined)
          await lots.remove(row)
          await writer.migration.removeLedgerItem(at, row.source, row.key)
        }
      })
    if (page.next === null) return
    after = page.next
  }
}

/**
 * What came up since and looks like it, each for one that went: of its body where that is known of both, and never what has the
 * body of another that went.
 */
function whatItBecame(row: LedgerItem, twins: readonly LedgerItem[]): LedgerItem | undefined {
  const came = twins.filter(
    (twin) => twin.item !== null && twin.state === 'copied' && twin.paired !== true && cameSince(row, twin),
  )
  const others = twins.filter(({ key, state, paired }) => key !== row.key && state === 'gone' && !paired)
  const taken = new Set(others.map(({ hash }) => hash))
  return (
    came.find(({ hash }) => hash === row.hash) ??
    came.find(({ hash }) => !taken.has(hash) && !areOfTwoBodies(hash, row.hash))
  )
}

/** Digests of two forms say nothing of each other (`BodyDigest`). */
const areOfTwoBodies = (one: string | null, other: string | null): boolean =>
  one !== null && other !== null && one.length === other.length && one !== other

/**
 * Whether a twin came up after the one that went was seen last: with this pass, or in a folder that the pass before went through
 * later. Two that lay in one folder are two.
 */
const cameSince = (went: LedgerItem, twin: LedgerItem): boolean =>
  twin.pass >= went.pass ||
  (twin.pass === went.pass - 1 && twin.folder !== went.folder && twin.item! > went.item!)

/** Whether another project brought the folder, and this one has never seen it. */
export const isOfAnother = ({ origin }: PassRun, { from }: LedgerFolder): boolean =>
  from !== undefined && from.project !== origin.project

type Moved = {
  run: PassRun
  writer: Writer
  counts: CountsChange
  lots: LookAlikes
  graves: ReadonlySet<LedgerFolderNo>
  binned: ReadonlySet<LedgerFolderNo>
}

/**
 * What moved there, to a folder that was looked at before the one that it went from, lies here twice by now, both of the same body: one
 * of the two goes, the old one, or the one that came where somebody here has changed or deleted the old one, or where it was deleted
 * there after the flip. False: it did not move, or nobody can tell.
 */
async function oneOfMoved(
  { run, writer, counts, lots, graves, binned }: Moved,
  row: LedgerItem,
): Promise<boolean> {
  const { at, copiesOnly } = run
  const { mailboxes, migration } = writer
  const became = row.hash === null ? undefined : sameThatCame(row, await lots.of(row))
  if (became === undefined || graves.has(became.folder)) return false
  const here = await lookHere(writer, at, row)
  // Taken out of what is deleted there, it is wanted again.
  if (here === 'deleted' && (binned.has(row.folder) || graves.has(row.folder))) return false
  let after: LedgerItem = { ...became, paired: true }
  if (here !== 'ours' || (copiesOnly && binned.has(became.folder))) {
    if ((await lookHere(writer, at, became)) !== 'ours') return false
    if (here === 'deleted') after = { ...(await deletedHere(writer, at, after)), modseq: row.modseq }
    else after = { ...after, item: row.item, modseq: row.modseq }
    await mailboxes.removeItems(at, [became.item!])
    if (here === 'changed') after = keptHere(after)
  } else await mailboxes.removeItems(at, [row.item!])
  counts.put(became, after)
  await lots.put(after)
  await migration.putLedgerItem(at, after)
  counts.put(row, undefined)
  await lots.remove(row)
  await migration.removeLedgerItem(at, row.source, row.key)
  return true
}

/** Of what came up since, one with its body, which is no other one's: `confirmCopies` pairs both of a move. */
const sameThatCame = (row: LedgerItem, twins: readonly LedgerItem[]): LedgerItem | undefined =>
  twins.find(
    (twin) =>
      twin.key !== row.key &&
      twin.item !== null &&
      twin.state === 'copied' &&
      twin.hash === row.hash &&
      (twin.paired === true) === (row.paired === true) &&
      cameSince(row, twin),
  )

async function intoBin(
  { mailboxes }: Parameters<typeof lookHere>[0],
  at: PassRun['at'],
  row: LedgerItem,
  bin: FolderNo | undefined,
): Promise<void> {
  if (bin === undefined) await mailboxes.removeItems(at, [row.item!])
  else await mailboxes.moveItems(at, { items: [row.item!], to: bin })
}
