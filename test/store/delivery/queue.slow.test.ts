import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { ensureTransportMailbox } from '#src/domain/delivery/queue-mailbox.ts'
import type { Lease } from '#src/domain/delivery/store.ts'
import { transportMailbox } from '#src/domain/delivery/store.ts'
import type { Store } from '#src/domain/store.ts'
import { newTransitId, queueMessage } from '#test/support/queue.ts'
import { type TemporaryStore, temporaryStore } from '#test/support/store.ts'

const NOW = Date.UTC(2026, 10, 21)

async function open(t: TestContext): Promise<TemporaryStore> {
  const temporary = await temporaryStore({ mailboxes: 0, now: () => NOW })
  t.after(() => temporary.remove())
  return temporary
}

const take = (store: Store, options: Partial<Parameters<Store['queue']['lease']>[0]> = {}) =>
  store.queue.lease({ now: NOW, untilMs: NOW + 1_000, limit: 50, perRoute: 5, busy: new Map(), ...options })

const settle = (store: Store, lease: Lease, settlements: Parameters<typeof endOf>[1] = 'delivered') =>
  store.transact(
    { organization: lease.message.organization, mailboxes: [transportMailbox] },
    ({ delivery }) => delivery.settle(lease, endOf(lease, settlements), NOW),
  )

function endOf(lease: Lease, outcome: 'delivered' | 'nothing' | { postponedTo: number }) {
  if (outcome === 'nothing') return []
  return lease.recipients.map(({ no }) =>
    outcome === 'delivered'
      ? ({ no, outcome, remote: 'mx', reply: '250 ok' } as const)
      : ({
          no,
          outcome: 'postponed',
          status: '4.0.0',
          problem: 'later',
          nextAttemptAt: outcome.postponedTo,
        } as const),
  )
}

const addressesOf = (leases: readonly Lease[]) =>
  leases.map(({ recipients }) => recipients.map(({ address }) => address))

test('what is queued is leased by route, and goes with its item when the last recipient is done', async (t) => {
  const { store, organization, care } = await open(t)
  const org = organization.id
  const recipients = ['a@one.example', 'b@two.example', 'c@ONE.example'].map((address) => ({ address }))
  const { id } = await queueMessage(store, org, { recipients, now: NOW })
  assert.equal((await store.delivery.findQueued(org, id))?.recipients.length, 3)

  const leases = await take(store)
  assert.deepEqual(addressesOf(leases).sort(), [['a@one.example', 'c@ONE.example'], ['b@two.example']])
  assert.equal(new Set(leases.map(({ token }) => token)).size, 2)
  assert.deepEqual(await take(store), [], 'nothing is leased twice')
  assert.deepEqual(await store.delivery.queueStatistics(NOW), {
    messages: 1,
    recipients: 3,
    due: 0,
    oldestQueuedAt: NOW,
  })

  await settle(store, leases[0]!)
  assert.equal((await store.delivery.findQueued(org, id))?.recipients.length, leases[1]!.recipients.length)
  await settle(store, leases[1]!)
  assert.equal(await store.delivery.findQueued(org, id), undefined)
  const { at, folder } = await ensureTransportMailbox(store, org)
  assert.deepEqual((await store.mailboxes.listItems(at, folder, { order: 'uid', limit: 5 })).rows, [])
  assert.equal(await store.queue.nextDueAt(0), null)
  assert.deepEqual((await care.check({ bodies: true })).findings, [])
})

test('a message that was postponed comes back when it is due, and tells what the last attempt met', async (t) => {
  const { store, organization } = await open(t)
  const { id } = await queueMessage(store, organization.id, {
    recipients: [{ address: 'a@one.example' }],
    now: NOW,
  })
  const [lease] = await take(store)
  await settle(store, lease!, { postponedTo: NOW + 60_000 })
  assert.deepEqual(await take(store), [])
  assert.equal(await store.queue.nextDueAt(NOW), NOW + 60_000)
  const [recipient] = (await store.delivery.findQueued(organization.id, id))!.recipients
  assert.equal(recipient!.attempts, 1)
  assert.equal(recipient!.problem, 'later')
  assert.equal(recipient!.nextAttemptAt, NOW + 60_000)
  assert.equal(recipient!.leasedUntil, null)
  assert.equal((await take(store, { now: NOW + 60_000, untilMs: NOW + 70_000 })).length, 1)
})

test('a late delivery settles nothing: the lease is fenced', async (t) => {
  const { store, organization } = await open(t)
  await queueMessage(store, organization.id, { recipients: [{ address: 'a@one.example' }], now: NOW })
  const [first] = await take(store)
  const [second] = await take(store, { now: NOW + 1_000, untilMs: NOW + 2_000 })
  assert.notEqual(first!.token, second!.token)
  await assert.rejects(settle(store, first!), { reason: 'wrong-state' })
  await assert.rejects(settle(store, first!, { postponedTo: 5 }), { reason: 'wrong-state' })
  await settle(store, second!)
  await assert.rejects(settle(store, second!), { reason: 'wrong-state' })
})

test('a lease that is given back can be taken at once and counts no attempt', async (t) => {
  const { store, organization } = await open(t)
  await queueMessage(store, organization.id, { recipients: [{ address: 'a@one.example' }], now: NOW })
  const [lease] = await take(store)
  await settle(store, lease!, 'nothing')
  const [again] = await take(store)
  assert.equal(again!.recipients[0]!.attempts, 0)
})

test('after a restart leases are freed, and the attempts count as uncertain', async (t) => {
  const temporary = await open(t)
  const org = temporary.organization.id
  const recipients = Array.from({ length: 600 }, (_, i) => ({ address: `r${i}@one.example` }))
  const { id } = await queueMessage(temporary.store, org, { recipients, now: NOW })
  assert.equal((await take(temporary.store))[0]!.recipients.length, 600)
  await temporary.reopen()
  assert.deepEqual(await take(temporary.store), [])
  assert.equal(await temporary.store.queue.freeLeases(), 600)
  assert.equal(await temporary.store.queue.freeLeases(), 0)
  const [lease] = await take(temporary.store)
  assert.equal(lease!.message.id, id)
  assert.deepEqual([lease!.recipients[0]!.attempts, lease!.recipients[0]!.uncertainAttempts], [1, 1])
})

test('one destination has no more deliveries than it may, and hides no other', async (t) => {
  const { store, organization } = await open(t)
  for (let i = 0; i < 30; i++) {
    await queueMessage(store, organization.id, {
      recipients: [{ address: `r${i}@slow.example` }],
      now: NOW - 1_000 + i,
    })
  }
  await queueMessage(store, organization.id, { recipients: [{ address: 'r@fast.example' }], now: NOW })
  const leases = await take(store, { limit: 4, perRoute: 3 })
  const destinations = leases.map(({ route }) => (route.kind === 'internet' ? route.domain : ''))
  assert.deepEqual(destinations, ['slow.example', 'slow.example', 'slow.example', 'fast.example'])
  assert.deepEqual(addressesOf(leases).flat().slice(0, 3), [
    'r0@slow.example',
    'r1@slow.example',
    'r2@slow.example',
  ])
  const busy = new Map([[leases[0]!.destination, 3]])
  assert.deepEqual(await take(store, { limit: 4, perRoute: 3, busy }), [])
  busy.set(leases[0]!.destination, 2)
  assert.equal((await take(store, { limit: 4, perRoute: 3, busy })).length, 1)
})

test('mail of an organisation whose key is out of reach waits by itself, and hides no other', async (t) => {
  const { store, organization } = await open(t)
  const other = await store.organizations.create({ alias: 'other' })
  for (let i = 0; i < 5; i++) {
    await queueMessage(store, organization.id, {
      recipients: [{ address: `r@d${i}.example` }],
      now: NOW - 10,
    })
  }
  await queueMessage(store, other.id, { recipients: [{ address: 'r@d.example' }], now: NOW })
  await store.organizations.disableKey(organization.id)
  const leases = await take(store, { limit: 2 })
  assert.deepEqual(addressesOf(leases), [['r@d.example']])
  await settle(store, leases[0]!)
  const due = await store.queue.nextDueAt(NOW + 1_000)
  assert.ok(due !== null && due > NOW + 1_000, 'it is looked at again later')
  await store.organizations.enableKey(organization.id)
  assert.equal((await take(store, { now: due, untilMs: due + 1_000 })).length, 5)
})

test('messages and recipients of one organisation are not there for another', async (t) => {
  const { store, organization } = await open(t)
  const mine = organization.id
  const other = (await store.organizations.create({ alias: 'other' })).id
  await ensureTransportMailbox(store, other)
  const { id } = await queueMessage(store, mine, { recipients: [{ address: 'a@one.example' }], now: NOW + 9 })
  assert.deepEqual((await store.delivery.listQueue(other, { limit: 5 })).rows, [])
  assert.equal(await store.delivery.findQueued(other, id), undefined)
  const scope = { organization: other, mailboxes: [transportMailbox] }
  assert.equal(await store.transact(scope, ({ delivery }) => delivery.retryQueued(other, id, NOW, 9)), 0)
  assert.equal(await store.transact(scope, ({ delivery }) => delivery.retryQueued(other, null, NOW, 9)), 0)
  assert.deepEqual(await store.transact(scope, ({ delivery }) => delivery.cancelQueued(other, id)), [])
  // The scope of a transaction is one organisation: the others' names get nowhere in it.
  const foreign = [
    () => store.transact(scope, ({ delivery }) => delivery.retryQueued(mine, id, NOW, 9)),
    () => store.transact(scope, ({ delivery }) => delivery.cancelQueued(mine, id)),
    () => store.transact(scope, ({ delivery }) => delivery.findQueued(mine, id)),
    () => store.transact(scope, ({ delivery }) => delivery.listQueue(mine, { limit: 1 })),
    () => store.transact(scope, ({ delivery }) => delivery.findTrace(mine, {}, { limit: 1 })),
    () => store.transact(scope, ({ delivery }) => delivery.countSent(mine, '2026-11-21')),
    () =>
      store.transact(scope, ({ delivery }) =>
        delivery.countSending(mine, {
          day: '2026-11-21',
          entry: 'e' as never,
          external: 1,
          fromTestDomain: 0,
          limits: null,
        }),
      ),
    async () => {
      const { message, recipients } = (await store.delivery.findQueued(mine, id))!
      const copy = { ...message, id: newTransitId() }
      await store.transact(scope, ({ delivery }) => delivery.enqueue(copy, recipients))
    },
  ]
  for (const attempt of foreign) await assert.rejects(attempt())
  const [lease] = await take(store, { now: NOW + 9, untilMs: NOW + 99 })
  await assert.rejects(store.transact(scope, ({ delivery }) => delivery.settle(lease!, [], NOW)))
  assert.ok(await store.delivery.findQueued(mine, id))
})

test('waiting recipients are made due or cancelled, those under way are left', async (t) => {
  const { store, organization } = await open(t)
  const org = organization.id
  const scope = { organization: org, mailboxes: [transportMailbox] }
  const { id } = await queueMessage(store, org, {
    recipients: [{ address: 'a@one.example' }, { address: 'b@two.example' }],
    now: NOW,
  })
  for (const lease of await take(store)) await settle(store, lease, { postponedTo: NOW + 3_600_000 })
  let woken = 0
  const stop = store.queue.watch(() => woken++)
  assert.equal(await store.transact(scope, ({ delivery }) => delivery.retryQueued(org, null, NOW, 10)), 2)
  await new Promise(setImmediate)
  assert.equal(woken, 1)
  stop()
  const [held, other] = await take(store)
  await settle(store, other!, { postponedTo: NOW + 3_600_000 })
  assert.equal(await store.transact(scope, ({ delivery }) => delivery.retryQueued(org, id, NOW, 10)), 1)
  const taken = await store.transact(scope, ({ delivery }) => delivery.cancelQueued(org, id))
  assert.deepEqual(
    taken.map(({ address }) => address),
    [other!.recipients[0]!.address],
  )
  assert.ok(await store.delivery.findQueued(org, id), 'one is still under way')
  await settle(store, held!)
  assert.equal(await store.delivery.findQueued(org, id), undefined)
})

test('the queue is listed newest first, page after page', async (t) => {
  const { store, organization } = await open(t)
  const org = organization.id
  const ids: string[] = []
  for (let i = 0; i < 5; i++) {
    // Two have the same time.
    const now = NOW + Math.floor(i / 2)
    ids.push((await queueMessage(store, org, { recipients: [{ address: 'a@b.example' }], now })).id)
  }
  const seen: string[] = []
  for (let after: string | null = null; ; ) {
    const page: Awaited<ReturnType<typeof store.delivery.listQueue>> = await store.delivery.listQueue(org, {
      after,
      limit: 2,
    })
    seen.push(...page.rows.map(({ id }) => id))
    after = page.next
    if (after === null) break
  }
  assert.deepEqual([...seen].sort(), [...ids].sort())
  assert.equal(seen[0], ids[4])
  await assert.rejects(store.delivery.listQueue(org, { after: "1' OR 1", limit: 2 }), {
    reason: 'invalid-parameter',
  })
})

test('a transaction that fails leaves neither message nor recipients, and wakes nobody', async (t) => {
  const { store, organization } = await open(t)
  const org = organization.id
  let woken = 0
  store.queue.watch(() => woken++)
  const id = newTransitId()
  const failing = store.transact({ organization: org }, async ({ delivery }) => {
    const message = {
      id,
      organization: org,
      item: 1 as never,
      sender: '',
      from: '',
      origin: 'inbound' as const,
      subject: '',
      messageId: '',
      sizeBytes: 1,
      eightBit: false,
      utf8: false,
      requireTls: false,
      queuedAt: NOW,
    }
    await delivery.enqueue(message, [{ no: 1, address: 'a@b.example', route: { kind: 'exchange' } }])
    throw new Error('half-way')
  })
  await assert.rejects(failing, /half-way/)
  assert.equal(await store.delivery.findQueued(org, id), undefined)
  assert.equal(woken, 0)
  assert.equal(await store.queue.nextDueAt(0), null)
})
