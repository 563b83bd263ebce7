import { ahead } from '#src/base/ahead.ts'
import { Breath } from '#src/base/breath.ts'
import type { OrganizationId } from '#src/base/ids.ts'
import type { Report } from '../organization/store.ts'
import type { Store } from '../store.ts'
import type { KnownForms, SourceGuid, SourceObject, SourceReading, WhyFull } from './source.ts'
import type { KnownMark, NewStaged } from './store.ts'

/** What a reading came to. */
export type Reading = {
  read: number
  inScope: number
  /** Objects that the sweep knows of and the changes did not bring. */
  missed: number
  /** Objects that are in scope again, or were gone and came back in between, when only changes were read. */
  returned: number
  /** Whose photos are to be looked at. */
  photos: readonly SourceGuid[]
}

type Along = {
  /** How many objects there are, roughly. */
  expected: number
  report: Report
  /** Called from time to time. */
  tick: () => Promise<void>
  signal: AbortSignal
  /** Decides about what comes as it comes, where that can be. */
  decide?: (objects: readonly NewStaged[]) => Promise<readonly NewStaged[]>
}

const PAGE = 1_000
const BATCH = 500

/**
 * Takes in what a reading brings, page by page, then sweeps over all keys in scope: what is not among them is staged as
 * gone (exchange-interop 1.5); not after a whole reading that brought everybody. In memory are keys and nothing else. Throws `SourceFailure`.
 */
export async function stageReading(
  store: Pick<Store, 'directorySync' | 'transact'>,
  organization: OrganizationId,
  run: number,
  reading: SourceReading,
  { expected, report, tick, signal, decide }: Along,
): Promise<Reading> {
  const brought = new Set<SourceGuid>()
  const photos: SourceGuid[] = []
  let restored = 0
  const stage = async (objects: readonly NewStaged[]) => {
    const decided = (await decide?.(objects)) ?? objects
    return store.transact({ organization, mayBeLost: true }, ({ directorySync }) =>
      directorySync.stage(organization, run, decided),
    )
  }
  report({ what: 'Reading the directory', done: 0, total: expected })
  const known: KnownForms | undefined =
    reading.full === null || looksIntoAll(reading.full)
      ? undefined
      : (forms) => store.directorySync.knownForms(organization, forms)
  for await (const { objects, omitted, forms, same = [] } of ahead(reading.changes(known))) {
    signal.throwIfAborted()
    const formed = <T extends { guid: SourceGuid }>(row: T): T & { form?: string } => {
      const form = forms?.get(row.guid)
      return form === undefined ? row : { ...row, form }
    }
    const rows: NewStaged[] = [
      ...objects.map((object) => formed(newStaged(object))),
      ...omitted.map((each) => formed({ ...each, object: null })),
    ]
    for (const { guid } of rows) brought.add(guid)
    if (reading.full === null) restored += await restoredAmong(store, organization, objects)
    for (const { guid, hasPhoto } of same) {
      brought.add(guid)
      if (hasPhoto) photos.push(guid)
    }
    for (let from = 0; from < rows.length; from += BATCH) {
      const moved = new Set(await stage(rows.slice(from, from + BATCH)))
      for (const { guid, hasPhoto } of objects)
        if (hasPhoto && (reading.full !== null || moved.has(guid))) photos.push(guid)
    }
    // How many there are nobody knows who has more than last time.
    const total = brought.size > expected ? 0 : expected
    report({ what: 'Reading the directory', done: brought.size, total })
    await tick()
  }
  const isWhole = reading.full !== null && decide === undefined
  // A whole reading brings all keys itself: they are asked for only where somebody would go because of it.
  if (isWhole && (await allBrought(store, organization, brought, signal)))
    return { read: brought.size, inScope: brought.size, missed: 0, returned: 0, photos: distinct(photos) }
  const newest = new Map(reading.positions.map(({ partition, changeNumber }) => [partition, changeNumber]))
  const inScope = new Map<SourceGuid, string | null>()
  for await (const keys of ahead(reading.keys())) {
    signal.throwIfAborted()
    for (const { guid, changeNumber, partition } of keys) {
      // What changed after the positions were read comes with the next run; where all was read, nobody asks.
      const isAsked = reading.full === null && BigInt(changeNumber) <= BigInt(newest.get(partition) ?? '0')
      inScope.set(guid, isAsked ? changeNumber : null)
    }
    report({ what: 'Comparing keys', done: inScope.size, total: expected })
    await tick()
  }
  const { gone, missed, returned } = await sweep(store, organization, reading, { brought, inScope, signal })
  for (let from = 0; from < gone.length; from += BATCH) {
    await stage(
      gone
        .slice(from, from + BATCH)
        .map((guid) => ({ guid, changeNumber: '0', place: '', object: null, reason: null })),
    )
  }
  return {
    ...{ read: brought.size, inScope: inScope.size, missed },
    ...{ returned: returned + restored, photos: distinct(photos) },
  }
}

/** How many were deleted and undeleted since they were read last. Deleted twice from the same place they look as after the first time. */
async function restoredAmong(
  { directorySync }: Pick<Store, 'directorySync'>,
  organization: OrganizationId,
  objects: readonly SourceObject[],
): Promise<number> {
  const marked = objects.filter(({ restoredFrom }) => restoredFrom !== undefined)
  const known = await directorySync.findAllKnown(
    organization,
    marked.map(({ guid }) => guid),
  )
  return marked.filter(({ guid, restoredFrom }) => {
    const before = known.get(guid)
    return before !== undefined && before.state !== 'gone' && before.object?.restoredFrom !== restoredFrom
  }).length
}

/** Once a week everything is looked into, whatever form it comes in. */
export const looksIntoAll = (full: WhyFull | null): boolean => full === 'first-run' || full === 'weekly'

/** Whether everything that is known was brought, so that nobody goes. */
async function allBrought(
  store: Pick<Store, 'directorySync'>,
  organization: OrganizationId,
  brought: ReadonlySet<SourceGuid>,
  signal: AbortSignal,
): Promise<boolean> {
  for await (const marks of marksOf(store, organization, signal))
    if (marks.some(({ guid, state }) => state !== 'gone' && !brought.has(guid))) return false
  return true
}

/** Of everything that is known, a page at a time. */
async function* marksOf(
  store: Pick<Store, 'directorySync'>,
  organization: OrganizationId,
  signal: AbortSignal,
): AsyncGenerator<readonly KnownMark[]> {
  for (let after: SourceGuid | null = null; ; ) {
    signal.throwIfAborted()
    const marks: readonly KnownMark[] = await store.directorySync.listMarks(organization, {
      after,
      limit: PAGE,
    })
    yield marks
    if (marks.length < PAGE) return
    after = marks.at(-1)!.guid
    await new Promise(setImmediate)
  }
}

async function sweep(
  store: Pick<Store, 'directorySync'>,
  organization: OrganizationId,
  { full, tellsChanges = false }: SourceReading,
  {
    brought,
    inScope,
    signal,
  }: {
    brought: ReadonlySet<SourceGuid>
    /** With the change number, or null where that is newer than the reading's position, or all was read. */
    inScope: ReadonlyMap<SourceGuid, string | null>
    signal: AbortSignal
  },
): Promise<{ gone: SourceGuid[]; missed: number; returned: number }> {
  const gone: SourceGuid[] = []
  const known = new Set<SourceGuid>()
  let missed = 0
  let returned = 0
  const isMissed = (guid: SourceGuid, since: string | undefined): boolean => {
    if (full !== null || brought.has(guid)) return false
    if (tellsChanges && since !== undefined) return false
    const now = inScope.get(guid) ?? null
    return now !== null && (since === undefined || BigInt(now) > BigInt(since))
  }
  for await (const marks of marksOf(store, organization, signal)) {
    for (const { guid, state, changeNumber } of marks) {
      known.add(guid)
      if (!inScope.has(guid)) {
        if (state !== 'gone') gone.push(guid)
        else if (brought.has(guid)) gone.push(guid)
      } else if (state === 'gone') {
        // Groups that name it may have lost it, or not, and their change numbers tell neither.
        if (full === null) returned++
      } else if (isMissed(guid, changeNumber)) missed++
    }
  }
  const breath = new Breath()
  for (const guid of inScope.keys()) {
    await breath.taken()
    if (!known.has(guid) && isMissed(guid, undefined)) missed++
  }
  // Read, and gone before the sweep came by.
  for (const guid of brought) {
    await breath.taken()
    if (!inScope.has(guid) && !known.has(guid)) gone.push(guid)
  }
  return { gone, missed, returned }
}

const distinct = (guids: readonly SourceGuid[]): SourceGuid[] => [...new Set(guids)]

function newStaged(object: SourceObject): NewStaged {
  const { guid, changeNumber, place, certificate } = object
  const stored = {
    ...object,
    certificate: certificate === null ? null : Buffer.from(certificate).toString('base64'),
  }
  return { guid, changeNumber, place, object: stored, reason: null }
}
