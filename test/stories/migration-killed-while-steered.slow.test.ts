/** A service that is killed again and again while people steer a migration: whatever they said, it can be brought to its end. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { AdminFault, AdminUnreachable } from '#src/clients/admin/admin-client.ts'
import { socketClient } from '#src/clients/admin/http-client.ts'
import { SeededRandom } from '#src/domain/migration/batching/random.ts'
import { batchStates, hasEnded, memberStates } from '#src/domain/migration/engine/project/state.ts'
import { commandLine } from '#test/cli/command-line.ts'
import { pictureOf } from '#test/support/migrated-mailbox.ts'
import { freshFolder, serve } from './service-process.ts'
import { fillMailboxes, mailboxOf, openData, run } from './two-landbridges.ts'

const NAMES = ['anna', 'ben', 'cleo']
const MAILS = 90
const ORDERS = 10
/** Longer than it takes on a machine that does much else: who waits for ever is found all the same. */
const LATE_MS = 400_000
const SEEDS = (process.env.KILLED_SEEDS ?? '4').split(' ').map(Number)

type Found = { State: (typeof batchStates)[number]; Paused: boolean; Cause?: string }
type Order = readonly [call: string, input?: object]

const steering: readonly Order[] = [
  ['StartMigrationBatch'],
  ['PauseMigrationBatch'],
  ['ResumeMigrationBatch'],
  ['RetryMigrationBatch'],
  ['ApproveMigrationBatch'],
  ['CutOverMigrationBatch'],
  ['CutOverMigrationBatch', { FailingMember: 'leave' }],
  ['UpdateMigrationSettings', { Settings: { Lanes: 1, PageItems: 10 } }],
  ['UpdateMigrationSettings', { Settings: { Lanes: 3, Caps: { old: { CallsPerSecond: 15 } } } }],
]
/** What ends it: later on, so that there is something to end. */
const endings: readonly Order[] = [['RollBackMigrationBatch'], ['CutOverMigrationBatch']]

for (const seed of SEEDS)
  test(`killed while it is steered, nothing is lost, doubled or waits for ever (${seed})`, {
    timeout: 4 * LATE_MS,
  }, async () => {
    const random = new SeededRandom(seed)
    const ending: readonly Order[] = seed % 2 === 0 ? endings : [...endings, ['CancelMigrationBatch']]
    const there = freshFolder(`steered-from-${seed}`, after)
    const here = freshFolder(`steered-to-${seed}`, after)
    const people = await fillMailboxes(there, NAMES, MAILS)
    const { OrganizationId } = await run(here, 'init', '--org', 'corp')
    for (const name of NAMES) await run(here, 'user', 'add', name, '--no-password')
    const source = ['--kind', 'landbridge', '--url', there, '--option', 'organization=old']
    await run(here, 'migrate', 'create', 'move', ...source)
    for (const { name, address } of people)
      await run(here, 'migrate', 'add', 'move', address, '--batch', '1', '--owner', name)
    const client = socketClient(join(here, 'admin.sock'))
    const inProject = { OrganizationId: OrganizationId as string, ProjectId: 'move' }
    let service = await serve(here)
    const said: string[] = []

    /** True where it was done, false where it was refused; undefined where nobody knows, as the service ended. */
    async function give([call, input = {}]: Order): Promise<boolean | undefined> {
      const isOfBatch = call.endsWith('Batch')
      const asked = { ...inProject, ...(isOfBatch && { BatchNumber: 1 }), ...input }
      try {
        await client.call(call, asked)
        return true
      } catch (error) {
        if (error instanceof AdminUnreachable) return undefined
        assert.ok(error instanceof AdminFault, String(error))
        assert.doesNotMatch(error.type, /Internal|Unknown/, `${call}: ${error.message}`)
        assert.match(error.message, /[.?]$/, call)
        return false
      } finally {
        said.push(call)
      }
    }
    async function kill(): Promise<void> {
      service.child.kill('SIGKILL')
      await once(service.child, 'close')
      service = await serve(here)
      said.push('killed')
    }
    async function batch(): Promise<Found> {
      const [found] = (await client.call('DescribeMigration', inProject)).Batches as Found[]
      assert.ok(batchStates.includes(found!.State), found!.State)
      return found!
    }
    async function mailboxes() {
      const rows = (await client.call('ListMigrationMailboxes', inProject)).Mailboxes as {
        Address: string
        State: (typeof memberStates)[number]
        Copied: number
        Skipped: number
        Cause?: string
      }[]
      for (const { State } of rows) assert.ok(memberStates.includes(State), State)
      return rows
    }
    const isThrough = async () => {
      const { State } = await batch()
      return hasEnded(State) && State !== 'rolling-back'
    }

    await give(['StartMigrationBatch'])
    for (let no = 0; no < ORDERS; no++) {
      const orders = no < ORDERS / 2 ? steering : [...steering, ...ending]
      const order = orders[random.below(orders.length)]!
      // Sometimes in the middle of the order itself, sometimes in what follows from it.
      const [isAmid, isKilled] = [random.below(3) === 0, random.below(2) === 0]
      const ms = random.below(isAmid ? 15 : 400)
      const given = give(order)
      if (isAmid) {
        await pause(ms)
        await kill()
        await given
      } else {
        const isDone = await given
        assert.notEqual(isDone, undefined, 'nobody ended it')
        if (isDone && isKilled) await kill()
        const isKept = order[0] === 'PauseMigrationBatch' || order[0] === 'ResumeMigrationBatch'
        if (isDone && isKept && !(await isThrough()))
          assert.equal((await batch()).Paused, order[0] === 'PauseMigrationBatch', said.join(', '))
        await pause(ms)
      }
    }

    const late = Date.now() + LATE_MS
    await give([
      'UpdateMigrationSettings',
      { Settings: { Lanes: 3, Caps: { old: { CallsPerSecond: null } } } },
    ])
    const onward = ['Resume', 'Start', 'Retry', 'CutOver', 'Approve'].map((each) => `${each}MigrationBatch`)
    while (!(await isThrough())) {
      const found = await batch()
      const told = `${found.State} ${found.Cause ?? ''}: ${said.join(', ')}; ${JSON.stringify(await mailboxes())}`
      assert.ok(Date.now() < late, told)
      for (const call of onward) if (!(await isThrough())) await give([call])
      if (found.State === 'rolling-back') await give(['RollBackMigrationBatch'])
      await pause(500)
    }
    const { State } = await batch()
    // A way back through which nobody had gone by then, or one more look at what was late.
    while ((await mailboxes()).some((each) => each.State === 'returning' || each.State === 'flipped')) {
      assert.ok(Date.now() < late, JSON.stringify([State, said, await mailboxes()]))
      await pause(200)
    }
    const ended = await mailboxes()
    service.child.kill('SIGTERM')
    assert.equal((await service.ended).exitCode, 0)
    const check = await commandLine(['check', '--data', here])
    assert.equal(check.exitCode, 0, check.stdout + check.stderr)

    const [store, old] = [await openData(here), await openData(there)]
    const { defaultDomain } = await store.directory.settings(OrganizationId)
    for (const { name, address, picture } of people) {
      const told = `${name} ${State}: ${said.join(', ')}`
      assert.deepEqual(await pictureOf(old, await mailboxOf(old, address)), picture, told)
      const member = ended.find(({ Address }) => Address === address)!
      if (member.State !== 'verified') continue
      assert.deepEqual([member.Copied, member.Skipped], [MAILS, 0], told)
      const at = await mailboxOf(store, `${name}@${defaultDomain}`)
      assert.deepEqual(await pictureOf(store, at), picture, told)
    }
    if (State.startsWith('done')) assert.ok(ended.every((each) => ['verified', 'left'].includes(each.State)))
    await Promise.all([store.close(), old.close()])
  })
