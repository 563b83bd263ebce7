import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { RunMigrations } from '#jobs/run-migrations.ts'
import { type EntryId, newEntryId, newResourceId } from '#src/base/ids.ts'
import type { NewEntry } from '#src/domain/directory/entry.ts'
import { membersOf } from '#src/domain/migration/engine/flip/flip.ts'
import type { Batch, Member, Project, ProjectSettings } from '#src/domain/migration/engine/project/project.ts'
import type { Steering } from '#src/domain/migration/engine/project/steering.ts'
import { putBatch, startBatch } from '#src/domain/migration/engine/steer/steer-batch.ts'
import { addMembers } from '#src/domain/migration/engine/steer/steer-members.ts'
import { createProject, putSource } from '#src/domain/migration/engine/steer/steer-project.ts'
import { openSpool, SpoolRoom } from '#src/platform/spool/spool.ts'
import { ManualClock } from './manual-clock.ts'
import { ScriptedSource } from './scripted-source.ts'
import { temporaryStore } from './store.ts'

/** An organisation whose people are at home in Exchange, a project to bring them over, and an engine that works by a manual clock. */
export type MigrationSite = Awaited<ReturnType<typeof migrationSite>>

export const oldExchange = {
  id: 'old',
  kind: 'exchange',
  url: 'https://old.example',
  user: 'svc',
  options: {},
  anywhere: true,
  changedAt: 0,
} as const

export async function migrationSite(
  people: readonly string[],
  options: { settings?: Partial<ProjectSettings>; start?: number; batches?: number } = {},
) {
  const clock = new ManualClock(options.start)
  const temporary = await temporaryStore({ mailboxes: 0, now: () => clock.now() })
  const { store } = temporary
  const organization = temporary.organization.id
  const source = new ScriptedSource()
  const spoolFolder = await mkdtemp(join(tmpdir(), 'landbridge-spool-'))
  const spool = await openSpool({
    folder: spoolFolder,
    room: new SpoolRoom(2 ** 32),
    full: () => new Error('The spool is full'),
  })
  const entries = new Map<string, EntryId>()
  await store.transact({ organization }, async ({ directory }) => {
    for (const name of people)
      entries.set(name, (await directory.createEntry(organization, exchangeUser(name))).id)
  })
  const alerts: string[] = []
  const troubles: unknown[] = []
  /** Messages of troubles that a test makes itself. */
  const foreseen = new Set<string>()
  const engines: RunMigrations[] = []
  const project = await createProject(
    store,
    organization,
    { name: 'move', settings: options.settings ?? {}, by: 'ed' },
    clock.now(),
  )
  const steering = (): Steering => ({ store, organization, project: project.id, by: 'ed', now: clock.now() })
  await putSource(steering(), { config: oldExchange, secret: 'password' })
  for (const name of people) {
    const box = source.box(`${name}@corp.example`)
    box.addFolder('Posteingang', { role: 'inbox', key: `${name}-inbox` })
  }
  const count = options.batches ?? 1
  for (let no = 1; no <= count; no++) await putBatch(steering(), { no, name: `batch ${no}` })
  await addMembers(
    steering(),
    people.map((name, at) => ({ address: `${name}@corp.example`, batch: (at % count) + 1, source: 'old' })),
  )
  const site = {
    ...temporary,
    /** What the disk has left, for engines that begin from then on; undefined: nobody looks. */
    freeBytes: undefined as (() => Promise<number>) | undefined,
    organization,
    clock,
    source,
    project,
    entries,
    alerts,
    troubles,
    foreseen,
    engines,
    steering,
    inbox: (name: string) => ({ box: source.box(`${name}@corp.example`), folder: `${name}-inbox` }),
    engine(): RunMigrations {
      const engine = new RunMigrations({
        store,
        spool,
        clock,
        random: () => 0.5,
        alone: false,
        openSource: async () => source,
        ...(site.freeBytes && { freeBytes: site.freeBytes }),
        alert: (message) => alerts.push(message),
        trouble: (message, error) => {
          if (!foreseen.has((error as Error | undefined)?.message ?? message)) troubles.push(error ?? message)
        },
      })
      engines.push(engine)
      engine.start()
      return engine
    },
    start: (batch = 1) => startBatch(steering(), batch),
    batch: (no = 1): Promise<Batch> => store.migration.getBatch(organization, project.id, no),
    current: (): Promise<Project> => store.migration.getProject(organization, project.id),
    members: (): Promise<readonly Member[]> => membersOf(store.migration, organization, project.id),
    async member(name: string): Promise<Member> {
      return (await store.migration.findMember(organization, project.id, `${name}@corp.example`))!
    },
    entry: (name: string) => store.directory.getEntry(organization, entries.get(name)!),
    /** Time passes. An engine that was just reckoning how long to sleep reckons anew: nobody moves the clock again for it. */
    pass(ms: number): void {
      clock.advance(ms)
      for (const engine of engines) engine.wake()
    },
    /** Waits, in real time, until it holds. */
    async until(what: string, holds: () => Promise<boolean> | boolean, ms = 100_000): Promise<void> {
      const late = Date.now() + ms
      while (!(await holds())) {
        if (troubles.length > 0) throw troubles[0]
        if (Date.now() > late) {
          const batches = await store.migration.listBatches(organization, project.id)
          const told = batches.map(({ no, state, cause }) => `${no} ${state} ${cause}`)
          const members = (await membersOf(store.migration, organization, project.id)).map(
            ({ address, state, cause, dueAt }) => `${address} ${state} ${cause} ${dueAt}`,
          )
          throw new Error(`Waited in vain until ${what}:\n${[...told, ...members].join('\n')}`)
        }
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
    },
    async close(): Promise<void> {
      const stop = clock.leap(1)
      for (const engine of engines) await engine.stop(AbortSignal.abort())
      stop()
      await temporary.remove()
      await rm(spoolFolder, { recursive: true, force: true })
    },
  }
  return site
}

/** Makes sites, and closes them when the tests of the file are over. */
export function openSites(): typeof migrationSite {
  const sites: MigrationSite[] = []
  after(async () => {
    for (const site of sites) await site.close()
  })
  return async (...of) => {
    const site = await migrationSite(...of)
    sites.push(site)
    return site
  }
}

/** Subjects of what lies in somebody's inbox here, in order. */
export async function inboxSubjects(site: MigrationSite, name: string): Promise<string[]> {
  const { mailbox } = await site.member(name)
  const at = { organization: site.organization, mailbox: mailbox! }
  const inbox = (await site.store.mailboxes.findFolder(at, { distinguished: 'inbox' }))!
  const page = await site.store.mailboxes.listItems(at, inbox.no, {
    order: 'uid',
    limit: 500,
    parts: ['summary'],
  })
  return page.rows.map(({ summary }) => summary!.subject).sort()
}

export const exchangeUser = (name: string): NewEntry => ({
  id: newEntryId(),
  kind: 'user',
  role: 'REMOTE_USER',
  identityProviderUserId: null,
  name,
  displayName: name,
  state: 'ENABLED',
  home: 'exchange',
  hidden: false,
  addresses: [
    { kind: 'primary', address: `${name}@corp.example` },
    { kind: 'x500', address: `/o=Corp/ou=Exchange/cn=Recipients/cn=${name}` },
  ],
  target: `${name}@exchange.corp.example`,
  details: {},
  photo: null,
  certificate: null,
  mailbox: null,
  createdAt: 1,
  enabledAt: 1,
  disabledAt: null,
  deletedAt: null,
  purgeAt: null,
})

/** A room that is at home in Exchange. */
export const exchangeRoom = (name: string): NewEntry => ({
  ...{ id: newResourceId(), kind: 'resource', type: 'ROOM', name, displayName: name },
  ...{ description: '', capacity: 8, state: 'ENABLED', home: 'exchange', hidden: false },
  bookingOptions: {
    ...{ autoAcceptRequests: true, autoDeclineRecurringRequests: false },
    autoDeclineConflictingRequests: true,
  },
  addresses: [{ kind: 'primary', address: `${name}@corp.example` }],
  ...{ target: `${name}@exchange.corp.example`, details: {}, photo: null, certificate: null, mailbox: null },
  ...{ createdAt: 1, enabledAt: 1, disabledAt: null, deletedAt: null, purgeAt: null },
})

/** As the site, with a project of its own that brings one of its people from the source of that name. */
export async function projectBeside(
  site: MigrationSite,
  { name, source }: { name: string; source: string },
): Promise<MigrationSite> {
  const { store, organization } = site
  const address = `${name}@corp.example`
  const project = await createProject(store, organization, { name: 'other', settings: {}, by: 'ed' }, 1)
  const steering = () => ({ ...site.steering(), project: project.id })
  await putSource(steering(), { config: { ...oldExchange, id: source }, secret: 'password' })
  await putBatch(steering(), { no: 1, name: 'batch 1' })
  await addMembers(steering(), [{ address, batch: 1, source }])
  return {
    ...site,
    project,
    steering,
    start: () => startBatch(steering(), 1),
    batch: () => store.migration.getBatch(organization, project.id, 1),
    current: () => store.migration.getProject(organization, project.id),
    member: async (who) =>
      (await store.migration.findMember(organization, project.id, `${who}@corp.example`))!,
  }
}
