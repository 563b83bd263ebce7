import { Refusal } from '../../refusal.ts'
import type { MigrationWriter } from '../store.ts'
import { beginFinal, waitsForRetry } from './advance.ts'
import { askSourcesAnew } from './ask-anew.ts'
import { mailboxesTouched, membersOf } from './flip.ts'
import { giveGrants } from './give-grants.ts'
import { newBatch } from './new-batch.ts'
import type { Batch, Member } from './project.ts'
import { returningBatch } from './run-return.ts'
import {
  batchAfter,
  batchWords,
  hasEnded,
  isBack,
  isCopying,
  isFlipped,
  mayCutOver,
  memberAfter,
  memberTakes,
} from './state.ts'
import { event, type Steering, write } from './steering.ts'
import { replannedWords, retriedWords, type Steered, steeredWords } from './trail-words.ts'

const MOST_BATCHES = 10_000

type NewBatch = Pick<Batch, 'no' | 'name'> &
  Partial<Pick<Batch, 'pilot' | 'priority' | 'startAfter' | 'completeAfter' | 'failingMember'>>

/** Makes a batch, or changes when one that has not flipped moves. Refuses `wrong-state`, `limit-exceeded`. */
export function putBatch(steering: Steering, given: NewBatch): Promise<Batch> {
  const { organization, project, by, now } = steering
  return write(steering, async ({ migration }) => {
    const batches = await migration.listBatches(organization, project)
    const known = batches.find(({ no }) => no === given.no)
    if (known === undefined && batches.length >= MOST_BATCHES)
      throw new Refusal(
        'limit-exceeded',
        `A project has at most ${MOST_BATCHES} batches. Begin another project for the rest.`,
      )
    if (known && (isFlipped(known.state) || hasEnded(known.state)))
      throw new Refusal(
        'wrong-state',
        `Batch ${given.no} is "${batchWords[known.state]}", so when it moves is settled. Put its mailboxes into another batch.`,
      )
    const batch: Batch = { ...(known ?? newBatch(project, given.no, given.name)), ...given }
    await migration.putBatch(organization, batch)
    const sentence = known && replannedWords(known, batch)
    if (sentence !== undefined)
      await migration.addEvent(organization, project, {
        ...event(now, 'changed', by, sentence),
        batch: batch.no,
      })
    return batch
  })
}

/** Begins with the pre-flight. Refuses `wrong-state`. */
export function startBatch(steering: Steering, no: number): Promise<Batch> {
  return steer(steering, no, 'started', async (batch) => ({
    ...batch,
    state: batchAfter(batch.state, 'run'),
    cause: '',
  }))
}

/** What runs is drained; nothing else of the batch is begun. Refuses `wrong-state`. */
export function pauseBatch(steering: Steering, no: number): Promise<Batch> {
  return steer(steering, no, 'paused', async (batch, members, migration) => {
    if (hasEnded(batch.state) || batch.state === 'planned')
      throw new Refusal(
        'wrong-state',
        `Batch ${no} is "${batchWords[batch.state]}"; there is nothing to pause.`,
      )
    for (const member of members)
      if (member.dueAt !== null) await migration.putMember(steering.organization, { ...member, dueAt: null })
    return { ...batch, paused: true, cause: `Paused by ${steering.by}.` }
  })
}

/**
 * Also one that waits for a source which refused or was not there: that is asked anew; `asked`: their names. A pre-flight that waits to
 * be made again is made at once. Refuses `wrong-state` where there is nothing of it.
 */
export async function resumeBatch(
  steering: Steering,
  no: number,
): Promise<Batch & { asked: readonly string[] }> {
  const { store, organization, project } = steering
  const asked = await askSourcesAnew(steering, no)
  const batch = await store.migration.getBatch(organization, project, no)
  if (!batch.paused && asked.length > 0) return { ...batch, asked }
  return { ...(await letGoOn(steering, no)), asked }
}

function letGoOn(steering: Steering, no: number): Promise<Batch> {
  const { organization, now } = steering
  return steer(steering, no, 'resumed', async (batch, members, migration) => {
    const retry = waitsForRetry(batch, now) ? batch.preflight?.retry : undefined
    const preflight = retry && { ...batch.preflight!, retry: { ...retry, at: now } }
    if (!batch.paused && preflight === undefined)
      throw new Refusal(
        'wrong-state',
        `Batch ${no} is "${batchWords[batch.state]}" and not paused, and none of its mailboxes waits for a source; there is nothing to resume.`,
      )
    for (const member of members) {
      const runs = isCopying(batch.state) && ['waiting', 'initial-sync', 'synced'].includes(member.state)
      const late = isFlipped(batch.state) && member.state === 'flipped'
      if (runs || late) await migration.putMember(organization, { ...member, dueAt: now })
    }
    return { ...batch, paused: false, cause: '', ...(preflight && { preflight }) }
  })
}

/** Nothing more is done; the copies stay until they are rolled back. Refuses `wrong-state`, also after the flip. */
export function cancelBatch(steering: Steering, no: number): Promise<Batch> {
  return steer(steering, no, 'cancelled', async (batch, members, migration) => {
    const state = batchAfter(batch.state, 'cancel')
    for (const member of members)
      if (memberTakes(member.state, 'cancel'))
        await migration.putMember(steering.organization, {
          ...member,
          state: memberAfter(member.state, 'cancel'),
          dueAt: null,
        })
    return { ...batch, state, paused: false, cause: `Cancelled by ${steering.by}.` }
  })
}

/**
 * Failed mailboxes, mailboxes that go back and wait, items that were left behind on either way and rights that could not be given
 * are tried again, and nothing else. Refuses `wrong-state`.
 */
export async function retryBatch(
  steering: Steering,
  no: number,
): Promise<{ mailboxes: number; items: number; rights: number }> {
  const { store, organization, project, now } = steering
  let mailboxes = 0
  let items = 0
  for (const { no: member } of await membersOf(store.migration, organization, project, no)) {
    const { mailbox } = await store.migration.getMember(organization, project, member)
    const scope = { organization, ...(mailbox !== null && { mailboxes: [mailbox] }) }
    await store.transact(scope, async ({ migration }) => {
      const present = await migration.getMember(organization, project, member)
      if (!memberTakes(present.state, 'retry')) return
      const state = memberAfter(present.state, 'retry')
      if (state === 'returning') {
        const left = mailbox === null || present.flippedAt === null ? 0 : (present.returned?.left ?? 0)
        const ofMailbox = present.lostThere?.others.length ?? 0
        if (present.state !== 'returning' && left + ofMailbox === 0) return
        if (left > 0)
          await migration.forgetReturns({ organization, mailbox: mailbox! }, present.source, 'left')
        items += left
        mailboxes++
        const { returnedBefore } = present
        // Whoever asks again while it goes back forgets nothing more: what was left by then would be told nowhere.
        const forgotten = left > 0 && {
          returned: undefined,
          returnedBefore: returnedBefore && { ...returnedBefore, left: 0 },
        }
        const due = { dueAt: now, idle: undefined, cause: '' }
        await migration.putMember(organization, { ...present, state, ...forgotten, ...due })
        return
      }
      const asked =
        mailbox === null ? 0 : await migration.retrySkipped({ organization, mailbox }, present.source)
      const failed = present.state === 'failed'
      if (asked === 0 && !failed) return
      items += asked
      if (failed) mailboxes++
      const { skipped, pending } = present.counts
      const counts = { ...present.counts, skipped: skipped - asked, pending: pending + asked }
      await migration.putMember(organization, { ...present, state, counts, dueAt: now, cause: '' })
    })
  }
  const rights = await retryGrants(steering, no)
  const again = async (batch: Batch, members: readonly Member[]): Promise<Batch> => {
    if (isBack(batch.state)) return returningBatch(batch, members)
    if (batch.state === 'failed' && mailboxes > 0)
      return { ...batch, state: batchAfter(batch.state, 'retry'), cause: '' }
    if (batch.state === 'done-with-skips' && items > 0)
      return { ...batch, state: batchAfter(batch.state, 'retry') }
    return batch
  }
  await steer(steering, no, 'retried', again, retriedWords({ mailboxes, items, rights }))
  return { mailboxes, items, rights }
}

/** Rights of who moved that were refused, or lead to somebody who is here by now; how many work. */
async function retryGrants({ store, organization, project, now }: Steering, no: number): Promise<number> {
  const members = await membersOf(store.migration, organization, project, no)
  const moved = members.filter(({ state }) => state === 'flipped' || state === 'verified')
  if (moved.length === 0) return 0
  const mailboxes = await mailboxesTouched(store, organization, project, moved)
  return store.transact({ organization, mailboxes }, async (writer) => {
    const { given } = await giveGrants(writer, organization, project, moved, now)
    return given
  })
}

/** Somebody who has looked at the losses accepts them, by name. Refuses `wrong-state`, `invalid-parameter`. */
export function approveBatch(steering: Steering, no: number, note: string): Promise<Batch> {
  const { by, now, organization, project: id } = steering
  return steer(steering, no, 'approved', async (batch, members, migration) => {
    if (by.trim() === '')
      throw new Refusal('invalid-parameter', 'An approval has a name: who accepts the losses?')
    if (hasEnded(batch.state)) batchAfter(batch.state, 'approved')
    if (batch.grade === null)
      throw new Refusal(
        'wrong-state',
        `Batch ${no} has no grade yet, as nothing is copied. Begin it with "landbridge migrate run".`,
      )
    const approval = { by, at: now, grade: batch.grade, note }
    const approved: Batch = { ...batch, approval, cause: '' }
    if (batch.state !== 'approving') return approved
    const project = await migration.getProject(organization, id)
    await beginFinal(project, batch, now)(members, migration)
    return { ...approved, state: batchAfter(batch.state, 'approved') }
  })
}

/** Asks for the last deltas and the flip, now or at a time. Refuses `wrong-state`. */
export function cutOverBatch(
  steering: Steering,
  no: number,
  { at, failing }: { at: number | null; failing: Batch['failingMember'] },
): Promise<Batch> {
  const { now } = steering
  return steer(steering, no, 'cut-over', async (batch) => {
    if (!mayCutOver(batch.state))
      throw new Refusal(
        'wrong-state',
        `Batch ${no} is "${batchWords[batch.state]}" and cannot be cut over. "landbridge migrate status" shows what it waits for.`,
      )
    return {
      ...batch,
      cutOverAsked: true,
      // Without a time it is now, whatever the plan says.
      completeAfter: at ?? now,
      failingMember: failing ?? batch.failingMember,
      cause: '',
    }
  })
}

type Change = (batch: Batch, members: readonly Member[], migration: MigrationWriter) => Promise<Batch>

function steer(steering: Steering, no: number, kind: Steered, change: Change, more = ''): Promise<Batch> {
  const { organization, project, by, now } = steering
  return write(steering, async ({ migration }) => {
    const batch = await migration.getBatch(organization, project, no)
    const after = await change(batch, await membersOf(migration, organization, project, no), migration)
    await migration.putBatch(organization, after)
    const sentence = steeredWords(kind, batch, after, more)
    await migration.addEvent(organization, project, { ...event(now, kind, by, sentence), batch: no })
    return after
  })
}
