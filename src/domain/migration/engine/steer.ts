import { randomUUID } from 'node:crypto'
import type { EntryId, OrganizationId } from '#src/base/ids.ts'
import { Refusal } from '../../refusal.ts'
import type { Store, Writer } from '../../store.ts'
import { requireAlerts } from '../alerts/alert.ts'
import type { MigrationWriter } from '../store.ts'
import { beginFinal } from './advance.ts'
import { membersOf } from './flip.ts'
import { findParty } from './grants.ts'
import { newBatch } from './new-batch.ts'
import {
  type Batch,
  type DeferredGrant,
  type Member,
  noCounts,
  type Project,
  type ProjectId,
  type ProjectSettings,
  type SourceLogin,
  usualSettings,
} from './project.ts'
import { batchAfter, hasEnded, isCopying, isFlipped, memberAfter, memberTakes, takesStep } from './state.ts'
import { windowAt } from './window.ts'

/** Who steers, for the audit trail. */
export type Steering = {
  store: Store
  organization: OrganizationId
  project: ProjectId
  by: string
  now: number
}

const MOST_PROJECTS = 100
const MOST_BATCHES = 10_000

/** Refuses `name-taken`, `limit-exceeded`, `invalid-parameter`. */
export async function createProject(
  store: Store,
  organization: OrganizationId,
  { name, settings, by }: { name: string; settings: Partial<ProjectSettings>; by: string },
  now: number,
): Promise<Project> {
  const known = await store.migration.listProjects(organization)
  if (known.some((project) => project.name === name))
    throw new Refusal('name-taken', `There is a migration project "${name}" already.`)
  if (known.length >= MOST_PROJECTS)
    throw new Refusal(
      'limit-exceeded',
      `An organisation has at most ${MOST_PROJECTS} migration projects. Add batches to one of them.`,
    )
  const project: Project = {
    organization,
    id: randomUUID() as ProjectId,
    name,
    createdAt: now,
    settings: checked({ ...usualSettings, ...settings }, now),
  }
  await store.transact({ organization }, async ({ migration }) => {
    await migration.putProject(project)
    await migration.addEvent(
      organization,
      project.id,
      event(now, 'created', by, `Project "${name}" was made.`),
    )
  })
  return project
}

/** The project with that id or name. Refuses `no-such-item`. */
export async function findProject(
  store: Store,
  organization: OrganizationId,
  text: string,
): Promise<Project> {
  const found = (await store.migration.listProjects(organization)).find(
    ({ id, name }) => id === text || name === text,
  )
  if (found !== undefined) return found
  throw new Refusal(
    'no-such-item',
    `There is no migration project "${text}". List them with "landbridge migrate list".`,
  )
}

function checked(settings: ProjectSettings, now: number): ProjectSettings {
  const refuse = (what: string) => new Refusal('invalid-parameter', what)
  try {
    if (settings.window !== null && windowAt(settings.window, now) === null)
      throw refuse('No window opens within two years with these days and holidays.')
  } catch (error) {
    if (error instanceof Refusal) throw error
    throw refuse(`The window cannot be understood: ${(error as Error).message}`)
  }
  const whole = (value: number, from: number, to: number) =>
    Number.isInteger(value) && value >= from && value <= to
  if (!whole(settings.lanes, 1, 1_000)) throw refuse('From 1 to 1,000 mailboxes are copied at once.')
  if (!whole(settings.pageItems, 1, 5_000)) throw refuse('A page has from 1 to 5,000 changes.')
  if (!whole(settings.itemAttempts, 1, 20)) throw refuse('An item is tried from 1 to 20 times.')
  if (settings.alerts !== undefined) requireAlerts(settings.alerts)
  return settings
}

/** Holds for what runs within seconds. Refuses `invalid-parameter`. */
export function changeSettings(steering: Steering, change: Partial<ProjectSettings>): Promise<Project> {
  const { organization, project: id, by, now } = steering
  return write(steering, async ({ migration }) => {
    const project = await migration.getProject(organization, id)
    const after = { ...project, settings: checked({ ...project.settings, ...change }, now) }
    await migration.putProject(after)
    const names = Object.keys(change).join(', ')
    await migration.addEvent(organization, id, event(now, 'settings', by, `Settings were changed: ${names}.`))
    return after
  })
}

export function putSource(steering: Steering, login: SourceLogin): Promise<void> {
  const { organization, project, by, now } = steering
  return write(steering, async ({ migration }) => {
    const known = await migration.getProject(organization, project)
    await migration.putSource(organization, project, {
      ...login,
      config: { ...login.config, changedAt: now },
    })
    // Lanes look again: it may be well now.
    await migration.putProject(known)
    const sentence = `Source "${login.config.id}" is ${login.config.kind} at ${login.config.url}.`
    await migration.addEvent(organization, project, event(now, 'source', by, sentence))
  })
}

export type NewBatch = Pick<Batch, 'no' | 'name'> &
  Partial<Pick<Batch, 'pilot' | 'priority' | 'startAfter' | 'completeAfter' | 'failingMember'>>

/** Makes a batch, or changes when one that has not flipped moves. Refuses `wrong-state`, `limit-exceeded`. */
export function putBatch(steering: Steering, given: NewBatch): Promise<Batch> {
  const { organization, project } = steering
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
        `Batch ${given.no} is ${known.state}, so when it moves is settled. Put its mailboxes into another batch.`,
      )
    const batch: Batch = { ...(known ?? newBatch(project, given.no, given.name)), ...given }
    await migration.putBatch(organization, batch)
    return batch
  })
}

export type NewMember = { address: string; batch: number; source: string } & Partial<{
  entry: EntryId
  x500: readonly string[]
  priority: number
  expected: Member['expected']
}>

/** Adds mailboxes, also to a batch that runs: only these are begun. Refuses `name-taken`, `wrong-state`, `no-such-item`. */
export function addMembers(steering: Steering, given: readonly NewMember[]): Promise<readonly Member[]> {
  const { organization, project, by, now } = steering
  return write(steering, async ({ migration }) => {
    let no = await lastMember(migration, organization, project)
    const added: Member[] = []
    const sources = new Set((await migration.listSources(organization, project)).map(({ id }) => id))
    for (const each of given) {
      if (!sources.has(each.source))
        throw new Refusal('no-such-item', `The project has no source "${each.source}". Add it first.`)
      const batch = await migration.getBatch(organization, project, each.batch)
      if (hasEnded(batch.state) || isFlipped(batch.state) || batch.state === 'finalising')
        throw new Refusal(
          'wrong-state',
          `Batch ${batch.no} is ${batch.state} and takes no more mailboxes. Name another batch.`,
        )
      const begins = isCopying(batch.state) && !batch.paused
      const member: Member = {
        project,
        no: ++no,
        batch: each.batch,
        state: 'waiting',
        source: each.source,
        address: each.address.toLowerCase(),
        entry: each.entry ?? null,
        x500: each.x500 ?? [],
        mailbox: null,
        madeHere: false,
        priority: each.priority ?? batch.priority,
        dueAt: begins ? now : null,
        pass: 0,
        passFor: null,
        counts: noCounts,
        expected: each.expected ?? null,
        worst: null,
        losses: [],
        grade: null,
        cause: '',
        lastPass: null,
        before: null,
        flippedAt: null,
        fence: 0,
        leasedUntil: null,
      }
      await migration.putMember(organization, member)
      if (takesStep(batch.state, 'members-added'))
        await migration.putBatch(organization, { ...batch, state: batchAfter(batch.state, 'members-added') })
      added.push(member)
    }
    await migration.addEvent(
      organization,
      project,
      event(now, 'added', by, `${added.length} mailboxes were added.`),
    )
    return added
  })
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

/** Takes a mailbox out of its batch; what was copied stays until it is rolled back. Refuses `wrong-state`. */
export function removeMember(steering: Steering, address: string): Promise<Member> {
  const { organization, project, by, now } = steering
  return write(steering, async ({ migration }) => {
    const member = await migration.findMember(organization, project, address.toLowerCase())
    if (member === undefined)
      throw new Refusal(
        'no-such-item',
        `${address} is not in this project. "landbridge migrate report" lists who is.`,
      )
    const after: Member = {
      ...member,
      state: memberAfter(member.state, 'leave'),
      dueAt: null,
      cause: 'It was taken out.',
    }
    await migration.putMember(organization, after)
    await migration.addEvent(organization, project, {
      ...event(now, 'removed', by, `${address} left batch ${member.batch}.`),
      batch: member.batch,
      member: member.no,
    })
    return after
  })
}

/** Grants that a plan cuts: applied when the second end arrives. Parties nobody knows are listed. */
export async function addGrants(
  steering: Steering,
  grants: readonly Pick<DeferredGrant, 'owner' | 'grantee' | 'right' | 'folder'>[],
): Promise<number> {
  const { store, organization, project } = steering
  const rows: Omit<DeferredGrant, 'no'>[] = []
  for (const grant of grants) {
    const known = (await findParty(store.directory, organization, grant.grantee)) !== undefined
    rows.push({
      ...grant,
      owner: grant.owner.toLowerCase(),
      grantee: grant.grantee.toLowerCase(),
      state: known ? 'waiting' : 'unresolved',
      rights: null,
      brokenFrom: null,
      appliedAt: null,
      cause: known ? '' : `Nobody in the directory is called "${grant.grantee}".`,
    })
  }
  await write(steering, async ({ migration }) => {
    for (const row of rows) await migration.putGrant(organization, project, row)
  })
  return rows.length
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
      throw new Refusal('wrong-state', `Batch ${no} is ${batch.state}; there is nothing to pause.`)
    for (const member of members)
      if (member.dueAt !== null) await migration.putMember(steering.organization, { ...member, dueAt: null })
    return { ...batch, paused: true, cause: `Paused by ${steering.by}.` }
  })
}

export function resumeBatch(steering: Steering, no: number): Promise<Batch> {
  const { organization, now } = steering
  return steer(steering, no, 'resumed', async (batch, members, migration) => {
    if (!batch.paused) throw new Refusal('wrong-state', `Batch ${no} is not paused; it goes on by itself.`)
    for (const member of members) {
      const runs = isCopying(batch.state) && ['waiting', 'initial-sync', 'synced'].includes(member.state)
      const late = isFlipped(batch.state) && member.state === 'flipped'
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

/** Failed mailboxes and items that were left behind are tried again, and nothing else. Refuses `wrong-state`. */
export async function retryBatch(
  steering: Steering,
  no: number,
): Promise<{ mailboxes: number; items: number }> {
  const { store, organization, project, now } = steering
  let mailboxes = 0
  let items = 0
  for (const { no: member } of await membersOf(store.migration, organization, project, no)) {
    const { mailbox } = await store.migration.getMember(organization, project, member)
    const scope = { organization, ...(mailbox !== null && { mailboxes: [mailbox] }) }
    await store.transact(scope, async ({ migration }) => {
      const present = await migration.getMember(organization, project, member)
      if (!memberTakes(present.state, 'retry')) return
      const asked = mailbox === null ? 0 : await migration.retrySkipped({ organization, mailbox })
      const failed = present.state === 'failed'
      if (asked === 0 && !failed) return
      items += asked
      if (failed) mailboxes++
      const { skipped, pending } = present.counts
      const counts = { ...present.counts, skipped: skipped - asked, pending: pending + asked }
      const state = memberAfter(present.state, 'retry')
      await migration.putMember(organization, { ...present, state, counts, dueAt: now, cause: '' })
    })
  }
  await steer(steering, no, 'retried', async (batch) => {
    if (batch.state === 'failed' && mailboxes > 0)
      return { ...batch, state: batchAfter(batch.state, 'retry'), cause: '' }
    if (batch.state === 'done-with-skips' && items > 0)
      return { ...batch, state: batchAfter(batch.state, 'retry') }
    return batch
  })
  return { mailboxes, items }
}

/** Somebody who has looked at the losses accepts them, by name. Refuses `wrong-state`, `invalid-parameter`. */
export function approveBatch(steering: Steering, no: number, note: string): Promise<Batch> {
  const { by, now, organization, project: id } = steering
  return steer(steering, no, 'approved', async (batch, members, migration) => {
    if (by.trim() === '')
      throw new Refusal('invalid-parameter', 'An approval has a name: who accepts the losses?')
    if (batch.grade === null)
      throw new Refusal(
        'wrong-state',
        `Batch ${no} has no grade yet, as nothing is copied. Begin it with "landbridge migrate run".`,
      )
    const approval = { by, at: now, grade: batch.grade, note }
    const approved: Batch = { ...batch, approval, cause: '' }
    if (batch.state !== 'approving') return approved
    const project = await migration.getProject(organization, id)
    await beginFinal(project, now)(members, migration)
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
    if (
      !takesStep(batch.state, 'cut-over') &&
      !['initial-sync', 'waiting-window', 'preflight'].includes(batch.state)
    )
      throw new Refusal(
        'wrong-state',
        `Batch ${no} is ${batch.state} and cannot be cut over. "landbridge migrate status" shows what it waits for.`,
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

function steer(steering: Steering, no: number, kind: string, change: Change): Promise<Batch> {
  const { organization, project, by, now } = steering
  return write(steering, async ({ migration }) => {
    const batch = await migration.getBatch(organization, project, no)
    const after = await change(batch, await membersOf(migration, organization, project, no), migration)
    await migration.putBatch(organization, after)
    const sentence = `Batch ${no} was ${kind}.`
    await migration.addEvent(organization, project, { ...event(now, kind, by, sentence), batch: no })
    return after
  })
}

const write = <T>({ store, organization }: Steering, work: (writer: Writer) => Promise<T>): Promise<T> =>
  store.transact({ organization }, work)

const event = (at: number, kind: string, by: string, sentence: string) => ({
  at,
  kind,
  batch: null,
  member: null,
  by,
  sentence,
})
