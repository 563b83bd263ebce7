import { Flag } from '../../../mailbox/item.ts'
import type { Writer } from '../../../store.ts'
import type { ReadItem, SourceChange, SourceFolder } from '../../source.ts'
import { SET_ASIDE, SourceFailure } from '../../source-failure.ts'
import type { LedgerFolder, LedgerItem } from '../../store.ts'
import { type PreparedItem, readItem } from '../items/import-item.ts'
import { nextPortion } from '../ledger/careful-reading.ts'
import { deletedHere, keptHere, lookHere } from '../ledger/look-here.ts'
import { type CountsChange, commit, type PassRun } from '../ledger/page-run.ts'
import { waitAfter } from '../project/retry.ts'
import { requireAsPlanned } from './as-planned.ts'
import { countTries, type Failed, holdBack, leaveAtFault, leaveBehind, noteAside } from './left-behind.ts'

/** Items and octets that one transaction takes in, and that are being taken in beside each other. */
const GROUP_ITEMS = 100
const GROUP_BYTES = 4 * 1024 * 1024

/** An item to be read: as the source listed it, and what the ledger knows of it. */
export type WantedItem = {
  change: Pick<Extract<SourceChange, { kind: 'item' }>, 'key' | 'version' | 'match' | 'sizeBytes'> & {
    contentId?: string | undefined
    receivedAt?: number | undefined
  }
  row: LedgerItem | undefined
}

/**
 * Reads items and writes each with its row. What cannot be had is asked for a few times, alone, and then listed with its code
 * and subject; what is to wait for long by itself is asked for again when everything else of the mailbox was (`PassRun.held`).
 * Throws as `copyPage`, and `Overtaken`.
 */
export async function readItems(
  run: PassRun,
  at: SourceFolder,
  folder: LedgerFolder,
  wanted: readonly WantedItem[],
): Promise<void> {
  const all = await leaveAtFault(run, at, folder, new Map(wanted.map((each) => [each.change.key, each])))
  let left = await countTries(run, all)
  for (let attempt = 1; left.size > 0; attempt++) {
    const reading = new Reading(run, at, folder, left)
    const failures = reading.failures
    const permanent = () =>
      new Map([...failures].filter(([, { failure }]) => failure.kind === 'item-permanent'))
    try {
      await reading.all()
    } catch (error) {
      // What was read until a failure is written all the same, and what was found to be lost.
      await reading.flush()
      await leaveBehind(run, folder, left, permanent(), attempt)
      await noteAside(run, folder, left, failures, attempt)
      throw error
    }
    await reading.flush()
    left = await noteAside(run, folder, left, failures, attempt)
    const bounded = new Map([...failures].filter(([, { failure }]) => failure.kind !== 'item-permanent'))
    for (const { failure } of bounded.values())
      if (failure.kind === 'refused' || failure.kind === 'mailbox-permanent')
        await run.lane.failed(failure, 0)
    const given = new Map(
      [...failures].filter(
        ([, { failure }]) =>
          failure.kind === 'item-permanent' ||
          (attempt >= run.settings.itemAttempts && (attempt > 1 || failure.code !== SET_ASIDE)),
      ),
    )
    await leaveBehind(run, folder, left, given, attempt)
    left = new Map([...left].filter(([key]) => failures.has(key) && !given.has(key)))
    left = await holdBack(run, folder, left, failures, attempt)
    if (left.size === 0) return
    // Busy with one item while the rest flows (Exchange's MAPI_E_BUSY): it waits, and nobody else does for long.
    const longest = Math.max(
      ...[...left.keys()].map((key) => waitAfter(failures.get(key)!.failure, attempt - 1, run.lane.random)),
    )
    const hinted = [...left.keys()]
      .map((key) => failures.get(key)!.failure)
      .find(({ backOffMs }) => backOffMs !== null)
    if (hinted) await run.lane.failed(hinted, attempt)
    else await run.lane.rest('trying again', longest)
  }
}

type Group = Promise<
  PreparedItem | { key: string; failure: SourceFailure; title: string } | { fault: unknown }
>[]

class Reading {
  readonly #run: PassRun
  readonly #at: SourceFolder
  readonly #folder: LedgerFolder
  readonly #wanted: ReadonlyMap<string, WantedItem>
  #group: Group = []
  #groupBytes = 0
  /** The group before, which is written while this one is read. */
  #writing: Promise<void> = Promise.resolve()
  readonly #answered = new Set<string>()
  readonly failures = new Map<string, Failed>()

  constructor(run: PassRun, at: SourceFolder, folder: LedgerFolder, wanted: ReadonlyMap<string, WantedItem>) {
    this.#run = run
    this.#at = at
    this.#folder = folder
    this.#wanted = wanted
  }

  async all(): Promise<void> {
    const { lane, careful } = this.#run
    for (let left = [...this.#wanted.values()]; left.length > 0; ) {
      const { some, bytes } = nextPortion(this.#run, left, ({ change }) => change.sizeBytes)
      left = left.slice(some.length)
      if (careful?.isOn)
        await careful.alone(some[0]!.change.key, async () => {
          await this.#ask(some, bytes)
          await this.flush()
        })
      else await this.#ask(some, bytes)
      if (left.length === 0) continue
      // It may wait for long now.
      await this.flush()
      lane.throwIfDraining()
    }
    for (const key of this.#wanted.keys())
      if (!this.#answered.has(key))
        this.failures.set(key, {
          failure: new SourceFailure('transient', 'not-answered', 'The source did not answer for this item.'),
          title: '',
        })
  }

  /** Each attempt asks for what has not been answered yet. */
  #ask(some: readonly WantedItem[], bytes: number): Promise<void> {
    const { lane, source } = this.#run
    return lane.call(async (signal, spend) => {
      const keys = some.flatMap(({ change: { key } }) => (this.#answered.has(key) ? [] : key))
      if (keys.length === 0) return
      const spare = () => lane.spare()
      for await (const read of source.items(this.#at, keys, signal, spare))
        await this.#take(read, signal, spend)
    }, bytes)
  }

  async #take(read: ReadItem, signal: AbortSignal, spend: (bytes: number) => void): Promise<void> {
    const key = read.kind === 'item' ? read.item.key : read.key
    const wanted = this.#wanted.get(key)
    if (wanted === undefined || this.#answered.has(key)) return
    if (read.kind === 'failed') {
      this.#answered.add(key)
      const { failure, title = '', receivedAt, attempts } = read
      this.failures.set(key, { failure, title, receivedAt, asked: attempts })
      // Some are found only by waiting for them.
      this.#run.lane.throwIfDraining()
      return
    }
    const { item } = read
    try {
      const take = await readItem(
        { ...this.#run, largestItemBytes: this.#run.settings.largestItemBytes },
        this.#run.at,
        // What the list said is what later lists are compared with.
        { ...item, version: wanted.change.version, match: wanted.change.match },
        signal,
      )
      this.#answered.add(key)
      this.#group.push(
        // A failure of ours is not the item's; it is thrown where somebody waits for it.
        take().catch((error: unknown) =>
          error instanceof SourceFailure ? { key, failure: error, title: item.title } : { fault: error },
        ),
      )
    } catch (error) {
      if (!(error instanceof SourceFailure) || error.kind !== 'item-permanent') throw error
      this.#answered.add(key)
      this.failures.set(key, { failure: error, title: item.title })
      return
    }
    this.#groupBytes += item.message?.sizeBytes ?? 1024
    spend(item.message?.sizeBytes ?? 1024)
    if (this.#group.length >= GROUP_ITEMS || this.#groupBytes >= GROUP_BYTES) {
      await this.#writing
      this.#writing = this.#write(this.#newGroup())
      // Whoever waits for it is told.
      this.#writing.catch(() => undefined)
      this.#run.lane.throwIfDraining()
    }
  }

  /** Writes what was read and waits for it; where that fails, nothing of it goes on. */
  async flush(): Promise<void> {
    const group = this.#newGroup()
    try {
      await this.#writing
    } catch (error) {
      await Promise.all(group)
      throw error
    }
    await this.#write(group)
  }

  #newGroup(): Group {
    const group = this.#group
    this.#group = []
    this.#groupBytes = 0
    return group
  }

  async #write(group: Group): Promise<void> {
    const taken = await Promise.all(group)
    const items: PreparedItem[] = []
    for (const each of taken) {
      if ('fault' in each) throw each.fault
      if ('failure' in each) this.failures.set(each.key, { failure: each.failure, title: each.title })
      else items.push(each)
    }
    if (items.length === 0) return
    const { done } = this.#run
    await commit(this.#run, async (writer, counts) => {
      const rows = items.map(({ key }) => [key, this.#wanted.get(key)!.row] as const)
      await requireAsPlanned(this.#run, writer, new Map(rows))
      for (const item of items) {
        const { change, row } = this.#wanted.get(item.key)!
        await write(
          { run: this.#run, writer, counts },
          this.#folder,
          { ...item, listedBytes: change.sizeBytes, contentId: change.contentId },
          row,
        )
      }
    })
    done.items += items.length
    done.bytes += items.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  }
}

type Writing = { run: PassRun; writer: Writer; counts: CountsChange }

async function write(
  { run, writer, counts }: Writing,
  folder: LedgerFolder,
  prepared: PreparedItem & { listedBytes: number | null; contentId: string | undefined },
  row: LedgerItem | undefined,
): Promise<void> {
  const { key, version, match, title, losses, hash, facts, files, contentId, item } = prepared
  const { migration, mailboxes } = writer
  const fresh: LedgerItem = {
    source: run.member.source,
    key,
    folder: folder.no,
    item: row?.item ?? null,
    state: 'copied',
    version,
    match,
    attempts: 0,
    modseq: 0,
    listing: folder.listing,
    ...(row?.item != null ? { pass: row.pass, paired: row.paired } : { pass: run.pass }),
    // As listed: by it and the match the item is found again when it moved.
    sizeBytes: prepared.listedBytes ?? prepared.sizeBytes,
    hash,
    facts,
    files,
    contentId,
    title: losses.length > 0 ? title : '',
    code: losses.length > 0 ? 'loss' : '',
    problem: '',
    losses,
  }
  const save = async (after: LedgerItem) => {
    counts.put(row, after)
    await migration.putLedgerItem(run.at, after)
  }
  if (row?.item == null) {
    const state = await mailboxes.appendItem(run.at, { ...item, folder: folder.target })
    return save({ ...fresh, item: state.no, modseq: state.modseq })
  }
  const here = await lookHere(writer, run.at, row)
  // By the new match it is known again when everything gets new keys.
  const listed = { ...row, version, match, sizeBytes: fresh.sizeBytes, listing: folder.listing }
  if (here === 'deleted') return save(await deletedHere(writer, run.at, listed))
  if (here === 'changed') return save(keptHere(listed))
  if (await isAsHere(writer, run.at, row, prepared)) return save({ ...fresh, modseq: row.modseq })
  const { body, summary, structure, content, properties, event, receivedAt, keywords, ignoreQuota } = item
  // A message whose octets are those that we wrote keeps its body, and with it the uid by which programs know it.
  const isSameText = item.class === 'message' && hash === row.hash
  const attached = (item.flags ?? 0) & Flag.hasAttachment
  await mailboxes.changeFlags(run.at, [row.item], { set: (item.flags ?? 0) & ~Flag.hasAttachment })
  await mailboxes.changeFlags(
    run.at,
    [row.item],
    attached === 0 ? { remove: Flag.hasAttachment } : { add: Flag.hasAttachment },
  )
  const state = await mailboxes.changeItem(run.at, row.item, {
    receivedAt,
    summary,
    keywords: keywords ?? [],
    ...(ignoreQuota && { ignoreQuota }),
    structure: structure ?? null,
    content: content ?? null,
    properties: properties ?? null,
    ...(body && !isSameText && !('sameAs' in body) && { body }),
    ...(event && { event }),
  })
  return save({ ...fresh, modseq: state.modseq })
}

/** Whether what is ours here is as it was read: whoever writes it again lets every program fetch it anew. */
async function isAsHere(
  { mailboxes }: Writer,
  at: PassRun['at'],
  row: LedgerItem,
  { hash, facts, files, item }: PreparedItem,
): Promise<boolean> {
  if (hash !== row.hash || facts !== row.facts || files !== (row.files ?? undefined)) return false
  const [there] = await mailboxes.getItems(at, [row.item!])
  const { flags = 0, keywords = [], receivedAt } = item
  return (
    there !== undefined &&
    there.flags === flags &&
    there.receivedAt === receivedAt &&
    there.keywords.length === keywords.length &&
    keywords.every((keyword) => there.keywords.includes(keyword))
  )
}
