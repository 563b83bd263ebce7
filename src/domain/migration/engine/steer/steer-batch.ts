import { counted } from '#src/base/figure-words.ts'
import { Refusal } from '../../../refusal.ts'
import type { MigrationWriter } from '../../store.ts'
import { mailboxesTouched, membersOf } from '../flip/flip.ts'
import { isUnread } from '../folders/unread-folders.ts'
import { giveGrants } from '../grants/give-grants.ts'
import { lookAt } from '../project/late-looks.ts'
import { newBatch } from '../project/new-batch.ts'
import { type BatchOwnChange, batchOwnAfter, changesWindow } from '../project/own-settings.ts'
import type { Batch, Member } from '../project/project.ts'
import { requireResponsible } from '../project/responsible.ts'
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
} from '../project/state.ts'
import { event, type Steering, write } from '../project/steering.ts'
import { timed } from '../project/timed.ts'
import { findWave, withWave } from '../project/waves.ts'
import { returningBatch } from '../return/run-return.ts'
import { beginFinal, policyOf, waitsForRetry } from './advance.ts'
import { askSourcesAnew } from './ask-anew.ts'
import { endWindowWait } from './change-due.ts'
import { costOfLeaving, leavingWords } from './leaving.ts'
import { replannedWords, retriedWords, type Steered, steeredWords } from './trail-words.ts'

const MOST_BATCHES = 10_000

/** When a batch moves and how, as long as it has not. */
export type BatchTimes = Partial<
  Pick<Batch, 'pilot' | 'priority' | 'startAfter' | 'completeAfter' | 'failingMember'>
>
/** `name` is that of its number for a new one. A wave is made where there is none of that name; null: it is in none, nobody answers for it alone. */
type NewBatch = Pick<Batch, 'no'> &
  Partial<Pick<Batch, 'name'>> &
  BatchTimes & { waveName?: string | null; ledBy?: string | null; ownChange?: BatchOwnChange }

/**
 * Makes a batch, or changes when one that has not flipped moves, at any time in which wave it is and who answers for it. Refuses
 * `wrong-state`, `limit-exceeded`, `invalid-parameter`.
 */
export async function putBatch(
  steering: Steering,
  { waveName, ledBy, ownChange, ...given }: NewBatch,
): Promise<Batch> {
  const { organization, project, by, now } = steering
  const batch = await write(steering, async ({ migration }) => {
    if (typeof ledBy === 'string') requireResponsible(ledBy)
    const batches = await migration.listBatches(organization, project)
    const known = batches.find(({ no }) => no === given.no)
    if (known === undefined && batches.length >= MOST_BATCHES)
      throw new Refusal(
        'limit-exceeded',
        `A project has at most ${MOST_BATCHES} batches. Begin another project for the rest.`,
      )
    const { no: _, name = known?.name, ...times } = given
    const isLed = waveName !== undefined || ledBy !== undefined
    const isReplanned =
      !isLed || ownChange !== undefined || name !== known?.name || Object.keys(times).length > 0
    if (known && isReplanned && isSettled(known))
      throw new Refusal(
        'wrong-state',
        `Batch ${given.no} is "${batchWords[known.state]}", so when and how it moves is settled. Put its mailboxes into another batch.`,
      )
    const before = await migration.getProject(organization, project)
    const whole =
      typeof waveName !== 'string' || findWave(before, waveName)
        ? before
        : { ...before, waves: withWave(before, waveName) }
    if (whole !== before) await migration.putProject(whole)
    const batch: Batch = {
      ...(known ?? newBatch(project, given.no, name ?? `batch ${given.no}`)),
      ...given,
      ...(ownChange && { own: batchOwnAfter(whole, known?.own, ownChange, now) }),
      ...(waveName !== undefined && {
        wave: waveName === null ? undefined : findWave(whole, waveName)?.no,
      }),
      ...(ledBy !== undefined && { responsible: ledBy ?? undefined }),
    }
    await migration.putBatch(organization, batch)
    const sentence = known && replannedWords(known, batch, whole.waves)
    if (sentence !== undefined)
      await migration.addEvent(organization, project, {
        ...event(now, 'changed', by, sentence),
        batch: batch.no,
      })
    return batch
  })
  if (changesWindow(ownChange)) await endWindowWait(steering, batch.no)
  return batch
}

/** Whether it is past being put off. */
export const isSettled = ({ state }: Pick<Batch, 'state'>): boolean => isFlipped(state) || hasEnded(state)

/** Begins with the pre-flight; one that waits to be made again is made at once. Refuses `wrong-state`. */
export function startBatch(steering: Steering, no: number): Promise<Batch> {
  return steer(steering, no, 'started', async (batch) =>
    isLookedAt(batch)
      ? lookedAtNow(batch, steering.now)
      : { ...batch, state: batchAfter(batch.state, 'run'), cause: '' },
  )
}

/** Whether its pre-flight is made, or waits to be made again: whoever asks for that has it. */
const isLookedAt = ({ state, paused }: Batch): boolean => state === 'preflight' && !paused

function lookedAtNow(batch: Batch, now: number): Batch {
  const { preflight } = batch
  if (!waitsForRetry(batch, now) || preflight?.retry === undefined) return batch
  return { ...batch, cause: '', preflight: { ...preflight, retry: { ...preflight.retry, at: now } } }
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
  const { organization, project, now } = steering
  return steer(steering, no, 'resumed', async (given, members, migration) => {
    const batch = lookedAtNow(given, now)
    if (isLookedAt(batch)) return batch
    if (!batch.paused)
      throw new Refusal(
        'wrong-state',
        `Batch ${no} is "${batchWords[batch.state]}" and not paused, and none of its mailboxes waits for a source; there is nothing to resume.`,
      )
    const { settings } = await migration.getProject(organization, project)
    for (const member of members) {
      const runs = isCopying(batch.state) && ['waiting', 'initial-sync', 'synced'].includes(member.state)
      const late = isFlipped(batch.state) && member.state === 'flipped'
      const again = isFlipped(batch.state) && member.state === 'verified'
      if (again) await migration.putMember(organization, { ...member, dueAt: lookAt(member, settings, now) })
      if (runs || late) await migration.putMember(organization, { ...member, dueAt: now })
    }
    return { ...batch, paused: false, cause: '' }
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
 * Failed mailboxes, those with a folder that was not read, mailboxes that go back and wait, items that were left behind on either
 * way and rights that could not be given are tried again, and nothing else; `only`: of one mailbox of it. Refuses `wrong-state`.
 */
export async function retryBatch(
  steering: Steering,
  no: number,
  only?: Pick<Member, 'no' | 'address'>,
): Promise<{ mailboxes: number; items: number; rights: number }> {
  const { store, organization, project, now } = steering
  let mailboxes = 0
  let items = 0
  let hasUnread = false
  const of = only === undefined ? await membersOf(store.migration, organization, project, no) : [only]
  for (const { no: member } of of) {
    const { mailbox } = await store.migration.getMember(organization, project, member)
    const scope = { organization, ...(mailbox !== null && { mailboxes: [mailbox] }) }
    await store.transact(scope, async ({ migration }) => {
      const present = await migration.getMember(organization, project, member)
      // A retry before this one ended between its mailboxes and their batch.
      if (
        present.state === 'waiting' &&
        (await migration.getBatch(organization, project, no)).state === 'failed'
      )
        mailboxes++
      const rests = present.idle === 'ended the service' && present.dueAt !== null
      if (!memberTakes(present.state, 'retry')) {
        if (!rests) return
        mailboxes++
        await migration.putMember(organization, { ...present, dueAt: now, idle: undefined, cause: '' })
        return
      }
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
      const folders =
        mailbox === null ? [] : await migration.listLedgerFolders({ organization, mailbox }, present.source)
      const unread = folders.some((folder) => !folder.gone && isUnread(folder))
      if (asked === 0 && !failed && !unread && !rests) return
      items += asked
      if (failed || unread || rests) mailboxes++
      if (unread) hasUnread = true
      const { skipped, pending } = present.counts
      const counts = { ...present.counts, skipped: skipped - asked, pending: pending + asked }
      await migration.putMember(organization, { ...present, state, counts, dueAt: now, cause: '' })
    })
  }
  const rights = await retryGrants(steering, no, only)
  const again: Change = async (batch, members, migration) => {
    if (isBack(batch.state)) return returningBatch(batch, members)
    if (batch.state === 'failed' && mailboxes > 0) {
      // An engine that looked meanwhile has set them aside, as nothing of a failed batch runs.
      for (const member of members)
        if (member.state === 'waiting') await migration.putMember(organization, { ...member, dueAt: now })
      return { ...batch, state: batchAfter(batch.state, 'retry'), cause: '' }
    }
    if (batch.state === 'done-with-skips' && (items > 0 || hasUnread))
      return { ...batch, state: batchAfter(batch.state, 'retry') }
    return batch
  }
  await steer(steering, no, 'retried', again, retriedWords({ mailboxes, items, rights }, only?.address))
  return { mailboxes, items, rights }
}

/** Rights of who moved that were refused, or lead to somebody who is here by now; how many work. */
async function retryGrants(
  { store, organization, project, now }: Steering,
  no: number,
  only: Pick<Member, 'no'> | undefined,
): Promise<number> {
  const members = await membersOf(store.migration, organization, project, no)
  const moved = members.filter(
    (each) =>
      (each.state === 'flipped' || each.state === 'verified') && (only === undefined || only.no === each.no),
  )
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
export async function cutOverBatch(
  steering: Steering,
  no: number,
  { at, failing }: { at: number | null; failing: Batch['failingMember'] },
): Promise<Batch> {
  const { now } = steering
  const change: Change = async (batch) => {
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
  }
  return steer(steering, no, 'cut-over', change, await leaversWords(steering, no, failing))
}

/** Who has failed and leaves with a cut-over, and what that breaks; empty where nobody does. */
async function leaversWords(
  { store: { migration }, organization, project }: Steering,
  no: number,
  failing: Batch['failingMember'],
): Promise<string> {
  const batch = await migration.getBatch(organization, project, no)
  const policy = failing ?? policyOf(await migration.getProject(organization, project), batch)
  if (policy === 'hold' || !mayCutOver(batch.state)) return ''
  const members = await membersOf(migration, organization, project, no)
  const failed = members.filter(({ state }) => state === 'failed')
  if (failed.length === 0) return ''
  const cost = await costOfLeaving(migration, { organization, project }, members, failed)
  return `; ${counted(failed.length, 'mailbox that failed leaves', 'mailboxes that failed leave')} it${leavingWords(cost)}`
}

type Change = (batch: Batch, members: readonly Member[], migration: MigrationWriter) => Promise<Batch>

function steer(steering: Steering, no: number, kind: Steered, change: Change, more = ''): Promise<Batch> {
  const { organization, project, by, now } = steering
  return write(steering, async ({ migration }) => {
    const batch = await migration.getBatch(organization, project, no)
    const changed = await change(batch, await membersOf(migration, organization, project, no), migration)
    const after = timed(batch, changed, now)
    await migration.putBatch(organization, after)
    const sentence = steeredWords(kind, batch, after, more)
    await migration.addEvent(organization, project, { ...event(now, kind, by, sentence), batch: no })
    return after
  })
}
