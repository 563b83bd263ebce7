import { Breath } from '#src/base/breath.ts'
import type { OrganizationId } from '#src/base/ids.ts'
import type { DirectoryWriter } from '../directory/store.ts'
import { Applying } from './apply-object.ts'
import { STEP } from './decide-object.ts'
import { owedAfter } from './photos.ts'
import { looksIntoAll } from './reading.ts'
import { type RunReport, tookMs } from './report.ts'
import type { SyncRecord, SyncState, SyncStore, SyncTransaction, SyncWriter } from './store.ts'

/** Objects that are looked at together. */
const PORTION = 100
/** How long one transaction goes on where nobody waits for it: long ones change each page of an index less often. */
const LONGEST_MS = 120
/** How long at least, whoever waits: each commit costs. */
const SHORTEST_MS = 30

type ApplyOptions = {
  now: () => number
  /** What is to be put into place; else what was begun before. */
  run?: number
  /** How many steps are done. */
  progress?: (done: number) => void
  /** Called between two transactions. */
  tick?: () => Promise<void>
  /** A clock that only goes forward, in ms: that of the process where none is given. */
  elapsed?: (() => number) | undefined
}

/**
 * Puts a run into place, or what `SyncRecord.applying` names, seen by everybody at once, together with the positions of its
 * reading. Going on after a stop at any point gives the same. Nothing where nothing is being applied.
 */
export async function applyDifference(
  sync: SyncStore,
  organization: OrganizationId,
  { now, run, tick, progress = () => undefined, elapsed = () => performance.now() }: ApplyOptions,
): Promise<void> {
  let done = 0
  await sync.atOnce(organization, async (transact, isAwaited) => {
    // Not before readers are cared for: where that fails nothing was begun, and nobody finishes it.
    if (run !== undefined)
      await transact((writer) => writer.sync.saveSync(organization, { applying: run, applyingAt: null }))
    for (let isEnd = false; !isEnd; ) {
      progress(done)
      await tick?.()
      const applied = await transact(async (writer) => {
        const begin = elapsed()
        for (let rows = 0; ; ) {
          const more = await applyPortion(writer, organization, now())
          if (more === null) return { rows, isEnd: true }
          rows += more
          const tookMs = elapsed() - begin
          if (tookMs > LONGEST_MS || (tookMs > SHORTEST_MS && isAwaited())) return { rows, isEnd: false }
        }
      })
      done += applied.rows
      isEnd = applied.isEnd
    }
  })
}

/** The same in the transaction of a caller, for a difference that is no longer than one portion. */
export async function applyWithin(
  writer: SyncTransaction,
  organization: OrganizationId,
  now: number,
): Promise<void> {
  while ((await applyPortion(writer, organization, now)) !== null);
}

/** A difference of at most this many objects is applied in one transaction. */
export const MOST_WITHIN = PORTION

/** The next objects of the step it is at; how many there were, or null when that was the end. */
async function applyPortion(
  writer: SyncTransaction,
  organization: OrganizationId,
  now: number,
): Promise<number | null> {
  const { directory, sync } = writer
  const record = await sync.findSync(organization)
  const run = record?.applying ?? null
  if (!record || run === null) return null
  const { step, after } = record.applyingAt ?? { step: STEP.release, after: null }
  if (step > STEP.link) {
    await finish(sync, organization, record, now)
    return null
  }
  const applying = new Applying(writer, {
    organization,
    run,
    now,
    routingDomains: await routingDomainsOf(directory, organization),
    isFirst: record.state.lastFullAt === null,
    hasPlaceLinks: await sync.hasPlaceLinks(organization),
  })
  const breath = new Breath()
  const { rows, next } = await sync.listStaged(organization, run, {
    ...(step === STEP.release && { only: 'releasing' }),
    after,
    limit: PORTION,
  })
  await breath.taken()
  if (step === STEP.write) await applying.lookUp(rows)
  for (const row of rows) {
    await breath.taken()
    await applying.step(row, step)
  }
  await applying.end()
  await sync.saveSync(organization, {
    applyingAt: next === null ? { step: step + 1, after: null } : { step, after: next },
  })
  return rows.length
}

/** Lower-case names of the domains that only we own. */
export async function routingDomainsOf(
  directory: Pick<DirectoryWriter, 'listDomains'>,
  organization: OrganizationId,
): Promise<ReadonlySet<string>> {
  const names = new Set<string>()
  for (let after: string | null = null; ; ) {
    const page: Awaited<ReturnType<typeof directory.listDomains>> = await directory.listDomains(
      organization,
      {
        after,
        limit: 100,
      },
    )
    for (const { name, use, ownership } of page.rows)
      if (use === 'routing' && ownership === 'VERIFIED') names.add(name)
    if (page.next === null) return names
    after = page.next
  }
}

async function finish(
  sync: SyncWriter,
  organization: OrganizationId,
  { state }: SyncRecord,
  now: number,
): Promise<void> {
  const { report, positions, counts } = state.pending!
  await sync.saveSync(organization, {
    state: afterRun(
      state,
      { ...report, outcome: 'applied', endedAt: now },
      {
        ...{ positions, counts, pending: null },
        ...((state.lastFullAt === null || looksIntoAll(report.full)) && {
          lastFullAt: now,
          knowsAges: true as const,
        }),
        ...owedAfter(state, state.pending!),
      },
    ),
    applying: null,
    applyingAt: null,
    waiting: null,
    synchronizedAt: report.startedAt,
    objects: await sync.countImported(organization),
    lastRunMs: tookMs({ ...report, endedAt: now }),
  })
}

const KEPT_REPORTS = 20

/** The state with one more run in its history, in place of an older word about the same run. */
export function afterRun(state: SyncState, report: RunReport, change: Partial<SyncState> = {}): SyncState {
  const others = state.runs.filter(({ run }) => run !== report.run)
  return { ...state, ...change, runs: [report, ...others].slice(0, KEPT_REPORTS) }
}
