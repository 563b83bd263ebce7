import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { after, test } from 'node:test'
import { newMailboxId } from '#src/base/ids.ts'
import type { Cli } from '#src/cli/cli.ts'
import { migrateDirectoryCommand } from '#src/cli/commands/migrate-directory.ts'
import { Session } from '#src/cli/session.ts'
import { AdminFault } from '#src/clients/admin/admin-client.ts'
import type { SourceGuid } from '#src/domain/directory-sync/source.ts'
import { distinguishedFolders } from '#src/domain/mailbox/distinguished-folders.ts'
import type { DirectoryObject, DirectoryValues } from '#src/domain/migration/cut-over/directory-values.ts'
import { flipBatch } from '#src/domain/migration/engine/flip/flip.ts'
import { putBatch } from '#src/domain/migration/engine/steer/steer-batch.ts'
import { addMembers } from '#src/domain/migration/engine/steer/steer-members.ts'
import type { ActionContext } from '#src/protocols/admin/action.ts'
import { actions } from '#src/protocols/admin/actions/index.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import { directoryMove } from '#test/support/directory-move.ts'
import { guidOf, mailboxObject } from '#test/support/memory-directory.ts'

const folder = mkdtempSync(join(tmpdir(), 'landbridge-wave-'))
const ends: (() => Promise<unknown>)[] = []
after(async () => {
  for (const end of ends) await end()
  rmSync(folder, { recursive: true })
})

type Told = { text: string; exitCode: number }

const people = ['anna', 'ben', 'cem'] as const
const batchOf = { anna: 1, ben: 1, cem: 2 }
const valuesOf = (name: string): DirectoryValues => ({
  targetAddress: [],
  proxyAddresses: [`SMTP:${name}@corp.example`],
  homeMDB: ['CN=DB1,DC=corp'],
  msExchHomeServerName: [],
  msExchMailboxSecurityDescriptor: [],
  msExchRecipientTypeDetails: ['1'],
  msExchRecipientDisplayType: [],
})

/** Three people who have moved in two batches of a wave, and the objects that they have in the directory. */
async function movedWave() {
  const site = await directoryMove(...people.map((name, at) => mailboxObject(at + 1, name)))
  ends.push(() => site.temporary.remove())
  const { store, organization, project, steering } = site
  await putBatch(steering, { no: 2, name: 'two' })
  for (const no of [1, 2]) await putBatch(steering, { no, waveName: 'Berlin' })
  for (const name of people) {
    const address = `${name}@corp.example`
    await addMembers(steering, [{ address, batch: batchOf[name], source: 'old' }])
    const mailbox = newMailboxId()
    await store.transact({ organization, newMailboxes: [mailbox] }, async ({ mailboxes, migration }) => {
      await mailboxes.createMailbox(
        { organization, mailbox },
        { quotaBytes: 2 ** 30, folders: distinguishedFolders },
      )
      const member = (await migration.findMember(organization, project.id, address))!
      await migration.putMember(organization, { ...member, state: 'final', mailbox })
    })
  }
  for (const no of [1, 2]) {
    const set = (state: 'finalising' | 'done') =>
      store.transact({ organization }, async ({ migration }) =>
        migration.putBatch(organization, {
          ...(await migration.getBatch(organization, project.id, no)),
          state,
        }),
      )
    await set('finalising')
    await flipBatch(store, organization, project.id, no, 5)
    await set('done')
  }
  await store.transact({ organization }, async ({ migration }) => {
    for (const { no } of (await migration.listMembers(organization, project.id, { limit: 10 })).rows)
      await migration.putMember(organization, {
        ...(await migration.getMember(organization, project.id, no)),
        state: 'verified',
      })
  })
  const objects = new Map<SourceGuid, DirectoryObject>(
    people.map((name, at) => [
      guidOf(at + 1),
      { place: `CN=${name},DC=corp`, legacyDn: null, values: valuesOf(name) },
    ]),
  )
  const there = {
    objects,
    /** Places that cannot be written to. */
    locked: new Set<string>(),
    writes: [] as string[],
  }
  const context: Partial<ActionContext> = {
    store,
    signal: new AbortController().signal,
    now: () => 10,
    caller: { name: 'ed' } as unknown as ActionContext['caller'],
    directorySync: {
      openWriter: async () => ({
        find: async (guid: SourceGuid) => objects.get(guid),
        change: async (place: string, _: DirectoryValues, values: DirectoryValues) => {
          if (there.locked.has(place)) throw new Error(`${place} is locked.`)
          there.writes.push(place)
          for (const [guid, object] of objects)
            if (object.place === place) objects.set(guid, { ...object, values })
        },
        close: async () => {},
      }),
    } as unknown as ActionContext['directorySync'],
  }
  const call = async (name: string, input: JsonObject) => {
    if (name === 'ListOrganizations') return { OrganizationSummaries: [{ OrganizationId: organization }] }
    if (name === 'DescribeMigration')
      return { Batches: [1, 2].map((no) => ({ BatchNumber: no, State: 'done' })) }
    const action = actions.get(name)!
    try {
      return await action.run(context as ActionContext, action.input.parse(input))
    } catch (error) {
      throw new AdminFault('Refused', (error as Error).message, '')
    }
  }
  const directory = async (...args: string[]): Promise<Told> => {
    let result: Told | undefined
    const silent = { write: () => undefined }
    const signal = new AbortController().signal
    const io = { stdin: Readable.from(['secret\n']), stdout: silent, stderr: silent, environment: {}, signal }
    const cli = {
      administers: (
        command: ReturnType<typeof migrateDirectoryCommand>,
        work: Parameters<Cli['administers']>[1],
      ) =>
        command.option('--yes').action(async (...params: unknown[]) => {
          const options = params.at(-2) as Record<string, unknown>
          const session = new Session(
            io,
            { client: { call } as never, serving: true, close: async () => {} },
            {
              yes: true,
            },
          )
          result = (await work(session, options, ...(params.slice(0, -2) as string[]))) as Told
        }),
    }
    const all = ['--account', 'w', '--password-stdin', ...args]
    await migrateDirectoryCommand(cli as unknown as Cli).parseAsync(all, { from: 'user' })
    return result!
  }
  return { there, directory }
}

test('of a wave that is asked for once more, what could not be written is, and what was kept of it stays', async () => {
  const { there, directory } = await movedWave()
  const kept = (no: number) => join(folder, `berlin-${no}.json`)
  const ask = () => directory('move', '--wave', 'Berlin', '--kept', join(folder, 'berlin.json'), '--yes')
  there.locked.add('CN=ben,DC=corp')
  const first = await ask()
  assert.equal(first.exitCode, 1)
  assert.match(
    first.text,
    /1 of 2 objects were changed; these were not:\nben@corp\.example: CN=ben,DC=corp is locked/,
  )
  assert.deepEqual(there.writes, ['CN=anna,DC=corp', 'CN=cem,DC=corp'])
  const files = [1, 2].map((no) => readFileSync(kept(no), 'utf8'))
  assert.deepEqual(
    JSON.parse(files[0]!).map(({ Address }: JsonObject) => Address),
    ['anna@corp.example', 'ben@corp.example'],
  )

  there.locked.clear()
  const second = await ask()
  assert.equal(second.exitCode, 0, second.text)
  assert.match(second.text, /Batch 1: 1 objects lead here now/)
  assert.match(second.text, /Batch 2: Every object leads here already/)
  assert.deepEqual(there.writes, ['CN=anna,DC=corp', 'CN=cem,DC=corp', 'CN=ben,DC=corp'])
  assert.deepEqual(
    [1, 2].map((no) => readFileSync(kept(no), 'utf8')),
    files,
  )
  assert.match((await ask()).text, /Batch 1: Every object leads here already/)
})

test('a file that has other objects, or has them otherwise, is not taken for those of the wave', async () => {
  const { there, directory } = await movedWave()
  const ask = () => directory('move', '--wave', 'Berlin', '--kept', join(folder, 'other.json'), '--yes')
  writeFileSync(
    join(folder, 'other-1.json'),
    JSON.stringify(
      ['anna', 'ben'].map((name) => ({
        ...{ Address: `${name}@corp.example`, Place: `CN=${name},DC=corp` },
        Before: { ...valuesOf(name), homeMDB: ['CN=DB2,DC=corp'] },
      })),
    ),
  )
  writeFileSync(join(folder, 'other-2.json'), 'notes')
  const { exitCode, text } = await ask()
  assert.equal(exitCode, 1)
  assert.match(text, /other-1\.json is there already and is never overwritten/)
  assert.match(text, /other-2\.json is there already and is never overwritten/)
  assert.deepEqual(there.writes, [])
})
