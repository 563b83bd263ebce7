import type { EntryId, MailboxId, OrganizationId } from '#src/base/ids.ts'
import { Refusal } from '../../../refusal.ts'
import type { MovedBooking } from '../../moved-booking.ts'
import type { MigrationReader, MigrationWriter } from '../../store.ts'
import { membersOf } from '../flip/flip.ts'
import { getMemberOf, noSource } from '../project/named.ts'
import { newMember } from '../project/new-member.ts'
import { type Member, noCounts, type ProjectId } from '../project/project.ts'
import {
  batchAfter,
  batchWords,
  hasEnded,
  isCopying,
  isFlipped,
  isFree,
  memberAfter,
  memberTakes,
  takesStep,
} from '../project/state.ts'
import { event, type Steering, write } from '../project/steering.ts'
import { sayReturn } from '../return/run-return.ts'
import { tellComers } from './announce.ts'
import { costOfLeaving, type LeavingCost, leavingWords } from './leaving.ts'
import { addedWords } from './trail-words.ts'

export type NewMember = { address: string; batch: number; source: string } & Partial<{
  entry: EntryId
  x500: readonly string[]
  database: string
  priority: number
  expected: Member['expected']
  booking: MovedBooking
}>

/** Adds mailboxes, also to a batch that runs: only these are begun. Refuses `name-taken`, `wrong-state`, `no-such-item`. */
export async function addMembers(
  steering: Steering,
  given: readonly NewMember[],
): Promise<readonly Member[]> {
  const { store, organization, project, by, now } = steering
  const copies = await copiesOf(steering, given)
  return store.transact({ organization, mailboxes: [...copies.keys()] }, async ({ migration }) => {
    let no = await lastMember(migration, organization, project)
    const added: Member[] = []
    const sources = (await migration.listSources(organization, project)).map(({ id }) => id)
    for (const each of given) {
      if (!sources.includes(each.source)) throw noSource(each.source, sources)
      const batch = await migration.getBatch(organization, project, each.batch)
      if (hasEnded(batch.state) || isFlipped(batch.state) || batch.state === 'finalising')
        throw new Refusal(
          'wrong-state',
          `Batch ${batch.no} is "${batchWords[batch.state]}" and takes no more mailboxes. Name another batch.`,
        )
      const after = takesStep(batch.state, 'members-added')
        ? {
            ...batch,
            state: batchAfter(batch.state, 'members-added'),
            cause: batch.paused ? batch.cause : '',
          }
        : batch
      if (after !== batch) await migration.putBatch(organization, after)
      const begins = isCopying(after.state) && !after.paused
      const known = await migration.findMember(organization, project, each.address)
      if (known !== undefined && isFree(known)) {
        const again = comesAgain(known, each, { dueAt: begins ? now : null, copies })
        await migration.putMember(organization, again)
        // What could not be taken back is tried anew, should it go back once more; what was is copied from there.
        for (const state of ['left', 'returned'] as const)
          if (again.mailbox !== null)
            await migration.forgetReturns({ organization, mailbox: again.mailbox }, again.source, state)
        added.push(again)
        continue
      }
      const member = newMember({
        ...{ project, no: ++no, batch: each.batch, source: each.source, address: each.address.toLowerCase() },
        ...{ entry: each.entry ?? null, x500: each.x500 ?? [], database: each.database },
        ...{ priority: each.priority ?? batch.priority, dueAt: begins ? now : null },
        ...{ expected: each.expected ?? null, booking: each.booking },
      })
      await migration.putMember(organization, member)
      added.push(member)
    }
    for (const no of new Set(added.map(({ batch }) => batch))) await tellComers(migration, steering, no)
    await migration.addEvent(organization, project, event(now, 'added', by, addedWords(added)))
    return added
  })
}

/** Mailboxes here of those that come back, and whether anything of their source was copied into them. */
async function copiesOf(
  { store, organization, project }: Steering,
  given: readonly NewMember[],
): Promise<ReadonlyMap<MailboxId, boolean>> {
  const copies = new Map<MailboxId, boolean>()
  for (const { address } of given) {
    const known = await store.migration.findMember(organization, project, address)
    if (known?.mailbox == null || !isFree(known)) continue
    try {
      await store.mailboxes.getMailbox({ organization, mailbox: known.mailbox })
      const at = { organization, mailbox: known.mailbox }
      const { counts } = await store.migration.countLedger(at, known.source)
      copies.set(
        known.mailbox,
        Object.values(counts).some((n) => n > 0),
      )
    } catch (error) {
      // Destroyed meanwhile: it is copied anew.
      if (!(error instanceof Refusal) || error.reason !== 'no-such-mailbox') throw error
    }
  }
  return copies
}

/** One that was taken out or went back comes into whatever batch it is now; what was copied of it is still known. */
function comesAgain(
  known: Member,
  given: NewMember,
  { dueAt, copies }: { dueAt: number | null; copies: ReadonlyMap<MailboxId, boolean> },
): Member {
  const isHere = known.mailbox !== null && copies.has(known.mailbox)
  const isFilled = known.mailbox !== null && copies.get(known.mailbox) === true
  if (isFilled && known.source !== given.source)
    throw new Refusal(
      'wrong-state',
      `A copy of ${known.address} from source "${known.source}" is here. Name that source, or roll the copy back first.`,
    )
  return {
    ...known,
    // One that was in use holds what its owner has nowhere else.
    madeHere: known.madeHere && known.flippedAt === null,
    ...(!isHere && { mailbox: null, madeHere: false, counts: noCounts, firstCopy: undefined }),
    batch: given.batch,
    source: given.source,
    state: memberAfter(known.state, 'add-again'),
    entry: given.entry ?? known.entry,
    x500: given.x500 ?? known.x500,
    database: given.database ?? known.database,
    expected: given.expected ?? known.expected,
    booking: given.booking ?? known.booking,
    passFor: null,
    worst: null,
    losses: [],
    grade: null,
    before: null,
    there: null,
    flippedAt: null,
    flippedModseq: undefined,
    late: undefined,
    returned: undefined,
    lostThere: undefined,
    dueAt,
    cause: '',
  }
}

async function lastMember(
  migration: MigrationWriter,
  organization: OrganizationId,
  project: ProjectId,
): Promise<number> {
  for (let after = 0; ; ) {
    const page = await migration.listMembers(organization, project, { after, limit: 1_000 })
    const last = page.rows.at(-1)?.no ?? after
    if (page.next === null) return last
    after = last
  }
}

/** What it would break to take a mailbox out of its batch, which is nothing any more once that has moved. Refuses `no-such-item`. */
export async function costOfRemoving(
  { migration }: { migration: MigrationReader },
  { organization, project }: Pick<Steering, 'organization' | 'project'>,
  address: string,
): Promise<{ member: Member; cost: LeavingCost }> {
  const member = await getMemberOf({ migration }, organization, project, address)
  const { state } = await migration.getBatch(organization, project, member.batch)
  const leaves = !isFlipped(state) && memberTakes(member.state, 'leave')
  const others = leaves ? await membersOf(migration, organization, project, member.batch) : []
  const cost = await costOfLeaving(migration, { organization, project }, others, leaves ? [member] : [])
  return { member, cost }
}

/** Takes a mailbox out of its batch; what was copied stays until it is rolled back. Refuses `wrong-state`. */
export async function removeMember(steering: Steering, address: string, note = ''): Promise<Member> {
  const { store, organization, project, by, now } = steering
  const removed = await write(steering, async ({ migration }) => {
    const { member, cost } = await costOfRemoving({ migration }, steering, address)
    const breaks = cost.rights.length + cost.notKnown === 0 ? '' : leavingWords(cost)
    const after: Member = {
      ...member,
      state: memberAfter(member.state, 'leave'),
      dueAt: null,
      cause: note === '' ? 'It was taken out.' : `It was taken out: ${note}`,
    }
    await migration.putMember(organization, after)
    const batch = await migration.getBatch(organization, project, member.batch)
    // What stood against it may have been this mailbox; what else does is found again.
    if (batch.cause !== '' && !batch.paused && !hasEnded(batch.state) && batch.state !== 'failed')
      await migration.putBatch(organization, { ...batch, cause: '' })
    await migration.addEvent(organization, project, {
      ...event(
        now,
        'removed',
        by,
        `${address} left batch ${member.batch}${breaks}${note === '' ? '.' : `: ${note}`}`,
      ),
      batch: member.batch,
      member: member.no,
    })
    return after
  })
  // It may have been the last that its batch waited for.
  if (removed.state === 'rolled-back') await sayReturn(store, { organization, id: project }, removed.batch)
  return removed
}
