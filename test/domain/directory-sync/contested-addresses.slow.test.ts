/** Whose an address is follows from the present claims alone: after each run the address book is what a fresh full read gives. */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import fc from 'fast-check'
import { DAY_MS } from '#src/domain/directory/limits.ts'
import { GUARDS } from '#src/domain/directory-sync/guards.ts'
import type { SourceGuid, SourceObject } from '#src/domain/directory-sync/source.ts'
import { addressBookOf } from '#test/support/address-book.ts'
import { groupObject, guidOf, type MemoryDirectory, mailboxObject } from '#test/support/memory-directory.ts'
import { synced, syncedBeside } from './synced.ts'

const PEOPLE = 7
const EVERYBODY = guidOf(99)
const no = fc.integer({ min: 1, max: PEOPLE })
/** Few, so that many meet. */
const local = fc.constantFrom('anna', 'bert', 'carl', 'dora', 'constructor')
const legacy = fc.constantFrom('/o=Corp/cn=anna', '/o=Corp/cn=bert', '/o=Corp/cn=__proto__')

const put = fc.record({
  do: fc.constant('put' as const),
  no,
  type: fc.constantFrom<SourceObject['type']>('mailbox', 'room', 'contact'),
  // Without one, or with two, it is unusable.
  primary: fc.oneof(
    { weight: 9, arbitrary: fc.array(local, { minLength: 1, maxLength: 1 }) },
    fc.array(local, { maxLength: 2 }),
  ),
  aliases: fc.array(local, { maxLength: 3 }),
  legacyDn: fc.option(legacy),
  x500: fc.array(legacy, { maxLength: 2 }),
  sip: fc.option(local),
  madeAt: fc.option(fc.constantFrom('20200101000000.0Z', '20210101000000.0Z')),
  manager: no,
})
const step = fc.oneof(
  { weight: 5, arbitrary: put },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('remove' as const), no }) },
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never
/** What happens between two runs, and how much is read then. */
const round = fc.record({ steps: fc.array(step, { maxLength: 4 }), full: fc.boolean() })
type Round = typeof round extends fc.Arbitrary<infer T> ? T : never

function objectOf(
  given: typeof put extends fc.Arbitrary<infer T> ? T : never,
): Omit<SourceObject, 'changeNumber'> {
  const { no, type, primary, aliases, legacyDn, x500, sip, madeAt, manager } = given
  const isElsewhere = type === 'contact'
  return mailboxObject(no, `user${no}`, {
    type,
    legacyDn,
    hasMailbox: !isElsewhere,
    targetAddress: isElsewhere ? `SMTP:${no}@else.example` : null,
    manager: { guid: guidOf(manager) },
    proxyAddresses: [
      ...primary.map((name) => `SMTP:${name}@corp.example`),
      ...aliases.map((name) => `smtp:${name.toUpperCase()}@corp.example`),
      ...x500.map((name) => `X500:${name}`),
      ...(sip === null ? [] : [`SIP:${sip}@corp.example`]),
    ],
    ...(madeAt !== null && { madeAt }),
  })
}

it('whoever comes, goes or changes, and however it is read', { timeout: 100_000 }, async () => {
  const world = await synced()
  const tryOut = async (rounds: readonly Round[]): Promise<void> => {
    const kept = await syncedBeside(world)
    for (const { steps, full } of rounds) {
      change(kept.directory, steps)
      await kept.sync({ full })
      // What can be no entry any more stays for some days, which is the one thing that a fresh reading does not know.
      world.clock.now += GUARDS.unusableDays * DAY_MS
      await kept.sync()
      const fresh = await syncedBeside(world)
      for (const [guid, object] of kept.directory.objects) fresh.directory.objects.set(guid, object)
      fresh.directory.changeNumber = kept.directory.changeNumber
      await fresh.sync()
      assert.deepEqual(
        await addressBookOf(world.store, kept.organization),
        await addressBookOf(world.store, fresh.organization),
      )
    }
  }
  let last = Promise.resolve()
  try {
    await fc.assert(
      fc.asyncProperty(fc.array(round, { minLength: 1, maxLength: 5 }), (rounds) => {
        last = tryOut(rounds)
        return last
      }),
      // On a busy machine fewer sequences are tried rather than none to the end.
      { numRuns: 50, interruptAfterTimeLimit: 20_000 },
    )
    // The one that the time limit came upon goes on beside.
    await last
    assert.deepEqual((await world.temporary.care.check({ bodies: false })).findings, [])
  } finally {
    await world.temporary.remove()
  }
})

it('nobody who was read before ages were told loses an address for want of one', async () => {
  const world = await synced()
  try {
    const { directory, organization, store } = world
    const older = { madeAt: '20100101000000.0Z' }
    directory.put(mailboxObject(2, 'anna'))
    await world.sync()
    const { knowsAges: _, ...state } = (await store.directorySync.findSync(organization))!.state
    await store.transact({ organization }, ({ directorySync }) =>
      directorySync.saveSync(organization, { state }),
    )
    // It was made then all along: its change number is the one of before.
    directory.objects.set(guidOf(2), { ...directory.objects.get(guidOf(2))!, ...older })
    const proxyAddresses = ['SMTP:anna@corp.example']
    directory.put(mailboxObject(1, 'other', { proxyAddresses, madeAt: '20200101000000.0Z' }))
    const { full, decisions } = await world.sync()
    assert.equal(full, 'weekly')
    assert.equal(decisions.quarantine, 1)
    const owner = await store.directory.findEntry(organization, { address: 'anna@corp.example' })
    assert.equal(owner?.source?.guid, guidOf(2))
    assert.equal((await world.sync()).full, null)
  } finally {
    await world.temporary.remove()
  }
})

function change(directory: MemoryDirectory, steps: readonly Step[]): void {
  const gone = new Set<SourceGuid>()
  for (const each of steps) {
    const guid = guidOf(each.no)
    if (each.do === 'remove') {
      if (directory.objects.has(guid)) gone.add(guid)
      directory.remove(guid)
    } else if (!gone.has(guid)) directory.put(objectOf(each))
  }
  const members = [...directory.objects.keys()].filter((guid) => guid !== EVERYBODY)
  directory.put(groupObject(99, 'everybody', members))
}
