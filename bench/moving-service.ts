/** This service as a source and as a target of migrations, for benches. */
import { inProcessClient } from '#src/app/in-process-client.ts'
import { startService } from '#src/app/serve.ts'
import type { OrganizationId } from '#src/base/ids.ts'
import { loadConfig } from '#src/config/load-config.ts'
import { membersOf } from '#src/domain/migration/engine/flip/flip.ts'
import type { ProjectId } from '#src/domain/migration/engine/project/project.ts'
import type { Store } from '#src/domain/store.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import { freePorts } from '#test/support/free-ports.ts'
import { PASSWORD } from './served-process.ts'

export const HOST = 'localhost'
/** Names of listeners. */
export const WEB = 'mail, calendars and contacts for programs'
export const IMAP = 'mail for programs to read with STARTTLS'
/** The account that may read all mailboxes of a source. */
export const MOVER = 'mover@corp.test'

/** A service with one organisation and users of those addresses. */
export type MovingService = {
  organization: OrganizationId
  store: Store
  call(operation: string, input: Record<string, unknown>): Promise<JsonObject>
  port(listener: string): number
  stop(): Promise<void>
}

export async function movingService(dataFolder: string, names: readonly string[]): Promise<MovingService> {
  const service = await startService(
    loadConfig({
      environment: {},
      options: { dataFolder, ...freePorts, 'log.output': 'file', 'service.hostname': HOST },
    }),
  )
  const admin = inProcessClient(service.data.answer)
  const { OrganizationId } = (await admin.call('CreateOrganization', { Alias: 'corp' })) as {
    OrganizationId: OrganizationId
  }
  const call = (operation: string, input: Record<string, unknown>) =>
    admin.call(operation, { OrganizationId, ...input } as JsonObject)
  for (const address of names) {
    const Name = address.split('@')[0]!
    const { UserId } = await call('CreateUser', { Name, DisplayName: Name, Password: PASSWORD })
    await call('RegisterToWorkMail', { EntityId: UserId, Email: address })
  }
  return {
    organization: OrganizationId,
    store: service.data.store,
    call,
    port: (listener) =>
      Number(
        service.listeners
          .find(({ name }) => name === listener)!
          .address.split(':')
          .at(-1),
      ),
    stop: () => service.stop(),
  }
}

export type MoveOptions = {
  url: string
  /** Authorities of its certificate, as PEM. */
  ca: string
  /** Of the source. */
  options?: Record<string, string>
  settings?: Record<string, unknown>
}

/** One batch of everybody, that nobody has begun yet. */
export async function planMove(
  { call }: Pick<MovingService, 'call'>,
  people: readonly string[],
  { url, ca, options, settings }: MoveOptions,
): Promise<ProjectId> {
  const { ProjectId } = await call('CreateMigrationProject', { Name: 'all', Settings: settings })
  await call('PutMigrationSource', {
    ...{ ProjectId, Name: 'old', Kind: 'exchange', Url: url, User: MOVER },
    ...{ Secret: PASSWORD, Authorities: ca, Options: options },
  })
  await call('PutMigrationBatch', { ProjectId, BatchNumber: 1, Name: 'all' })
  await call('AddMigrationMailboxes', {
    ProjectId,
    Mailboxes: people.map((Address) => ({ Address, BatchNumber: 1, Source: 'old' })),
  })
  return ProjectId as ProjectId
}

/** The same; answers how to run a pass and wait for its end. */
export async function moveAll(target: MovingService, people: readonly string[], how: MoveOptions) {
  const id = await planMove(target, people, how)
  const ProjectId = id as string
  const { organization, store } = target
  const passed = async (pass: number) => {
    const late = performance.now() + 3_600_000
    // One after the other: to ask for all of them each time costs more than a pass without changes.
    for (const { no } of await membersOf(store.migration, organization, id))
      for (;;) {
        const member = await store.migration.getMember(organization, id, no)
        if (member.state === 'failed') throw new Error(`${member.address}: ${member.cause}`)
        if (member.pass >= pass && member.state === 'synced' && member.passFor === null) break
        if (performance.now() > late) throw new Error(JSON.stringify(member))
        await new Promise((resolve) => setTimeout(resolve, 10))
      }
    return membersOf(store.migration, organization, id)
  }
  return {
    project: ProjectId,
    async preflight() {
      await target.call('StartMigrationBatch', { ProjectId, BatchNumber: 1 })
      for (;;) {
        const { state } = await store.migration.getBatch(organization, id, 1)
        if (state !== 'planned' && state !== 'preflight') return
        await new Promise((resolve) => setTimeout(resolve, 2))
      }
    },
    copyAll: () => passed(1),
    /** The last deltas, the verification and the flip; answers when the batch is done, or waits for somebody. */
    async cutOver() {
      await target.call('CutOverMigrationBatch', { ProjectId, BatchNumber: 1 })
      for (;;) {
        const batch = await store.migration.getBatch(organization, id, 1)
        if (batch.state === 'done' || batch.cause !== '')
          return { batch, members: await membersOf(store.migration, organization, id) }
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
    },
    /** As if their folders had been listed so much earlier: nobody waits until a mark is believed. */
    async agedMarks(ms: number) {
      for (const { mailbox } of await membersOf(store.migration, organization, id)) {
        const at = { organization, mailbox: mailbox! }
        await store.transact({ organization, mailboxes: [at.mailbox] }, async ({ migration }) => {
          for (const { mark, ...folder } of await migration.listLedgerFolders(at, 'old'))
            if (mark !== undefined)
              await migration.putLedgerFolder(at, {
                ...folder,
                mark: { ...mark, since: mark.since - ms, askedAt: mark.askedAt - ms },
              })
        })
      }
    },
    async again(pass: number) {
      const now = Date.now()
      await store.transact({ organization }, async ({ migration }) => {
        for (const member of await membersOf(migration, organization, id))
          await migration.putMember(organization, { ...member, dueAt: now })
      })
      return passed(pass)
    },
  }
}
