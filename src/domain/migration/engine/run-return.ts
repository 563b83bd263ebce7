import type { MailboxRef } from '../../mailbox/store.ts'
import type { Store } from '../../store.ts'
import { SourceFailure } from '../source-failure.ts'
import { changedItems } from './changed-items.ts'
import { membersOf } from './flip.ts'
import { lateItems } from './late-items.ts'
import type { PassRun } from './page-run.ts'
import type { Member, Project } from './project.ts'
import { returnChanges } from './return-changes.ts'
import { returnLate } from './return-late.ts'
import { findPlaces, type Places } from './return-places.ts'
import { memberAfter } from './state.ts'

/** How often a mailbox of the other side is tried that cannot be opened yet. */
const RETRY_MS = 5 * 60_000

type Returning = {
  base: Omit<PassRun, 'source'>
  member: Member
  project: Project
  open: () => Promise<PassRun['source']>
  running?: ((run: PassRun) => void) | undefined
  write: (change: (member: Member) => Partial<Member>) => Promise<void>
}

/**
 * Takes what came in or was changed here back to a mailbox that is at home on the other side again; then the mailbox is rolled
 * back. Waits, and says so, until it can be opened there. Throws as `returnLate`.
 */
export async function runReturn({ base, member, project, open, running, write }: Returning): Promise<void> {
  const { store, at, lane } = base
  const since = member.flippedAt ?? 0
  // Whoever took the mailbox out meanwhile has settled what becomes of it.
  const writeReturning: typeof write = (change) =>
    write((present) => (present.state === 'returning' ? change(present) : {}))
  if ((await hasLate(store, at, since)) || (await hasChanged(store, at, member.source))) {
    let source: PassRun['source'] | undefined
    try {
      source = await open()
      const run: PassRun = { ...base, source }
      running?.(run)
      let found: Promise<Places> | undefined
      const places = () => (found ??= findPlaces(run))
      await returnLate(run, since, places)
      await returnChanges(run, places)
    } catch (error) {
      if (!(error instanceof SourceFailure) || error.kind !== 'mailbox-permanent') throw error
      const cause = `What came in or was changed since waits until its mailbox there can be opened: ${error.message}`
      await writeReturning(() => ({ dueAt: lane.clock.now() + RETRY_MS, idle: 'server out of reach', cause }))
      return
    } finally {
      await source?.close().catch(() => undefined)
    }
  }
  const settled = await store.migration.countReturns(at)
  const returned = settled.returned - (member.returnedBefore?.returned ?? 0)
  const left = settled.left - (member.returnedBefore?.left ?? 0)
  await writeReturning((present) => ({
    state: memberAfter(present.state, 'returned'),
    returned: { returned, left },
    dueAt: null,
    cause: left === 0 ? '' : `${leftWords(left)}: the list of its items names each.`,
  }))
  await endReturn(store, project, member.batch)
}

/** `3 items that came in or were changed since did not go back`. */
const leftWords = (left: number): string =>
  `${left} ${left === 1 ? 'item that came in or was changed since' : 'items that came in or were changed since'} did not go back`

/** Whether something is still to be done: what was settled already is no reason to open the source. */
async function hasLate(store: Store, at: MailboxRef, since: number): Promise<boolean> {
  for await (const late of lateItems(store, at, since)) {
    const known = await store.migration.findReturns(
      at,
      late.map(({ no }) => no),
    )
    if (late.some(({ no }) => (known.get(no)?.state ?? 'sent') === 'sent')) return true
  }
  return false
}

/** The same of what was changed. */
async function hasChanged(store: Store, at: MailboxRef, source: string): Promise<boolean> {
  for await (const changed of changedItems(store, at, source)) {
    const known = await store.migration.findReturns(
      at,
      changed.map(({ row }) => row.item!),
    )
    if (changed.some(({ row }) => known.get(row.item!)?.state !== 'left')) return true
  }
  return false
}

/** What a batch waits for is said on it until the last of its mailboxes is through. */
export async function endReturn(
  store: Store,
  { organization, id }: Pick<Project, 'organization' | 'id'>,
  no: number,
): Promise<void> {
  await store.transact({ organization }, async ({ migration }) => {
    const members = await membersOf(migration, organization, id, no)
    if (members.some(({ state }) => state === 'returning')) return
    const batch = await migration.getBatch(organization, id, no)
    if (batch.state !== 'rolled-back') return
    const sum = (of: 'returned' | 'left') =>
      members.reduce((total, { returned }) => total + (returned?.[of] ?? 0), 0)
    const left = sum('left')
    const cause = left === 0 ? '' : `${leftWords(left)}: the report names each.`
    if (cause !== batch.cause) await migration.putBatch(organization, { ...batch, cause })
  })
}
