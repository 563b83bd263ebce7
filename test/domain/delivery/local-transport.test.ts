import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { localTransport } from '#src/domain/delivery/local-transport.ts'
import { attemptDelivery } from '#src/domain/delivery/queue-attempt.ts'
import { returnPaths } from '#src/domain/delivery/return-path.ts'
import type { MailTransport } from '#src/domain/delivery/transport.ts'
import type { User } from '#src/domain/directory/entry.ts'
import { mail, openWorld, send, type World } from './intake-world.ts'

let world: World
let ann: User
let bob: User
let transport: MailTransport
before(async () => {
  world = await openWorld()
  ann = await world.user('ann')
  bob = await world.user('bob')
  transport = localTransport({ store: world.store, intake: world.intake })
})
after(() => world.end())

const from = 'sue@sender.example'
const setQuota = (user: User, quotaBytes: number) =>
  world.store.transact({ organization: world.org, mailboxes: [user.mailbox!] }, ({ mailboxes }) =>
    mailboxes.setQuota({ organization: world.org, mailbox: user.mailbox! }, quotaBytes),
  )

/** Leases what waits and hands it to the transport, as the queue does. */
async function deliver() {
  const [lease] = await world.store.queue.lease({
    now: world.at,
    untilMs: world.at + 60_000,
    limit: 1,
    perRoute: 1,
    busy: new Map(),
  })
  const deps = { store: world.store, transport }
  const results = await attemptDelivery(deps, lease!, new AbortController().signal)
  return { lease: lease!, results }
}

test('who wants a report of success gets the message by way of the queue, which reports', async () => {
  const junked = world.with({
    judges: {
      ...world.deps.judges,
      spam: { name: 's', scan: async () => ({ word: 'FAIL', score: 9, threshold: 6, rules: [] }) },
    },
  })
  const notify = { success: true, failure: true, delay: false }
  const to = [{ address: 'ann@corp.example', notify }, 'bob@corp.example']
  const id = await send(world, { from, to, text: mail({ From: from, Subject: 'Report' }), intake: junked })
  assert.equal((await world.inbox(ann, 'junkemail')).length, 0)
  assert.equal((await world.inbox(bob, 'junkemail')).length, 1)
  const { lease, results } = await deliver()
  assert.equal(lease.message.id, id)
  assert.deepEqual(results, [
    { no: 1, outcome: 'delivered', remote: 'this service', reply: 'delivered', reports: 'final' },
  ])
  const [copy] = await world.inbox(ann, 'junkemail')
  assert.match(copy!.text, /^Return-Path: <sue@sender\.example>\r\nReceived: /)
  assert.match(copy!.text, /\r\nX-SES-Spam-Verdict: FAIL\r\n/)
  assert.doesNotMatch(copy!.text, /X-Landbridge-Verdict/)
  await world.store.transact({ organization: world.org, mailboxes: ['transport' as never] }, (writer) =>
    writer.delivery.settle(lease, [{ no: 1, outcome: 'delivered', remote: '', reply: '' }], world.at),
  )
})

test('a process that ended between the delivery and its note in the queue does not deliver again', async () => {
  const before = (await world.inbox(ann)).length
  const notify = { success: true, failure: true, delay: false }
  const to = [{ address: 'ann@corp.example', notify }]
  await send(world, { from, to, text: mail({ From: from, Subject: 'Once' }) })
  const { lease } = await deliver()
  const again = await attemptDelivery({ store: world.store, transport }, lease, new AbortController().signal)
  assert.deepEqual(
    again.map(({ outcome }) => outcome),
    ['delivered'],
  )
  assert.equal((await world.inbox(ann)).length, before + 1)
  await world.store.transact({ organization: world.org, mailboxes: ['transport' as never] }, (writer) =>
    writer.delivery.settle(lease, [{ no: 1, outcome: 'delivered', remote: '', reply: '' }], world.at),
  )
})

test('a mailbox that is still full is refused for good, and the others are not', async () => {
  await world.group('both', [ann, bob])
  await setQuota(ann, 1)
  const to = [{ address: 'both@corp.example', notify: { success: true, failure: true, delay: false } }]
  await send(world, { from, to, text: mail({ From: from, Subject: 'Both' }) })
  const before = (await world.inbox(bob)).length
  const { results } = await deliver()
  assert.deepEqual(
    results.map((each) => [each.outcome, each.outcome === 'refused' && [each.permanent, each.status]]).sort(),
    [
      ['delivered', false],
      ['refused', [true, '5.2.2']],
    ],
  )
  assert.equal((await world.inbox(bob)).length, before + 1)
})

test('reports find the way back by the routing table', async () => {
  const find = returnPaths(world.deps)
  assert.deepEqual(await find(world.org, 'bob@corp.example'), { to: 'mailbox', mailbox: bob.mailbox })
  assert.deepEqual(await find(world.org, 'BOB+tag@corp.example'), { to: 'mailbox', mailbox: bob.mailbox })
  assert.deepEqual(await find(world.org, 'both@corp.example'), {
    to: 'queue',
    route: { kind: 'local' },
    address: 'both@corp.example',
  })
  assert.deepEqual(await find(world.org, from), {
    to: 'queue',
    route: { kind: 'internet', domain: 'sender.example' },
    address: from,
  })
  assert.deepEqual(await find(world.org, 'ghost@corp.example'), { to: 'nobody' })
  assert.deepEqual(await find(world.org, 'SRS0=AAAAAAAA=AA=sender.example=sue@corp.example'), {
    to: 'nobody',
  })
})
