import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { QueueDeliveries, type QueueDelivery } from '#jobs/deliver-queue.ts'
import { defaultRetryPolicy } from '#src/domain/delivery/retry.ts'
import type { DeliveryQueue } from '#src/domain/delivery/store.ts'
import type { Attempt, AttemptResult, MailTransport } from '#src/domain/delivery/transport.ts'
import { queueMessage } from '#test/support/queue.ts'
import { temporaryStore } from '#test/support/store.ts'

type Hop = (attempt: Attempt, signal: AbortSignal) => Promise<readonly AttemptResult[]>

const delivered: Hop = async ({ recipients }) =>
  recipients.map(({ no }) => ({
    no,
    outcome: 'delivered',
    remote: 'mx',
    reply: '250 ok',
    reports: 'relayed',
  }))
const later: Hop = async ({ recipients }) =>
  recipients.map(({ no }) => ({
    no,
    outcome: 'refused',
    permanent: false,
    cause: 'refused',
    status: '4.0.0',
    problem: 'mx said: 450 later',
  }))
const aborted = (signal: AbortSignal) => new Promise((resolve) => signal.addEventListener('abort', resolve))
const untilAborted: Hop = async ({ recipients }, signal) => {
  await aborted(signal)
  return recipients.map(({ no }) => ({ no, outcome: 'stopped' }))
}

async function open(t: TestContext, hop: Hop, more: Partial<QueueDelivery> = {}) {
  const temporary = await temporaryStore({ mailboxes: 0 })
  const { store, organization } = temporary
  const looks = { count: 0 }
  const lease: DeliveryQueue['lease'] = (options) => {
    looks.count++
    return store.queue.lease(options)
  }
  const transport: MailTransport = {
    deliver: (attempt, signal) => hop(attempt, signal),
    close: async () => {},
  }
  const troubles: string[] = []
  const job = new QueueDeliveries({
    store: { ...store, queue: { ...store.queue, lease } },
    transport,
    findReturnPath: async () => ({ to: 'nobody' }),
    hostName: 'mx.corp.example',
    policy: defaultRetryPolicy,
    now: Date.now,
    random: () => 0.5,
    concurrency: 10,
    perDestination: 3,
    attemptMs: 60_000,
    trouble: (message) => troubles.push(message),
    ...more,
  })
  t.after(async () => {
    await job.stop(AbortSignal.abort())
    await temporary.remove()
  })
  const send = (...addresses: string[]) =>
    queueMessage(store, organization.id, {
      recipients: addresses.map((address) => ({ address })),
      now: Date.now(),
    })
  return { store, org: organization.id, job, send, looks, troubles, temporary }
}

async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (const end = Date.now() + 100_000; Date.now() < end; await pause(5)) if (await condition()) return
  assert.fail(`never: ${what}`)
}

/** It looks at the queue only when there is a reason; what was begun may still end. */
async function quiet(looks: { readonly count: number }): Promise<void> {
  await until(async () => {
    const before = looks.count
    await pause(300)
    return looks.count === before
  }, 'no more looks')
}

test('what is in the queue at the start and what comes later is delivered, then all is quiet', async (t) => {
  const { store, job, send, looks } = await open(t, delivered)
  await send('a@one.example', 'b@two.example')
  await job.start()
  await until(() => job.numbers.delivered === 2, 'both delivered')
  for (let i = 0; i < 40; i++) await send(`r${i}@d${i % 3}.example`)
  await until(() => job.numbers.delivered === 42, 'all delivered')
  await until(() => job.numbers.running === 0, 'quiet')
  await quiet(looks)
  assert.equal((await store.delivery.queueStatistics(Date.now())).messages, 0)
})

test('there are no more deliveries at once than allowed, over all and for one destination', async (t) => {
  const now = { all: 0, perDomain: new Map<string, number>() }
  const most = { all: 0, perDomain: 0 }
  const full = Promise.withResolvers<void>()
  const hop: Hop = async (attempt, signal) => {
    const domain = attempt.route.kind === 'internet' ? attempt.route.domain : ''
    const count = (change: number) => {
      now.all += change
      now.perDomain.set(domain, (now.perDomain.get(domain) ?? 0) + change)
      most.all = Math.max(most.all, now.all)
      most.perDomain = Math.max(most.perDomain, now.perDomain.get(domain)!)
    }
    count(1)
    if (now.all === 7) full.resolve()
    await Promise.race([full.promise, aborted(signal)])
    // An eighth would come meanwhile.
    await pause(5)
    count(-1)
    return delivered(attempt, AbortSignal.any([]))
  }
  const { job, send } = await open(t, hop, { concurrency: 7, perDestination: 2 })
  for (let i = 0; i < 60; i++) await send(`r${i}@d${i % 5}.example`)
  await job.start()
  await until(() => job.numbers.delivered === 60, 'all delivered')
  assert.equal(most.all, 7)
  assert.equal(most.perDomain, 2)
})

test('a slow destination holds up no other, and looks are not made in vain', async (t) => {
  const hop: Hop = (attempt, signal) =>
    attempt.route.kind === 'internet' && attempt.route.domain === 'slow.example'
      ? untilAborted(attempt, signal)
      : delivered(attempt, signal)
  const { job, send, looks } = await open(t, hop)
  for (let i = 0; i < 20; i++) await send(`r${i}@slow.example`)
  await job.start()
  await until(() => job.numbers.running === 3, 'three under way')
  await send('r@fast.example')
  await until(() => job.numbers.delivered === 1, 'the other delivered')
  await quiet(looks)
})

test('what is postponed is tried again when it is due', async (t) => {
  let tries = 0
  const hop: Hop = (attempt, signal) => (++tries < 3 ? later(attempt, signal) : delivered(attempt, signal))
  let skipped = 0
  const { job, send } = await open(t, hop, { now: () => Date.now() + skipped })
  await job.start()
  await send('a@one.example')
  await until(() => job.numbers.postponed === 1, 'postponed')
  await pause(100)
  assert.equal(tries, 1)
  const attempts = () => job.numbers.postponed + job.numbers.delivered
  for (const ended of [3, 5]) {
    skipped += 10 * 60_000
    await send('b@wake.example')
    await until(() => attempts() === ended, `${ended} attempts`)
  }
  await until(() => job.numbers.delivered === 3, 'delivered in the end')
})

test('a stop waits for what is under way', async (t) => {
  const end = Promise.withResolvers<void>()
  const hop: Hop = async (attempt, signal) => {
    await Promise.race([end.promise, aborted(signal)])
    return delivered(attempt, signal)
  }
  const { store, job, send } = await open(t, hop, { concurrency: 1 })
  await send('a@one.example')
  await send('b@one.example')
  await job.start()
  await until(() => job.numbers.running === 1, 'one under way')
  let isOver = false
  const stopped = job.stop(new AbortController().signal).then(() => {
    isOver = true
  })
  await pause(50)
  assert.equal(isOver, false)
  end.resolve()
  await stopped
  assert.equal(job.numbers.delivered, 1)
  assert.deepEqual((await store.delivery.queueStatistics(Date.now())).due, 1)
})

test('a stop that cannot wait gives back what is under way', async (t) => {
  const { store, org, job, send, temporary } = await open(t, untilAborted)
  const { id } = await send('a@one.example')
  await job.start()
  await until(() => job.numbers.running === 1, 'under way')
  const started = Date.now()
  await job.stop(AbortSignal.timeout(50))
  assert.ok(Date.now() - started < 20_000)
  const [recipient] = (await store.delivery.findQueued(org, id))!.recipients
  assert.deepEqual([recipient!.attempts, recipient!.leasedUntil, recipient!.uncertainAttempts], [0, null, 0])
  assert.equal(await store.queue.freeLeases(), 0)
  assert.deepEqual((await temporary.care.check({ bodies: true })).findings, [])
})

test('a delivery that takes too long is cut off, and counts', async (t) => {
  const { store, org, job, send } = await open(t, untilAborted, { attemptMs: 50 })
  const { id } = await send('a@one.example')
  await job.start()
  await until(() => job.numbers.postponed === 1, 'postponed')
  const [recipient] = (await store.delivery.findQueued(org, id))!.recipients
  assert.deepEqual([recipient!.attempts, recipient!.problem], [1, 'The delivery took too long.'])
})

test('a transport that breaks postpones its message and stops nothing', async (t) => {
  const hop: Hop = (attempt, signal) => {
    if (attempt.recipients[0]!.address.startsWith('bad')) throw new Error('secret detail')
    return delivered(attempt, signal)
  }
  const { store, org, job, send, troubles } = await open(t, hop)
  const { id } = await send('bad@one.example')
  await send('good@one.example')
  await job.start()
  await until(() => job.numbers.delivered === 1 && job.numbers.postponed === 1, 'both ended')
  const [recipient] = (await store.delivery.findQueued(org, id))!.recipients
  assert.doesNotMatch(recipient!.problem!, /secret/)
  assert.equal(troubles.length, 1)
})

test('the octets that are sent are those that were queued; a message without them fails', async (t) => {
  const seen: string[] = []
  const hop: Hop = async (attempt, signal) => {
    const chunks: Uint8Array[] = []
    for await (const chunk of attempt.content()) chunks.push(chunk)
    seen.push(Buffer.concat(chunks).toString())
    return delivered(attempt, signal)
  }
  const { store, org, job, temporary } = await open(t, hop)
  const octets = Buffer.from(`Subject: big\r\n\r\n${'x'.repeat(300_000)}\r\n`)
  await queueMessage(store, org, { recipients: [{ address: 'a@one.example' }], octets, now: Date.now() })
  await queueMessage(store, org, {
    recipients: [{ address: 'a@two.example' }],
    message: { item: 999 as never },
    now: Date.now(),
  })
  await job.start()
  await until(() => job.numbers.delivered === 1 && job.numbers.failed === 1, 'both ended')
  assert.deepEqual(seen, [octets.toString()])
  void temporary
})

test('attempts of a process that died are counted as interrupted, and made again', async (t) => {
  const { store, job, send } = await open(t, delivered)
  await send('a@one.example', 'b@two.example')
  await store.queue.lease({
    now: Date.now(),
    untilMs: Date.now() + 1e6,
    limit: 5,
    perRoute: 5,
    busy: new Map(),
  })
  await job.start()
  assert.equal(job.numbers.interrupted, 2)
  await until(() => job.numbers.delivered === 2, 'delivered')
})

test('the end of a delivery is written down later when the store refuses for a while', async (t) => {
  const { store, org, job, send, troubles } = await open(t, async (attempt, signal) => {
    await store.organizations.disableKey(org)
    setTimeout(() => void store.organizations.enableKey(org), 200)
    return delivered(attempt, signal)
  })
  await send('a@one.example')
  await job.start()
  await until(() => job.numbers.delivered === 1, 'delivered')
  assert.equal(job.numbers.attempts, 1)
  assert.ok(troubles.length <= 1)
})
