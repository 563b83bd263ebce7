import type { SourceFolder } from '../../source.ts'
import { SET_ASIDE, SourceFailure } from '../../source-failure.ts'
import type { LedgerFolder, LedgerItem } from '../../store.ts'
import { commit, type PassRun } from '../ledger/page-run.ts'
import { LONGEST_NAP_MS } from '../project/retry.ts'
import { atFaultWords, ENDED_SERVICE } from '../project/unclean-ends.ts'
import { requireAsPlanned } from './as-planned.ts'
import type { WantedItem } from './read-items.ts'

/** Why an item could not be had; `asked`: how often in this attempt, absent: once. */
export type Failed = {
  failure: SourceFailure
  title: string
  receivedAt?: number | undefined
  asked?: number | undefined
}

/** How often one was asked for by now, with the runs of its pass in which it was held back. */
const askedFor = ({ row }: WantedItem, { asked = 1 }: Failed, attempt: number): number =>
  (row?.state === 'pending' ? row.attempts : 0) + attempt - 1 + asked

/** Lists what cannot be had with its code and subject. */
export async function leaveBehind(
  run: PassRun,
  folder: LedgerFolder,
  wanted: ReadonlyMap<string, WantedItem>,
  given: ReadonlyMap<string, Failed>,
  attempt: number,
): Promise<void> {
  if (given.size === 0) return
  await commit(run, async (writer, counts) => {
    const { migration } = writer
    await requireAsPlanned(run, writer, new Map([...given.keys()].map((key) => [key, wanted.get(key)!.row])))
    for (const [key, failed] of given) {
      const { failure } = failed
      const one = wanted.get(key)!
      const { row } = one
      // Gone between the list and the reading: the next delta would say so too.
      if (failure.code === 'gone' && row?.item == null) {
        if (row) {
          counts.put(row, undefined)
          await migration.removeLedgerItem(run.at, row.source, row.key)
        }
        continue
      }
      const after: LedgerItem = {
        ...rowOf(run, folder, one, failed, attempt),
        state: 'skipped',
        losses: [{ property: 'item', reason: failure.message, weight: 'content' }],
      }
      counts.put(row, after)
      await migration.putLedgerItem(run.at, after)
    }
  })
}

/**
 * Of items that failed, those that their server wants asked for later, and nothing else, are noted, and asked for again when all the
 * others of the mailbox were (`PassRun.held`); which were asked for often enough are left behind. Answers the others.
 */
export async function holdBack(
  run: PassRun,
  folder: LedgerFolder,
  left: ReadonlyMap<string, WantedItem>,
  failures: ReadonlyMap<string, Failed>,
  attempt: number,
): Promise<Map<string, WantedItem>> {
  const others = new Map(left)
  const late = new Map<string, Failed>()
  const held: LedgerItem[] = []
  for (const [key, wanted] of left) {
    const failed = failures.get(key)!
    const { kind, backOffMs, message } = failed.failure
    if (kind !== 'throttled' || backOffMs === null || backOffMs <= LONGEST_NAP_MS) continue
    others.delete(key)
    if (askedFor(wanted, failed, attempt) >= run.settings.itemAttempts) {
      late.set(key, failed)
      continue
    }
    held.push({ ...rowOf(run, folder, wanted, failed, attempt), state: 'pending', losses: [] })
    const until = run.lane.clock.now() + backOffMs
    if (until > (run.held?.until ?? 0)) run.held = { until, message }
  }
  await leaveBehind(run, folder, left, late, attempt)
  await noteWaiting(run, left, held)
  return others
}

/** Rows of items that wait in the ledger, in place of those that were there as they were `wanted`. */
async function noteWaiting(
  run: PassRun,
  wanted: ReadonlyMap<string, WantedItem>,
  rows: readonly LedgerItem[],
): Promise<void> {
  if (rows.length === 0) return
  await commit(run, async (writer, counts) => {
    await requireAsPlanned(run, writer, new Map(rows.map(({ key }) => [key, wanted.get(key)!.row])))
    for (const after of rows) {
      counts.put(wanted.get(after.key)!.row, after)
      await writer.migration.putLedgerItem(run.at, after)
    }
  })
}

/**
 * Items that ended the conversation with the source by themselves wait in the ledger, so that their tries count over restarts. Answers
 * what was wanted, with their rows.
 */
export async function noteAside(
  run: PassRun,
  folder: LedgerFolder,
  left: ReadonlyMap<string, WantedItem>,
  failures: ReadonlyMap<string, Failed>,
  attempt: number,
): Promise<Map<string, WantedItem>> {
  const noted = new Map(left)
  const isAside = ({ change: { key }, row }: WantedItem) =>
    row?.item == null && failures.get(key)?.failure.code === SET_ASIDE
  const rows: LedgerItem[] = []
  for (const wanted of left.values()) {
    if (!isAside(wanted)) continue
    const { change, row } = wanted
    const failed = failures.get(change.key)!
    const after: LedgerItem = {
      ...rowOf(run, folder, wanted, failed, attempt),
      ...{ state: 'pending', losses: [] },
    }
    rows.push(after)
    // Tries of this run are counted by `attempt`.
    const before = row?.state === 'pending' ? row.attempts : 0
    noted.set(change.key, { ...wanted, row: { ...after, attempts: before } })
  }
  await noteWaiting(run, left, rows)
  return noted
}

/** What the process ended over, each time that nothing else was asked for, is left behind unasked. Answers the others. */
export async function leaveAtFault(
  run: PassRun,
  { name }: Pick<SourceFolder, 'name'>,
  folder: LedgerFolder,
  wanted: ReadonlyMap<string, WantedItem>,
): Promise<ReadonlyMap<string, WantedItem>> {
  const others = new Map(wanted)
  for (const [key, { change, row }] of wanted) {
    const known = run.careful?.atFault(key)
    if (known === undefined) continue
    const failure = new SourceFailure('item-permanent', ENDED_SERVICE, atFaultWords(known, name))
    const failed = {
      failure,
      title: '',
      receivedAt: change.receivedAt ?? row?.receivedAt,
      asked: known.times,
    }
    await leaveBehind(run, folder, wanted, new Map([[key, failed]]), 1)
    await run.careful?.left()
    others.delete(key)
  }
  return others
}

/** One that was tried once only is tried once more, however often items are. */
const LEAST_TRIES = 2

/**
 * What ended the conversation in earlier runs is left behind unasked once it did so often enough. Asking for the others is noted before
 * it is done: a run that is ended over one has counted. Answers what is to be asked for.
 */
export async function countTries(
  run: PassRun,
  wanted: ReadonlyMap<string, WantedItem>,
): Promise<Map<string, WantedItem>> {
  const open = new Map(wanted)
  const rows = [...wanted.values()].flatMap(({ row }) =>
    row?.state === 'pending' && row.code === SET_ASIDE ? row : [],
  )
  if (rows.length === 0) return open
  await commit(run, async ({ migration }, counts) => {
    for (const row of rows) {
      const isOver = row.attempts >= Math.max(LEAST_TRIES, run.settings.itemAttempts)
      const after: LedgerItem = isOver ? givenUp(row) : { ...row, attempts: row.attempts + 1 }
      if (isOver) open.delete(row.key)
      counts.put(row, after)
      await migration.putLedgerItem(run.at, after)
    }
  })
  return open
}

function givenUp(row: LedgerItem): LedgerItem {
  const problem = `${row.problem} So it was ${row.attempts} times, also after the service was started anew. Where other mailboxes of that server break off too, the line to it is at fault; else look at that message there. Then run "landbridge migrate retry".`
  const losses: LedgerItem['losses'] = [{ property: 'item', reason: problem, weight: 'content' }]
  return { ...row, state: 'skipped', code: 'not-answered', problem, losses }
}

function rowOf(
  run: PassRun,
  folder: LedgerFolder,
  wanted: WantedItem,
  failed: Failed,
  attempt: number,
): Omit<LedgerItem, 'state' | 'losses'> {
  const { change, row } = wanted
  const { failure, title, receivedAt = row?.receivedAt } = failed
  return {
    source: run.member.source,
    key: change.key,
    folder: folder.no,
    item: row?.item ?? null,
    version: change.version,
    match: change.match,
    attempts: askedFor(wanted, failed, attempt),
    modseq: row?.modseq ?? 0,
    listing: folder.listing,
    pass: run.pass,
    sizeBytes: change.sizeBytes ?? 0,
    hash: row?.hash ?? null,
    title: title || row?.title || '',
    receivedAt,
    code: failure.code,
    problem: failure.message,
  }
}
