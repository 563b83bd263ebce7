import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { newMailboxId } from '#src/base/ids.ts'
import { distinguishedFolders } from '#src/domain/mailbox/distinguished-folders.ts'
import type { Item } from '#src/domain/mailbox/item.ts'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import { CarefulReading } from '#src/domain/migration/engine/ledger/careful-reading.ts'
import { LEASE_MS, type PassRun } from '#src/domain/migration/engine/ledger/page-run.ts'
import { SourceBudget } from '#src/domain/migration/engine/pace/budget.ts'
import type { Clock } from '#src/domain/migration/engine/pace/clock.ts'
import { Lane } from '#src/domain/migration/engine/pace/lane.ts'
import { runPass } from '#src/domain/migration/engine/pass/run-pass.ts'
import { newBatch } from '#src/domain/migration/engine/project/new-batch.ts'
import { newMember } from '#src/domain/migration/engine/project/new-member.ts'
import {
  type Batch,
  type Member,
  type ProjectId,
  type ProjectSettings,
  usualSettings,
} from '#src/domain/migration/engine/project/project.ts'
import type { UncleanEnds } from '#src/domain/migration/engine/project/unclean-ends.ts'
import type { MailboxSource } from '#src/domain/migration/source.ts'
import type { Store } from '#src/domain/store.ts'
import { openSpool, SpoolRoom } from '#src/platform/spool/spool.ts'
import { ManualClock } from './manual-clock.ts'
import type { ScriptedSource } from './scripted-source.ts'
import { readAll, temporaryStore } from './store.ts'
import { wholeMailbox } from './whole-mailbox.ts'

/** A mailbox here that one of a source is copied into, pass by pass. */
export type MigratedMailbox = Awaited<ReturnType<typeof migratedMailbox>>

export async function migratedMailbox(
  source: MailboxSource,
  options: { settings?: Partial<ProjectSettings>; clock?: Clock } = {},
) {
  const temporary = await temporaryStore({ mailboxes: 0 })
  const { store } = temporary
  const organization = temporary.organization.id
  const clock = options.clock ?? new ManualClock()
  const settings = { ...usualSettings, ...options.settings }
  const spool = await openSpool({
    folder: join(temporary.folder, 'spool'),
    room: new SpoolRoom(2 ** 32),
    full: () => new Error('The spool is full'),
  })
  const at: MailboxRef = { organization, mailbox: newMailboxId() }
  await store.transact({ organization, newMailboxes: [at.mailbox] }, (writer) =>
    writer.mailboxes.createMailbox(at, { quotaBytes: 2 ** 40, folders: distinguishedFolders }),
  )
  const project = randomUUID() as ProjectId
  const member = aMember(project, 'anna@source.example')
  await store.transact({ organization }, async ({ migration }) => {
    await migration.putProject({ organization, id: project, name: 'test', createdAt: 0, settings })
    await migration.putMember(organization, member)
  })
  let pass = 0
  return {
    ...temporary,
    at,
    project,
    clock,
    settings,
    folders: () => store.mailboxes.listFolders(at),
    /**
     * Runs one pass; with `same` the last one once more, as after a crash; `no`: under the lease of another member; `ends`: what is held
     * against it.
     */
    async pass(
      how: {
        no?: number
        same?: boolean
        signal?: AbortSignal
        drain?: AbortSignal
        run?: Partial<PassRun>
        ends?: UncleanEnds
      } = {},
    ) {
      if (!how.same) pass++
      const { no = 1 } = how
      const token = randomUUID()
      const until = clock.now() + LEASE_MS
      const fence = await store.transact({ organization }, ({ migration }) =>
        migration.leaseMember(organization, project, no, { token, now: clock.now(), until }),
      )
      if (fence === null) throw new Error('Somebody has the lease')
      const signal = how.signal ?? new AbortController().signal
      const alerts: string[] = []
      const lane = new Lane({
        clock,
        budget: new SourceBudget(source.server, source.connections, clock),
        random: () => 0.5,
        signal,
        drain: how.drain ?? new AbortController().signal,
        alert: (message) => alerts.push(message),
      })
      const run: PassRun = {
        store,
        spool,
        at,
        member: { ...member, no },
        origin: { project, kind: 'exchange', url: 'https://old.example/EWS/Exchange.asmx' },
        lease: { token, fence },
        digestKey: await store.migration.digestKey(at),
        lane,
        source: await source.open(member.address, signal),
        settings,
        pass,
        copiesOnly: false,
        asksAll: false,
        done: { items: 0, bytes: 0 },
        ...how.run,
      }
      if (how.ends) run.careful = new CarefulReading(run, how.ends)
      try {
        await runPass(run)
      } finally {
        await store.transact({ organization }, ({ migration }) =>
          migration.freeLease(organization, project, no, token),
        )
      }
      return { ...run.done, alerts, requests: lane.requests }
    },
    member: () => store.migration.getMember(organization, project, 1),
    picture: () => pictureOf(store, at),
  }
}

export const aMember = (project: ProjectId, address: string, no = 1): Member =>
  newMember({ project, no, batch: 1, source: 'old', address, priority: 5 })

export const aBatch = (project: ProjectId, no = 1): Batch => newBatch(project, no, `batch ${no}`)

/** Everything a user would find: folder path → items in words, folders with nothing in them left out. */
export async function pictureOf(store: Store, at: MailboxRef): Promise<Record<string, string[]>> {
  const whole = await wholeMailbox(store, at, (item) => lineOf(store, at, item))
  return Object.fromEntries([...whole].filter(([, lines]) => lines.length > 0))
}

async function lineOf(store: Store, at: MailboxRef, item: Item): Promise<string> {
  const body =
    item.body === null
      ? JSON.stringify(item.content)
      : (await readAll(store, at, item.body)).toString('latin1')
  const text = body.length > 200 ? `${body.length} octets` : (body.split('\r\n\r\n')[1] ?? body).trim()
  return `${item.summary!.subject} [${item.flags}${item.keywords.map((word) => ` ${word}`).join('')}] ${text}`
}

/** The same of a scripted mailbox, with the names and places that its folders should have here. */
export function pictureOfSource(
  source: ScriptedSource,
  address: string,
  pathOf: (key: string) => string,
): Record<string, string[]> {
  const picture: Record<string, string[]> = {}
  for (const [key, folder] of source.box(address).tree) {
    if (folder.items.size > 0)
      picture[pathOf(key)] = [...folder.items.values()]
        .map(({ item, octets }) => {
          const body =
            octets instanceof Uint8Array
              ? Buffer.from(octets).toString('latin1')
              : JSON.stringify(item.content)
          const text =
            body.length > 200 ? `${body.length} octets` : (body.split('\r\n\r\n')[1] ?? body).trim()
          return `${item.title} [${item.flags}${item.keywords.map((word) => ` ${word}`).join('')}] ${text}`
        })
        .sort()
  }
  return picture
}
