import { randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { OrganizationId } from '#src/base/ids.ts'
import { primaryAddress } from '../../../directory/entry.ts'
import type { Page } from '../../../mailbox/store.ts'
import { Refusal } from '../../../refusal.ts'
import type { Store } from '../../../store.ts'
import { requireAlerts } from '../../alerts/alert.ts'
import { allGrantsOf, findParty, keyOf } from '../grants/grants.ts'
import { nextLook } from '../project/late-looks.ts'
import { noSource } from '../project/named.ts'
import {
  type DeferredGrant,
  type Member,
  type Project,
  type ProjectId,
  type ProjectSettings,
  type SourceLogin,
  usualSettings,
} from '../project/project.ts'
import { requireWindow } from '../project/require-window.ts'
import { addressOf, requireResponsible } from '../project/responsible.ts'
import type { IdleCause } from '../project/retry.ts'
import { changedSettings } from '../project/setting-words.ts'
import { type SettingsChange, settingsAfter } from '../project/source-caps.ts'
import { partsOf } from '../project/source-config.ts'
import { event, type Steering, write } from '../project/steering.ts'
import { changeDue, endWindowWait } from './change-due.ts'
import { droppedOf, isGivenAsItWas, sourceWords } from './trail-words.ts'

const MOST_PROJECTS = 100
/** Mailboxes that are looked at together. */
const AT_ONCE = 200

/** Refuses `name-taken`, `limit-exceeded`, `invalid-parameter`. */
export async function createProject(
  store: Store,
  organization: OrganizationId,
  { name, settings, by }: { name: string; settings: SettingsChange; by: string },
  now: number,
): Promise<Project> {
  requireName(name)
  const known = await store.migration.listProjects(organization)
  if (known.some((project) => project.name === name || project.id === name))
    throw new Refusal('name-taken', `There is a migration project "${name}" already. Choose another name.`)
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
    settings: checked(settingsAfter(usualSettings, settings), now),
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

/** A name is written in commands and shown in terminals. */
function requireName(name: string): void {
  if (name !== '' && name.trim() === name && !/[\p{Cc}/\\]/u.test(name) && !/^[-.]/.test(name)) return
  throw new Refusal(
    'invalid-parameter',
    'The name of a migration has no line breaks or slashes, no blanks at its ends, and no hyphen or dot first. Choose a short one, as "move".',
  )
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
  if (settings.window !== null) requireWindow(settings.window, now)
  const whole = (value: number, from: number, to: number) =>
    Number.isInteger(value) && value >= from && value <= to
  if (!whole(settings.lanes, 1, 1_000)) throw refuse('From 1 to 1,000 mailboxes are copied at once.')
  if (!whole(settings.pageItems, 1, 5_000)) throw refuse('A page has from 1 to 5,000 changes.')
  if (!whole(settings.itemAttempts, 1, 20)) throw refuse('An item is tried from 1 to 20 times.')
  if (settings.alerts !== undefined) requireAlerts(settings.alerts)
  if (settings.responsible !== undefined) requireResponsible(settings.responsible)
  const led = settings.responsible === undefined ? undefined : addressOf(settings.responsible)
  if (settings.reportHours !== undefined && led === undefined && !settings.alerts?.addresses.length)
    throw new Refusal(
      'invalid-parameter',
      'Nobody is named who gets the reports. Say who with --alert-mail, or --responsible with a mail address.',
    )
  return settings
}

/** Holds for what runs within seconds. Refuses `invalid-parameter`, and `no-such-item` for a cap of a source that is not there. */
export async function changeSettings(steering: Steering, change: SettingsChange): Promise<Project> {
  const { organization, project: id, by, now } = steering
  let before: Project | undefined
  const changed = await write(steering, async ({ migration }) => {
    const project = await migration.getProject(organization, id)
    before = project
    const sources = (await migration.listSources(organization, id)).map((source) => source.id)
    for (const source of Object.keys(change.caps ?? {}))
      if (!sources.includes(source)) throw noSource(source, sources)
    const settings = checked(settingsAfter(project.settings, change), now)
    const after = { ...project, settings, ...(settings.bytesPerSecond === undefined && { owed: undefined }) }
    await migration.putProject(after)
    const changed = changedSettings(project.settings, after.settings)
    const sentence =
      changed.length === 0
        ? 'Settings were given again as they were.'
        : `Settings were changed: ${changed.join('; ')}.`
    await migration.addEvent(organization, id, event(now, 'settings', by, sentence))
    return after
  })
  const { deltaEveryMinutes, lateHours, window } = changed.settings
  if (!isDeepStrictEqual(before?.settings.window, window)) await endWindowWait(steering)
  if (!isDeepStrictEqual(before?.settings.lateHours, lateHours))
    await changeDue(steering, waitsForLook(now), (member) => nextLook(member, changed.settings, now))
  if (before?.settings.deltaEveryMinutes !== deltaEveryMinutes)
    await changeDue(steering, restsUntilDelta, ({ lastPass }) =>
      Math.max(now, (lastPass?.endedAt ?? now) + deltaEveryMinutes * 60_000),
    )
  return changed
}

/** It is at rest for no other reason. */
const restsUntilDelta = ({ state, dueAt, idle }: Member): boolean =>
  state === 'synced' && dueAt !== null && idle === undefined

/** It has moved, and nothing is under way, or due, that looks what arrived late. */
const waitsForLook =
  (now: number) =>
  ({ state, dueAt, idle, late, passFor }: Member): boolean =>
    state === 'verified' &&
    (dueAt === null || dueAt > now) &&
    idle === undefined &&
    passFor === null &&
    late?.askedAt === undefined

/** What a source that is given again with an address had and has no more, and whether it is otherwise at all. */
export type GivenSource = { dropped: readonly string[]; changed: boolean }

/** Refuses `wrong-state`. */
export async function putSource(steering: Steering, login: SourceLogin): Promise<GivenSource> {
  const { organization, project, by, now } = steering
  await requireParts(steering, login.config)
  const given = await write(steering, async ({ migration }) => {
    const known = await migration.getProject(organization, project)
    const { id } = login.config
    const before = (await migration.listSources(organization, project)).find((each) => each.id === id)
    const kept = before && (await migration.getSourceLogin(organization, project, id))
    await migration.putSource(organization, project, {
      ...login,
      config: { ...login.config, changedAt: now },
    })
    // Lanes look again: it may be well now. What ends may be another account's.
    await migration.putProject({ ...known, expiries: undefined })
    for (const batch of await migration.listBatches(organization, project))
      if (batch.state === 'planned' && batch.preflight !== null && batch.cause !== '')
        await migration.putBatch(organization, {
          ...batch,
          cause: `Source "${login.config.id}" was changed since its pre-flight failed: run it again.`,
        })
      else if (batch.state === 'preflight' && batch.preflight !== null)
        await migration.putBatch(organization, { ...batch, preflight: null, cause: '' })
    const sentence = sourceWords(login, kept)
    await migration.addEvent(organization, project, event(now, 'source', by, sentence))
    return {
      dropped: kept === undefined ? [] : droppedOf(kept, login),
      changed: !isGivenAsItWas(login, kept),
    }
  })
  await endWaiting(steering, login.config.id)
  return given
}

/**
 * What a source has brought beside what everybody sees would count as deleted there once the source does not name it any more.
 * Refuses `wrong-state`.
 */
async function requireParts(
  { store, organization, project }: Steering,
  config: SourceLogin['config'],
): Promise<void> {
  const { migration } = store
  const before = (await migration.listSources(organization, project)).find(({ id }) => id === config.id)
  const still = partsOf(config)
  const left = before && partsOf(before).find((part) => !still.includes(part))
  const isOther = before !== undefined && before.kind !== config.kind
  if (left === undefined && !isOther) return
  for (let after: number | null = null; ; ) {
    const page: Page<Member> = await migration.listMembers(organization, project, {
      after,
      limit: AT_ONCE,
    })
    if (page.rows.some(({ source, pass }) => source === config.id && pass > 0))
      throw new Refusal(
        'wrong-state',
        isOther
          ? `Source "${config.id}" is of kind ${before.kind} and has brought mailboxes already, so it stays so. Make a source of another name.`
          : `Source "${config.id}" has brought mailboxes with its option "${left}" already, and keeps it: say ${left}=yes, or make a source of another name.`,
      )
    if (page.next === null) return
    after = page.next
  }
}

/** Why mailboxes wait for a source, or for one that could not be opened. */
export const ofServer: readonly (IdleCause | undefined)[] = [
  ...(['server refuses us', 'server out of reach', 'trying again'] as const),
]

/** Mailboxes that wait because the source refused or was not there are due at once. */
export const endWaiting = (steering: Steering, source: string): Promise<void> =>
  changeDue(
    steering,
    ({ source: of, idle, dueAt }) => of === source && ofServer.includes(idle) && (dueAt ?? 0) > steering.now,
    () => steering.now,
  )

/**
 * What a plan knows that others may do with mailboxes that move: each is given again once both ends are here. What is known
 * already is not noted twice; who is unknown may still come with the address book, and is listed where he has not at the flip.
 * Answers how many are new.
 */
export async function addGrants(
  steering: Steering,
  grants: readonly Pick<DeferredGrant, 'owner' | 'grantee' | 'right' | 'folder'>[],
): Promise<number> {
  const { store, organization, project } = steering
  const known = new Set<string>()
  for (const owner of new Set(grants.map((grant) => grant.owner.toLowerCase())))
    for (const grant of await allGrantsOf(store.migration, organization, project, owner))
      known.add(keyOf(grant))
  const rows: Omit<DeferredGrant, 'no'>[] = []
  for (const grant of grants) {
    const party = await findParty(store.directory, organization, grant.grantee)
    const row: Omit<DeferredGrant, 'no'> = {
      ...grant,
      owner: grant.owner.toLowerCase(),
      grantee: (party && (primaryAddress(party) ?? party.id))?.toLowerCase() ?? grant.grantee.toLowerCase(),
      state: 'waiting',
      rights: null,
      brokenFrom: null,
      appliedAt: null,
      cause: party === undefined ? `Nobody in the directory is called "${grant.grantee}" yet.` : '',
    }
    if (known.has(keyOf(row))) continue
    known.add(keyOf(row))
    rows.push(row)
  }
  if (rows.length > 0)
    await write(steering, async ({ migration }) => {
      for (const row of rows) await migration.putGrant(organization, project, row)
    })
  return rows.length
}
