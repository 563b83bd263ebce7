/** After any sequence of changes and runs, also interrupted ones, the address book is what a fresh full read gives. */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import fc from 'fast-check'
import { approveRun } from '#src/domain/directory-sync/run.ts'
import type { SourceObject } from '#src/domain/directory-sync/source.ts'
import { addressBookOf } from '#test/support/address-book.ts'
import { groupObject, guidOf, mailboxObject } from '#test/support/memory-directory.ts'
import { type Synced, synced } from './synced.ts'

const PEOPLE = 12
const no = fc.integer({ min: 1, max: PEOPLE })
const nos = fc.uniqueArray(no, { maxLength: PEOPLE })

type Step =
  | { do: 'put'; no: number; type: SourceObject['type']; address: number; manager: number; hidden: boolean }
  | { do: 'group'; no: number; members: number[] }
  | { do: 'remove'; no: number }
  | { do: 'server' }
  | { do: 'sync'; full: boolean }
  | { do: 'broken'; after: number }
  | { do: 'cancelled' }
  | { do: 'killed'; writes: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('put' as const),
      no,
      type: fc.constantFrom<SourceObject['type']>(
        'mailbox',
        'room',
        'contact',
        'mail-user',
        'dynamic-group',
        'account',
      ),
      // Now and then two want the same address.
      address: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: no }),
      manager: no,
      hidden: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('group' as const), no, members: nos }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('remove' as const), no }) },
  { weight: 1, arbitrary: fc.constant({ do: 'server' as const }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('sync' as const), full: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('broken' as const), after: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.constant({ do: 'cancelled' as const }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('killed' as const), writes: fc.nat(12) }) },
)

async function take(world: Synced, step: Step): Promise<void> {
  const { directory } = world
  switch (step.do) {
    case 'put': {
      const address = step.address === 0 ? step.no : step.address
      const isElsewhere = step.type === 'contact' || step.type === 'mail-user'
      return directory.put(
        mailboxObject(step.no, `user${step.no}`, {
          type: step.type,
          hidden: step.hidden,
          hasMailbox: !isElsewhere && step.type !== 'account',
          targetAddress: isElsewhere ? `SMTP:${step.no}@else.example` : null,
          proxyAddresses: [`SMTP:address${address}@corp.example`],
          manager: { guid: guidOf(step.manager) },
        }),
      )
    }
    case 'group':
      return directory.put(
        groupObject(
          step.no,
          `group${step.no}`,
          step.members.filter((member) => directory.objects.has(guidOf(member))).map(guidOf),
        ),
      )
    case 'remove':
      return directory.remove(guidOf(step.no))
    case 'server':
      directory.server = directory.server === 'dc1' ? 'dc2' : 'dc1'
      return
    case 'sync':
      return syncAndApprove(world, step.full)
    case 'broken':
      directory.batch = 1
      directory.failAfter = step.after
      await world.sync().catch(() => undefined)
      directory.batch = 100
      directory.failAfter = Number.POSITIVE_INFINITY
      return
    case 'cancelled': {
      const stop = new AbortController()
      directory.onBatch = () => stop.abort(new Error('Stopped'))
      await world.sync({ signal: stop.signal }).catch(() => undefined)
      directory.onBatch = () => undefined
      return
    }
    case 'killed':
      return killed(world, step.writes)
  }
}

/** The process ends after that many transactions: nothing of it comes any further. */
async function killed(world: Synced, writes: number): Promise<void> {
  const { store } = world
  const { transact } = store
  let left = writes
  const dead = new Promise<never>(() => undefined)
  const died = new Promise<void>((resolve) => {
    store.transact = ((scope: never, work: never) => {
      if (left-- > 0) return transact(scope, work)
      resolve()
      return dead
    }) as typeof transact
  })
  await Promise.race([died, world.sync().catch(() => undefined)])
  await world.temporary.reopen()
}

async function syncAndApprove(world: Synced, full = false): Promise<void> {
  const report = await world.sync({ full })
  if (report.outcome !== 'waiting') return
  await approveRun(world.deps, world.organization, report.run, { signal: new AbortController().signal })
}

it('the address book is what a fresh full read gives', { timeout: 100_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const world = await synced()
      const fresh = await synced()
      try {
        for (const each of steps) await take(world, each)
        // What another server lacks, and a group that shrank, are believed at the second look.
        for (let looks = 0; looks < 2; looks++) await syncAndApprove(world)
        for (const object of world.directory.objects.values())
          fresh.directory.objects.set(object.guid, object)
        fresh.directory.changeNumber = world.directory.changeNumber
        await fresh.sync()
        assert.deepEqual(
          await addressBookOf(world.store, world.organization),
          await addressBookOf(fresh.store, fresh.organization),
        )
        assert.deepEqual((await world.temporary.care.check({ bodies: false })).findings, [])
      } finally {
        await world.temporary.remove()
        await fresh.temporary.remove()
      }
    }),
    // On a busy machine fewer sequences are tried rather than none to the end.
    { numRuns: 30, interruptAfterTimeLimit: 20_000 },
  )
})
