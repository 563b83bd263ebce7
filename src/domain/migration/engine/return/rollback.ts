import type { OrganizationId } from '#src/base/ids.ts'
import type { Entry } from '../../../directory/entry.ts'
import type { MailboxRef } from '../../../mailbox/store.ts'
import { Refusal } from '../../../refusal.ts'
import type { Scope, Store, Writer } from '../../../store.ts'
import type { LedgerFolder, MigrationWriter } from '../../store.ts'
import { membersOf } from '../flip/flip.ts'
import { changedRights } from '../grants/changed-rights.ts'
import { hasBrought } from '../grants/grants.ts'
import { takeBackGrants } from '../grants/take-back-grants.ts'
import { countChanged } from '../ledger/changed-items.ts'
import { countLate, sinceFlip } from '../ledger/late-items.ts'
import { deletedHere, lookHere } from '../ledger/look-here.ts'
import type { Batch, Member, MigrationEvent, Project } from '../project/project.ts'
import { batchAfter, isFlipped, memberAfter, memberTakes } from '../project/state.ts'
import { returningBatch } from './run-return.ts'

const DAY_MS = 86_400_000
const ROWS = 200

/**
 * What came into a mailbox here after its flip, and how many of the items that were copied were changed or deleted here: it is
 * taken back from then on; not `whole`: at least so much.
 */
type Late = { address: string; items: number; bytes: number; changed: number; whole: boolean }

/**
 * Where a part of it goes on: with the copies, the ledger of a mailbox, after a row; with what has moved, the mailbox whose rights
 * are looked at next.
 */
export type RollbackPlace = { member: number; after: string | null }

/** `next`: the time of this part was over before all of it was done, and the batch is held until the rest is asked for. */
export type RolledBack = { late: readonly Late[]; next: RollbackPlace | null }

type Part = {
  by: string
  now: number
  signal: AbortSignal
  from?: RollbackPlace | null
  isOver?: () => boolean
}

/**
 * Undoes a batch. Before the flip the copies go: mailboxes that the migration made are destroyed, in others what it wrote and
 * nobody changed is removed, unless they have moved from the same source with another project. After the flip every entry is as it was before, in one transaction; the mailboxes stay, and what
 * came into them or was changed in them since is taken to the source from then on (`run-return.ts`). Answers how much that is
 * as it stands, as far as there is time to count. Refuses `wrong-state`, also once the days for it are over.
 */
export async function rollBack(
  store: Store,
  project: Project,
  no: number,
  { by, now, signal, from = null, isOver = () => false }: Part,
): Promise<RolledBack> {
  const { organization, id, settings } = project
  const batch = await store.migration.getBatch(organization, id, no)
  batchAfter(batch.state, 'roll-back')
  if (batch.flippedAt !== null && now > batch.flippedAt + settings.rollbackDays * DAY_MS)
    throw new Refusal(
      'wrong-state',
      `Batch ${no} moved more than ${settings.rollbackDays} days ago, and goes back no more.`,
    )
  const flipped = isFlipped(batch.state)
  const members = await membersOf(store.migration, organization, id, no)
  if (flipped) {
    const next = await noteRights(store, project, members, { signal, from, isOver })
    if (next !== null) {
      await hold(store, organization, batch, 'Its way back is being prepared')
      return { late: [], next }
    }
    const late = await countSince(store, organization, members, { signal, isOver })
    await restoreEntries(store, project, no, { by, now })
    return { late, next: null }
  }
  // Before anything goes: nothing of it may move meanwhile.
  await hold(store, organization, batch, COPIES_GO)
  for (const [at, member] of members.entries()) {
    signal.throwIfAborted()
    if (!memberTakes(member.state, 'roll-back')) continue
    const after = from?.member === member.no ? from.after : null
    const rest = await removeCopy(store, organization, member, { after, signal, isOver })
    const next =
      rest !== null
        ? { member: member.no, after: rest }
        : at + 1 < members.length && isOver()
          ? { member: members[at + 1]!.no, after: null }
          : null
    if (next === null) continue
    return { late: [], next }
  }
  await store.transact({ organization }, async ({ migration }) => {
    const present = await migration.getBatch(organization, id, no)
    requireNotMoved(present)
    const gone = (await membersOf(migration, organization, id, no)).filter(
      ({ state }) => state === 'rolled-back',
    )
    const sentence =
      gone.length === 1
        ? 'The copy of 1 mailbox was removed.'
        : `The copies of ${gone.length} mailboxes were removed.`
    await putRolledBack(migration, organization, { ...present, cause: '' }, { at: now, by, sentence })
  })
  return { late: [], next: null }
}

/** Keeps with each mailbox whose rights stand otherwise here than there, as long as they stand. Null once all are looked at. */
async function noteRights(
  store: Store,
  project: Project,
  members: readonly Member[],
  { signal, from, isOver }: Pick<Part, 'signal' | 'from'> & { isOver: () => boolean },
): Promise<RollbackPlace | null> {
  const { organization } = project
  for (const member of members) {
    signal.throwIfAborted()
    const { no, state } = member
    if (!memberTakes(state, 'roll-back') || no < (from?.member ?? 0)) continue
    const rights = await changedRights(store, project, member)
    await store.transact({ organization }, async ({ migration }) => {
      const present = await migration.getMember(organization, project.id, no)
      await migration.putMember(organization, { ...present, lostThere: { rights, others: [] } })
    })
    if (isOver()) return { member: no + 1, after: null }
  }
  return null
}

/** What came into the mailboxes or was changed in them since they moved, those with nothing left out. */
async function countSince(
  store: Store,
  organization: OrganizationId,
  members: readonly Member[],
  { signal, isOver }: Pick<Part, 'signal'> & { isOver: () => boolean },
): Promise<readonly Late[]> {
  const late: Late[] = []
  for (const member of members) {
    const { address, mailbox, flippedAt, source } = member
    signal.throwIfAborted()
    if (mailbox === null || flippedAt === null) continue
    const at = { organization, mailbox }
    const came = await countLate(store, at, sinceFlip(member), isOver)
    const { changed, whole } = await countChanged(store, at, source, isOver)
    late.push({ address, ...came, changed, whole: came.whole && whole })
  }
  return late.filter(({ items, changed, whole }) => items + changed > 0 || !whole)
}

const COPIES_GO = 'Its copies are being removed'

/** Somebody let it go on, or it moved by itself, while its copies were to go. */
function requireNotMoved({ no, state }: Pick<Batch, 'no' | 'state'>): void {
  if (isFlipped(state) || state === 'finalising')
    throw new Refusal(
      'wrong-state',
      `Batch ${no} has gone on meanwhile, so no more of its copies are removed. "landbridge migrate status" says how it stands.`,
    )
}

/** Nothing of a batch moves that is half undone. */
function hold(
  store: Store,
  organization: OrganizationId,
  { project, no }: Batch,
  what: string,
): Promise<void> {
  return store.transact({ organization }, async ({ migration }) => {
    const batch = await migration.getBatch(organization, project, no)
    // As it is by now.
    batchAfter(batch.state, 'roll-back')
    if (what === COPIES_GO) requireNotMoved(batch)
    await migration.putBatch(organization, {
      ...batch,
      paused: true,
      cause: `${what}; "landbridge migrate rollback" goes on with that.`,
    })
  })
}

async function restoreEntries(
  store: Store,
  { organization, id }: Project,
  no: number,
  { by, now }: Pick<Part, 'by' | 'now'>,
): Promise<void> {
  // What earlier ways back of the same mailbox have settled is none of this one.
  const earlier = new Map<number, Member['returnedBefore']>()
  for (const { no: member, mailbox, before, source } of await membersOf(
    store.migration,
    organization,
    id,
    no,
  )) {
    if (mailbox === null || before === null) continue
    const { returned, left } = await store.migration.countReturns({ organization, mailbox }, source)
    earlier.set(member, { returned, left })
  }
  await store.transact({ organization }, async (writer) => {
    const { migration, directory } = writer
    const batch = await migration.getBatch(organization, id, no)
    const members = await membersOf(migration, organization, id, no)
    const restored: Member[] = []
    for (const member of members) {
      if (member.before === null || !memberTakes(member.state, 'roll-back')) continue
      await takeBackGrants(writer, organization, member.address, now)
      const present = await directory.getEntry(organization, member.before.id)
      const { version, createdVersion } = present
      await directory.saveEntry(organization, { ...(member.before as Entry), version, createdVersion })
      const after: Member = {
        ...member,
        state: memberAfter(member.state, 'roll-back'),
        returnedBefore: earlier.get(member.no),
        // What came in since is taken back from now on.
        dueAt: now,
        cause: '',
      }
      await migration.putMember(organization, after)
      restored.push(after)
    }
    const sentence = `${restored.length} ${restored.length === 1 ? 'mailbox is' : 'mailboxes are'} at home on the other side again.`
    await putRolledBack(migration, organization, { ...batch, cause: '' }, { at: now, by, sentence })
    const after = await migration.getBatch(organization, id, no)
    const present = await membersOf(migration, organization, id, no)
    await migration.putBatch(organization, returningBatch(after, present))
  })
}

async function putRolledBack(
  migration: MigrationWriter,
  organization: OrganizationId,
  batch: Batch,
  event: Pick<MigrationEvent, 'at' | 'by' | 'sentence'>,
): Promise<void> {
  await migration.putBatch(organization, {
    ...batch,
    state: batchAfter(batch.state, 'roll-back'),
    paused: false,
  })
  const { project, no } = batch
  await migration.addEvent(organization, project, { ...event, kind: 'rolled-back', batch: no, member: null })
}

/** Null once all of it is gone, else the row after which it goes on. */
async function removeCopy(
  store: Store,
  organization: OrganizationId,
  member: Member,
  { after: from, signal, isOver }: { after: string | null; signal: AbortSignal; isOver: () => boolean },
): Promise<string | null> {
  const { mailbox, madeHere } = member
  const end = async ({ migration }: Pick<Writer, 'migration'>, change: Partial<Member>) => {
    const present = await migration.getMember(organization, member.project, member.no)
    requireNotMoved(await migration.getBatch(organization, member.project, present.batch))
    const state = memberAfter(present.state, 'roll-back')
    const gone = { state, dueAt: null, firstCopy: undefined }
    await migration.putMember(organization, { ...present, ...gone, ...change })
  }
  const save = (change: Partial<Member>) => store.transact({ organization }, (writer) => end(writer, change))
  if (mailbox === null) {
    await save({})
    return null
  }
  const at: MailboxRef = { organization, mailbox }
  const scope = { organization, mailboxes: [mailbox] }
  if (madeHere) {
    await store.transact(scope, async (writer) => {
      await end(writer, { mailbox: null })
      await writer.mailboxes.destroyMailbox(at)
    })
    return null
  }
  await store.transact({ organization }, ({ migration }) => endLease(migration, organization, member))
  const mover = await otherMover(store, organization, member)
  if (mover !== undefined) {
    // How fast they were read is known as long as they are here.
    const { firstCopy } = member
    const cause = `Its copies stay: it has moved from the same source with the project "${mover}".`
    await save({ cause, firstCopy })
    return null
  }
  // First of all: should it go on instead, what went is listed and copied again.
  for (const row of from === null ? await store.migration.listLedgerFolders(at, member.source) : [])
    await store.transact(scope, ({ migration }) => migration.putLedgerFolder(at, unlisted(row)))
  for (let after = from; ; ) {
    signal.throwIfAborted()
    const page = await store.migration.listLedgerItems(at, { after, limit: ROWS })
    await store.transact(scope, async (writer) => {
      requireNotMoved(await writer.migration.getBatch(organization, member.project, member.batch))
      for (const row of page.rows) {
        if (row.source !== member.source) continue
        const here = await lookHere(writer, at, row)
        // Somebody's own by now: it stays, and is known should the mailbox be added again. So is what was deleted here.
        if (here === 'changed' || row.state === 'deleted') continue
        if (here === 'deleted' && row.item !== null) {
          await writer.migration.putLedgerItem(at, await deletedHere(writer, at, row))
          continue
        }
        if (here === 'ours') await writer.mailboxes.removeItems(at, [row.item!])
        await writer.migration.removeLedgerItem(at, row.source, row.key)
      }
    })
    if (page.next === null) break
    after = page.next
    if (isOver()) return after
  }
  await forgetListings(store, scope, at, member.source)
  await save({ counts: (await store.migration.countLedger(at, member.source)).counts })
  return null
}

/** Whoever still reads the mailbox writes nothing of it any more. */
async function endLease(
  migration: MigrationWriter,
  organization: OrganizationId,
  { project, no }: Member,
): Promise<void> {
  const token = 'roll-back'
  await migration.leaseMember(organization, project, no, { token, now: Number.MAX_SAFE_INTEGER, until: 0 })
  await migration.freeLease(organization, project, no, token)
}

/** The name of another project that has moved the mailbox from the same source: nobody knows which copies are of which. */
async function otherMover(
  { migration }: Store,
  organization: OrganizationId,
  { project, address, mailbox, source }: Member,
): Promise<string | undefined> {
  for (const { id, name } of await migration.listProjects(organization)) {
    const other = id === project ? undefined : await migration.findMember(organization, id, address)
    if (hasBrought(other) && other.mailbox === mailbox && other.source === source) return name
  }
  return undefined
}

const unlisted = (row: LedgerFolder): LedgerFolder => ({
  ...row,
  cursor: null,
  isListing: row.gone && row.isListing,
})

/** Everything is listed again should it be added once more; folders that we made and that are empty go. */
async function forgetListings(store: Store, scope: Scope, at: MailboxRef, source: string): Promise<void> {
  const rows = await store.migration.listLedgerFolders(at, source)
  const here = new Set((await store.mailboxes.listFolders(at)).map(({ no }) => no))
  for (const row of rows.toReversed()) {
    try {
      if (row.placed !== null && here.has(row.target))
        await store.transact(scope, ({ mailboxes }) => mailboxes.deleteFolder(at, row.target))
    } catch (error) {
      // Somebody here uses it.
      if (!(error instanceof Refusal) || error.reason !== 'folder-not-empty') throw error
    }
    await store.transact(scope, ({ migration }) => migration.putLedgerFolder(at, unlisted(row)))
  }
}
