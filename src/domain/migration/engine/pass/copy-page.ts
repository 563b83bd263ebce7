import { Flag } from '../../../mailbox/item.ts'
import type { FlagChange } from '../../../mailbox/store.ts'
import type { Writer } from '../../../store.ts'
import type { SourceChange, SourceFolder } from '../../source.ts'
import type { LedgerFolder, LedgerItem } from '../../store.ts'
import { digestItems } from '../items/digest-items.ts'
import { type ChangeStep, decideChange, decideRead, seenFlag, wasDeleted } from '../ledger/decide-change.ts'
import { deletedHere, keptHere, lookHere } from '../ledger/look-here.ts'
import { type CountsChange, commit, type PassRun } from '../ledger/page-run.ts'
import { requireAsPlanned, untilAsPlanned } from './as-planned.ts'
import { lastChanges } from './last-changes.ts'
import { noTwins, TwinsOfPage } from './look-alikes.ts'
import { readItems } from './read-items.ts'
import { readMoved } from './read-moved.ts'

/** What is settled of a page in one transaction. */
const AT_ONCE = 200
/** Items, and octets of them, that are read to be compared before what they turned out to be is settled. */
const COMPARED_ITEMS = 100
const COMPARED_BYTES = 64 * 1024 * 1024

type Planned = { change: SourceChange; step: ChangeStep }
type Comparison = {
  change: Extract<SourceChange, { kind: 'item' }>
  twins: readonly LedgerItem[]
}
/** Rows as they are by now, where this page has changed them; undefined: under that key there is none any more. */
type Now = Map<string, LedgerItem | undefined>

/**
 * Settles every change of one page; those of them that are in the ledger already cost a look. `folder` is as the ledger has it;
 * `buries`: what lies in it is deleted; `isBin`: it lies among the source's deleted items.
 * Throws `Drained`, `LanePostponed`, `LeaseLost`, and `SourceFailure` that ends the mailbox; what was committed until then
 * stays, and is known when the page comes again.
 */
export const copyPage = (run: PassRun, ...page: Page): Promise<void> =>
  untilAsPlanned(run, () => settlePage(run, ...page))

type Page = [
  at: SourceFolder,
  folder: LedgerFolder,
  changes: readonly SourceChange[],
  kind: { buries: boolean; isBin: boolean },
]

async function settlePage(run: PassRun, ...[at, folder, said, { buries, isBin }]: Page): Promise<void> {
  const changes = lastChanges(said)
  const stays = buries && (!run.settings.deletesHere || run.copiesOnly)
  // Whoever empties the mailbox there, once people work here, takes nothing from them.
  const keepsPlace = stays || (isBin && run.copiesOnly)
  const { planned, taken } = await plan(run, { at, folder, isBin }, changes)
  const now: Now = new Map()
  const settleAll = async (steps: readonly Planned[]) => {
    for (let from = 0; from < steps.length; from += AT_ONCE)
      await commit(run, async (writer, counts) => {
        const some = steps.slice(from, from + AT_ONCE)
        await requireAsPlanned(run, writer, rowsOf(some, now))
        for (const { change, step } of some)
          await settle({ run, writer, counts, folder, stays, keepsPlace, now }, change, step)
      })
  }
  await settleAll(planned.filter(({ step }) => isLocal(step)))
  for (const some of comparisons(planned)) {
    const digests = await digestItems(
      run,
      at,
      some.map(({ change }) => change),
    )
    const decided = some.map(({ change, twins }): Planned => {
      const left = twins.flatMap(({ key }) => (taken.has(key) ? [] : (stateNow(now, twins, key) ?? [])))
      const step = decideRead({ twins: left, folder, isBin }, digests.get(change.key) ?? [], change.marks)
      if (step.do === 'adopt') taken.add(step.row.key)
      return { change, step }
    })
    const steps = await readMoved(run, decided)
    planned.push(...steps)
    await settleAll(steps.filter(({ step }) => isLocal(step)))
    run.lane.throwIfDraining()
  }
  const wanted = [
    ...planned.flatMap(({ change, step }) =>
      step.do === 'read' ? [{ change, row: step.row && stateNow(now, [step.row], step.row.key) }] : [],
    ),
    ...(await movedToRead(run, planned)),
  ]
  await readItems(run, at, folder, wanted as Parameters<typeof readItems>[3])
  // Last: what a listing named is what it does not sweep away.
  if (!folder.isListing) return
  const named = planned.flatMap(({ change, step }) => (step.do === 'nothing' ? [change.key] : []))
  for (let from = 0; from < named.length; from += AT_ONCE) {
    const keys = named.slice(from, from + AT_ONCE)
    await commit(run, ({ migration }) =>
      migration.noteListed(run.at, run.member.source, keys, folder.listing),
    )
  }
}

const isLocal = ({ do: what }: ChangeStep) => what !== 'read' && what !== 'nothing' && what !== 'compare'

const stateNow = (now: Now, rows: readonly LedgerItem[], key: string): LedgerItem | undefined =>
  now.has(key) ? now.get(key) : rows.find((row) => row.key === key)

/** The rows that steps go by. What comes up under a key of its own has none under that yet. */
function rowsOf(steps: readonly Planned[], now: Now): Map<string, LedgerItem | undefined> {
  const planned = new Map<string, LedgerItem | undefined>()
  for (const { change, step } of steps) {
    const row = 'row' in step ? step.row : undefined
    for (const key of new Set([change.key, ...(row === undefined ? [] : [row.key])]))
      planned.set(key, now.has(key) ? now.get(key) : row?.key === key ? row : undefined)
  }
  return planned
}

/** What is to be compared, in groups. */
function* comparisons(planned: readonly Planned[]): Generator<readonly Comparison[]> {
  let group: Comparison[] = []
  let bytes = 0
  const all = planned.flatMap(({ change, step }) =>
    step.do === 'compare' && change.kind === 'item' ? [{ change, twins: step.twins }] : [],
  )
  for (const each of all) {
    group.push(each)
    bytes += each.change.sizeBytes ?? 0
    if (group.length < COMPARED_ITEMS && bytes < COMPARED_BYTES) continue
    yield group
    group = []
    bytes = 0
  }
  if (group.length > 0) yield group
}

/** What has been moved here and is to be read again: with its row as it is by now, unless somebody here changed or deleted it. */
async function movedToRead(
  { store, at, member }: PassRun,
  planned: readonly Planned[],
): Promise<{ change: SourceChange; row: LedgerItem }[]> {
  const moved = planned.filter(({ step }) => (step.do === 'move' || step.do === 'adopt') && step.read)
  if (moved.length === 0) return []
  const keys = moved.map(({ change }) => change.key)
  const rows = await store.migration.findLedgerItems(at, member.source, keys)
  return moved.flatMap(({ change }) => {
    const row = rows.get(change.key)
    return row?.item != null && row.state === 'copied' ? [{ change, row }] : []
  })
}

async function plan(
  run: PassRun,
  { at, folder, isBin }: { at: SourceFolder; folder: LedgerFolder; isBin: boolean },
  changes: readonly SourceChange[],
): Promise<{ planned: Planned[]; taken: Set<string> }> {
  const { store, member, pass } = run
  const keys = changes.map(({ key }) => key)
  const rows = await store.migration.findLedgerItems(run.at, member.source, keys)
  const lots = new TwinsOfPage(run)
  // In the very first pass there is nothing that could have moved.
  const looksForTwins = pass > 1 || folder.listing > 1
  const planned: Planned[] = []
  /** Each known item is adopted by one new key. */
  const taken = new Set<string>()
  for (const change of changes) {
    const row = rows.get(change.key)
    const mayHaveTwins = looksForTwins && row === undefined && change.kind === 'item'
    const alike = mayHaveTwins ? await lots.of(change) : noTwins
    // Who edits a draft may leave its id, date and size as they were.
    const isSure = alike.isSure && at.role !== 'drafts'
    const twins = alike.twins.flatMap((twin) =>
      // What the page names itself is where it was.
      taken.has(twin.key) ? [] : rows.has(twin.key) ? { ...twin, listing: folder.listing } : twin,
    )
    const step = decideChange(change, { row, twins, isSure, folder, isBin })
    if (step.do === 'adopt') taken.add(step.row.key)
    planned.push({ change, step })
  }
  return { planned: [...(await readMoved(run, planned))], taken }
}

type Settling = {
  run: PassRun
  writer: Writer
  counts: CountsChange
  folder: LedgerFolder
  /** Items that go there have been deleted, and what is deleted there stays here. */
  stays: boolean
  /** What moves there stays where it is here. */
  keepsPlace: boolean
  now: Now
}

async function settle(settling: Settling, change: SourceChange, planned: ChangeStep): Promise<void> {
  const { folder, run, now } = settling
  const fresh = 'row' in planned && planned.row !== undefined ? now.get(planned.row.key) : undefined
  const step = fresh === undefined ? planned : ({ ...planned, row: fresh } as ChangeStep)
  const version = change.kind === 'item' ? change.version : undefined
  switch (step.do) {
    case 'nothing':
    case 'read':
    case 'compare':
      return
    case 'leave': {
      const listed =
        change.kind === 'item'
          ? {
              version: change.version,
              match: change.match,
              sizeBytes: change.sizeBytes ?? step.row.sizeBytes,
              folder: folder.no,
            }
          : {}
      return put(settling, step.row, { ...step.row, ...listed, listing: folder.listing })
    }
    case 'gone':
      // Resolved when the pass has seen every folder: it may have moved.
      if (step.row.state === 'gone') return
      if (step.row.item === null && step.row.state !== 'deleted') return drop(settling, step.row)
      return put(settling, step.row, {
        ...step.row,
        state: 'gone',
        pass: judgedIn(run, change, step.row),
        paired: false,
      })
    case 'seen':
      return marked(settling, step.row, seenFlag(step.seen), step.row.version)
    case 'mark': {
      const { flags, keywords } = step.marks
      return marked(settling, step.row, { set: flags, setKeywords: keywords }, version!)
    }
    case 'move':
    case 'adopt':
      return moved(settling, step.row, change, step.read ? step.row.version : version!)
    case 'copy':
      return copied(settling, step.row, change, step.isRead)
  }
}

/**
 * The pass that says what became of an item that went. What this very one has moved may lie in a folder again that it had read before:
 * the next one sees it there, if so.
 */
const judgedIn = ({ pass }: PassRun, change: SourceChange, row: LedgerItem): number =>
  row.paired === true && row.pass === pass && !(change.kind === 'gone' && change.forGood) ? pass + 1 : pass

async function put(
  { run, writer, counts, now }: Settling,
  before: LedgerItem | undefined,
  after: LedgerItem,
): Promise<void> {
  counts.put(before, after)
  if (before !== undefined && before.key !== after.key) {
    now.set(before.key, undefined)
    await writer.migration.removeLedgerItem(run.at, before.source, before.key)
  }
  now.set(after.key, after)
  await writer.migration.putLedgerItem(run.at, after)
}

async function drop({ run, writer, counts, now }: Settling, row: LedgerItem): Promise<void> {
  counts.put(row, undefined)
  now.set(row.key, undefined)
  await writer.migration.removeLedgerItem(run.at, row.source, row.key)
}

async function marked(
  settling: Settling,
  row: LedgerItem,
  change: FlagChange,
  version: string,
): Promise<void> {
  const { run, writer, folder } = settling
  const listed = { ...row, version, listing: folder.listing }
  const here = await lookHere(writer, run.at, row)
  if (here === 'deleted') return put(settling, row, await deletedHere(writer, run.at, listed))
  if (here === 'changed') return put(settling, row, keptHere(listed))
  const { changed } = await writer.mailboxes.changeFlags(run.at, [row.item!], change)
  const modseq = changed[0]?.modseq ?? row.modseq
  run.done.items++
  await put(settling, row, { ...listed, modseq })
}

/** The item lies in this folder from now on, under the key of the change. */
async function moved(
  settling: Settling,
  row: LedgerItem,
  change: SourceChange,
  version: string,
): Promise<void> {
  const { run, writer, folder, keepsPlace } = settling
  const fresh: LedgerItem = {
    ...row,
    key: change.key,
    version,
    folder: folder.no,
    listing: folder.listing,
    pass: run.pass,
    paired: true,
    ...(change.kind === 'item' && change.contentId !== undefined && { contentId: change.contentId }),
  }
  if (wasDeleted(row)) return put(settling, row, { ...fresh, state: 'deleted' })
  const here = await lookHere(writer, run.at, row)
  if (here === 'deleted') return put(settling, row, await deletedHere(writer, run.at, fresh))
  const state = row.code === 'changed-here' ? 'kept' : 'copied'
  // Somebody here has put it somewhere else, or changed it: it stays where it is.
  if (here === 'changed') return put(settling, row, { ...keptHere(fresh), state: 'kept' })
  let { modseq } = row
  if (row.folder !== folder.no && !keepsPlace) {
    const [to] = await writer.mailboxes.moveItems(run.at, {
      items: [row.item!],
      to: folder.target,
      ignoreQuota: true,
    })
    modseq = to?.modseq ?? modseq
  }
  const marks = change.kind === 'item' ? change.marks : null
  if (marks !== null) {
    const flags = { set: marks.flags, setKeywords: marks.keywords }
    modseq = (await writer.mailboxes.changeFlags(run.at, [row.item!], flags)).changed[0]?.modseq ?? modseq
  }
  run.done.items++
  await put(settling, row, { ...fresh, state, modseq })
}

/** `isRead`: it was read, and is the same. */
async function copied(
  settling: Settling,
  twin: LedgerItem,
  change: SourceChange,
  isRead: boolean,
): Promise<void> {
  if (change.kind !== 'item') return
  const { run, writer, folder, stays } = settling
  const fresh: LedgerItem = {
    ...twin,
    key: change.key,
    version: change.version,
    folder: folder.no,
    listing: folder.listing,
    pass: run.pass,
    // Until it is known whether the other one moved here, or is another that looks alike.
    state: isRead ? 'copied' : 'pending',
    paired: false,
    contentId: change.contentId,
  }
  // Read like any other: by a copy the other one would be taken away once it is gone.
  if (stays) return put(settling, undefined, { ...fresh, item: null, state: 'pending' })
  const [to] = await writer.mailboxes.copyItems(run.at, {
    items: [twin.item!],
    to: folder.target,
    ignoreQuota: true,
  })
  // Deleted here meanwhile: whoever did so did not mean the copy, which is read like any other.
  if (to === undefined) return put(settling, undefined, { ...fresh, item: null, state: 'pending' })
  let { modseq } = to
  if (change.marks !== null) {
    const flags = { set: change.marks.flags & ~Flag.hasAttachment, setKeywords: change.marks.keywords }
    modseq = (await writer.mailboxes.changeFlags(run.at, [to.toItem], flags)).changed[0]?.modseq ?? modseq
  }
  run.done.items++
  await put(settling, undefined, { ...fresh, item: to.toItem, modseq })
}
