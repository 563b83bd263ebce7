import { ahead } from '#src/base/ahead.ts'
import { Breath } from '#src/base/breath.ts'
import type { OrganizationId } from '#src/base/ids.ts'
import type { Report } from '../organization/store.ts'
import type { Store } from '../store.ts'
import type { SourceGuid, SourceObject, SourceReading } from './source.ts'
import type { KnownMark, NewStaged, StoredObject } from './store.ts'

/** What a reading came to. */
export type Reading = {
  read: number
  inScope: number
  /** Objects that the sweep knows of and the changes did not bring. */
  missed: number
  /** Objects that were gone and are in scope again, when only changes were read. */
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
 * gone (exchange-interop 1.5). In memory are keys and nothing else. Throws `SourceFailure`.
 */
export async function stageReading(
  store: Pick<Store, 'directorySync' | 'transact'>,
  organization: OrganizationId,
  run: number,
  reading: SourceReading,
  { expected, report, tick, signal, decide = async (objects) => objects }: Along,
): Promise<Reading> {
  const brought = new Set<SourceGuid>()
  const photos: SourceGuid[] = []
  const stage = async (objects: readonly NewStaged[]) => {
    const decided = await decide(objects)
    return store.transact({ organization, mayBeLost: true }, ({ directorySync }) =>
      directorySync.stage(organization, run, decided),
    )
  }
  report({ what: 'Reading the directory', done: 0, total: expected })
  for await (const { objects, omitted } of ahead(reading.changes())) {
    signal.throwIfAborted()
    const rows: NewStaged[] = [
      ...objects.map((object) => ({
        guid: object.guid,
        changeNumber: object.changeNumber,
        place: object.place,
        object: storedObject(object),
        reason: null,
      })),
      ...omitted.map((each) => ({ ...each, object: null })),
    ]
    for (const { guid } of rows) brought.add(guid)
    for (let from = 0; from < rows.length; from += BATCH) {
      const moved = new Set(await stage(rows.slice(from, from + BATCH)))
      for (const { guid, hasPhoto } of objects)
        if (hasPhoto && (reading.full !== null || moved.has(guid))) photos.push(guid)
    }
    report({ what: 'Reading the directory', done: brought.size, total: Math.max(expected, brought.size) })
    await tick()
  }
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
  return { read: brought.size, inScope: inScope.size, missed, returned, photos: [...new Set(photos)] }
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
  for (let after: SourceGuid | null = null; ; ) {
    signal.throwIfAborted()
    const marks: readonly KnownMark[] = await store.directorySync.listMarks(organization, {
      after,
      limit: PAGE,
    })
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
    if (marks.length < PAGE) break
    after = marks.at(-1)!.guid
    await new Promise(setImmediate)
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

function storedObject(object: SourceObject): StoredObject {
  const { certificate } = object
  return {
    ...object,
    certificate: certificate === null ? null : Buffer.from(certificate).toString('base64'),
  }
}
