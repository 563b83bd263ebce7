import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { QueuedMessage, QueuedRecipient } from '#src/domain/delivery/queue.ts'
import { ensureTransportMailbox } from '#src/domain/delivery/queue-mailbox.ts'
import { settleAttempt } from '#src/domain/delivery/queue-settlement.ts'
import type { ReturnPath } from '#src/domain/delivery/report.ts'
import { defaultRetryPolicy } from '#src/domain/delivery/retry.ts'
import type { Lease } from '#src/domain/delivery/store.ts'
import type { AttemptResult } from '#src/domain/delivery/transport.ts'
import { parseDeliveryStatus } from '#src/formats/delivery-status/parse.ts'
import { queueMessage } from '#test/support/queue.ts'
import { readAll, temporaryStore } from '#test/support/store.ts'

const HOUR = 3_600_000
const NOW = Date.UTC(2026, 10, 21)

type Setup = {
  path?: 'mailbox' | ReturnPath
  queuedAt?: number
  sender?: string
  message?: Partial<QueuedMessage>
  recipients?: readonly (Partial<QueuedRecipient> & { address: string })[]
}

/** A message in the queue and a lease on it; `settle` ends the attempt, and the rest tells what follows. */
async function leased(t: TestContext, { path = 'mailbox', queuedAt = NOW, ...setup }: Setup = {}) {
  const temporary = await temporaryStore({ mailboxes: 1 })
  t.after(() => temporary.remove())
  const { store, organization } = temporary
  const [box] = temporary.mailboxes
  const org = organization.id
  const { recipients = [{ address: 'ann@far.example' }] } = setup
  const message = await queueMessage(store, org, { ...setup, recipients, now: queuedAt })
  const lease = async () =>
    (await store.queue.lease({ now: NOW, untilMs: NOW + HOUR, limit: 1, perRoute: 1, busy: new Map() }))[0]!
  const asked: string[] = []
  const settle = (held: Lease, results: readonly AttemptResult[], now = NOW) =>
    settleAttempt(
      {
        store,
        hostName: 'mx.corp.example',
        policy: defaultRetryPolicy,
        now: () => now,
        random: () => 0.5,
        findReturnPath: async (_, sender) => {
          asked.push(sender)
          return path === 'mailbox' ? { to: 'mailbox', mailbox: box!.mailbox } : path
        },
      },
      held,
      results,
    )
  const inbox = async () => {
    const items = (await store.mailboxes.listItems(box!, box!.inbox, { order: 'uid', limit: 10 })).rows
    return Promise.all(items.map(async (item) => (await readAll(store, box!, item.body!)).toString('latin1')))
  }
  const trace = async () => (await store.delivery.findTrace(org, { traceId: message.id }, { limit: 20 })).rows
  return { store, org, message, lease: await lease(), again: lease, settle, inbox, trace, asked, temporary }
}

const refused = (
  no: number,
  more: Partial<Extract<AttemptResult, { outcome: 'refused' }>> = {},
): AttemptResult => ({
  no,
  outcome: 'refused',
  permanent: true,
  cause: 'refused',
  status: '5.1.1',
  problem: 'mx.far.example said: 550 5.1.1 No such user',
  remote: 'mx.far.example',
  reply: '550 5.1.1 No such user',
  ...more,
})
const delivered = (no: number, reports: 'next-hop' | 'relayed' | 'final' = 'relayed'): AttemptResult => ({
  no,
  outcome: 'delivered',
  remote: 'mx.far.example',
  reply: '250 ok',
  reports,
})

function statusOf(octets: string) {
  const start = octets.indexOf('message/delivery-status')
  const body = octets.slice(octets.indexOf('\r\n\r\n', start) + 4)
  const base64 = /^Content-Transfer-Encoding: base64/m.test(
    octets.slice(start, octets.indexOf('\r\n\r\n', start)),
  )
  const part = body.slice(0, body.indexOf('\r\n--'))
  return parseDeliveryStatus(Buffer.from(part, base64 ? 'base64' : 'latin1'))
}

test('a failure goes into the inbox of a sender here, in the same transaction, and nothing is left', async (t) => {
  const { store, org, message, lease, settle, inbox, trace } = await leased(t, {
    recipients: [{ address: 'ann@far.example', writtenTo: 'team@corp.example' }],
    message: { envelopeId: 'E1' },
  })
  const settled = await settle(lease, [refused(1)])
  assert.deepEqual(settled, { delivered: 0, postponed: 0, failed: 1, uncertain: 0, reported: true })
  assert.equal(await store.delivery.findQueued(org, message.id), undefined)
  const [report, ...more] = await inbox()
  assert.deepEqual(more, [])
  const status = statusOf(report!)
  assert.equal(status.reportingMta, 'mx.corp.example')
  assert.equal(status.envelopeId, 'E1')
  const [recipient] = status.recipients
  assert.equal(recipient!.action, 'failed')
  assert.equal(recipient!.status, '5.1.1')
  assert.equal(recipient!.finalRecipient.address, 'ann@far.example')
  assert.equal(recipient!.originalRecipient!.address, 'team@corp.example')
  assert.match(report!, new RegExp(`Message-ID: ${message.messageId.replace(/[<>.]/g, '\\$&')}`))
  const events = await trace()
  assert.deepEqual(
    events.map(({ name }) => name),
    ['OUTGOING_EMAIL_BOUNCED', 'MAILBOX_EMAIL_DELIVERED'],
  )
  assert.deepEqual(events[0]!.fields.bouncedRecipient, {
    emailAddress: 'ann@far.example',
    reason: 'mx.far.example said: 550 5.1.1 No such user',
    status: '5.1.1',
  })
})

test('a failure for a sender elsewhere is queued, from the null sender, and never reported itself', async (t) => {
  const path: ReturnPath = {
    to: 'queue',
    address: 'bob@out.example',
    route: { kind: 'internet', domain: 'out.example' },
  }
  const { store, org, lease, settle, again, asked } = await leased(t, {
    path,
    sender: 'bob@out.example',
    message: { requireTls: true },
  })
  await settle(lease, [refused(1)])
  assert.deepEqual(asked, ['bob@out.example'])
  const report = await again()
  assert.equal(report.message.sender, '')
  assert.equal(report.message.origin, 'report')
  assert.equal(report.message.requireTls, true)
  assert.deepEqual(
    report.recipients.map(({ address, route }) => ({ address, route })),
    [{ address: 'bob@out.example', route: path.route }],
  )
  const { at } = await ensureTransportMailbox(store, org)
  const [item] = await store.mailboxes.getItems(at, [report.message.item])
  assert.match((await readAll(store, at, item!.body!)).toString(), /report-type="?delivery-status/)
  const settled = await settle(report, [refused(1)])
  assert.equal(settled.reported, false)
  assert.deepEqual(asked, ['bob@out.example'])
  assert.deepEqual((await store.delivery.listQueue(org, { limit: 5 })).rows, [])
})

test('a report is written to the sender, not to the address by which we passed its mail on', async (t) => {
  const route = { kind: 'internet', domain: 'out.example' } as const
  const { store, org, lease, settle, again } = await leased(t, {
    path: { to: 'queue', address: 'bob@out.example', route },
    sender: 'SRS0=AAAAAAAA=AA=out.example=bob@corp.example',
  })
  await settle(lease, [refused(1)])
  const report = await again()
  const { at } = await ensureTransportMailbox(store, org)
  const [item] = await store.mailboxes.getItems(at, [report.message.item])
  assert.match((await readAll(store, at, item!.body!)).toString(), /^To: bob@out\.example\r$/m)
})

/** Who hears of what (RFC 3461 §4.1, §5.2; RFC 5321 §4.5.5). */
const wishes: [what: string, setup: Setup, result: AttemptResult, at: number, action: string | undefined][] =
  [
    ['a failure, by default', {}, refused(1), NOW, 'failed'],
    ['no failure with NOTIFY=NEVER', notify(false, false, false), refused(1), NOW, undefined],
    ['no failure with NOTIFY=SUCCESS', notify(true, false, false), refused(1), NOW, undefined],
    ['no failure for the null sender', { sender: '' }, refused(1), NOW, undefined],
    ['no failure of a report', { message: { origin: 'report' } }, refused(1), NOW, undefined],
    ['no success, by default', {}, delivered(1), NOW, undefined],
    ['success that the next hop does not report', notify(true, false, false), delivered(1), NOW, 'relayed'],
    ['success into a mailbox', notify(true, false, false), delivered(1, 'final'), NOW, 'delivered'],
    [
      'no success that the next hop reports',
      notify(true, true, true),
      delivered(1, 'next-hop'),
      NOW,
      undefined,
    ],
    ['a delay, by default', { queuedAt: NOW - 5 * HOUR }, refused(1, { permanent: false }), NOW, 'delayed'],
    [
      'no delay that is short',
      { queuedAt: NOW - 3 * HOUR },
      refused(1, { permanent: false }),
      NOW,
      undefined,
    ],
    [
      'no delay with NOTIFY=FAILURE',
      { ...notify(false, true, false), queuedAt: NOW - 5 * HOUR },
      refused(1, { permanent: false }),
      NOW,
      undefined,
    ],
    ['the end of the time', { queuedAt: NOW - 48 * HOUR }, refused(1, { permanent: false }), NOW, 'failed'],
  ]

function notify(success: boolean, failure: boolean, delay: boolean): Setup {
  return { recipients: [{ address: 'ann@far.example', notify: { success, failure, delay } }] }
}

for (const [what, setup, result, at, action] of wishes) {
  test(`the sender hears of ${what}`, async (t) => {
    const { lease, settle, inbox } = await leased(t, setup)
    await settle(lease, [result], at)
    const reports = await inbox()
    assert.deepEqual(
      reports.map((report) => statusOf(report).recipients.map((recipient) => recipient.action)),
      action === undefined ? [] : [[action]],
    )
  })
}

test('who waits for TLS hears within the hour why', async (t) => {
  const insecure: AttemptResult = {
    no: 1,
    outcome: 'refused',
    permanent: false,
    cause: 'insecure',
    status: '4.7.5',
    problem: 'mx.far.example: mx.far.example does not offer STARTTLS',
    remote: 'mx.far.example',
  }
  const early = await leased(t, { queuedAt: NOW - HOUR / 5 })
  await early.settle(early.lease, [insecure])
  assert.deepEqual(await early.inbox(), [])
  const late = await leased(t, { queuedAt: NOW - HOUR / 4 })
  await late.settle(late.lease, [insecure])
  const [report, ...more] = await late.inbox()
  assert.deepEqual(more, [])
  assert.match(report!, /does not offer STARTTLS/)
  assert.match(report!, /only over a connection that is encrypted and proven/)
  assert.match(report!, /^Action: delayed\r$/m)
  assert.match(report!, /^Status: 4\.7\.5\r$/m)
})

test('a delay is reported once, then the failure when the time is up', async (t) => {
  const { store, lease, settle, inbox, temporary } = await leased(t, { queuedAt: NOW - 5 * HOUR })
  const later = refused(1, { permanent: false, status: '4.2.0', cause: 'unreachable' })
  await settle(lease, [later])
  const take = async (now: number) =>
    (await store.queue.lease({ now, untilMs: now + HOUR, limit: 1, perRoute: 1, busy: new Map() }))[0]!
  const second = await take(NOW + 2 * HOUR)
  assert.equal(second.recipients[0]!.attempts, 1)
  await settle(second, [later], NOW + 2 * HOUR)
  assert.equal((await inbox()).length, 1)
  assert.equal(statusOf((await inbox())[0]!).recipients[0]!.willRetryUntilMs, NOW + 43 * HOUR)
  const last = await take(NOW + 44 * HOUR)
  await settle(last, [later], NOW + 44 * HOUR)
  const [, failure] = await inbox()
  assert.deepEqual(
    statusOf(failure!).recipients.map(({ action, status }) => [action, status]),
    [['failed', '4.4.7']],
  )
  assert.deepEqual((await temporary.care.check({ bodies: true })).findings, [])
})

test('recipients of one attempt each go their way, in one report', async (t) => {
  const recipients = ['a', 'b', 'c', 'd'].map((name) => ({ address: `${name}@far.example` }))
  const { store, org, message, lease, settle, inbox } = await leased(t, { recipients })
  const settled = await settle(lease, [
    delivered(1),
    refused(2),
    refused(3, { permanent: false, uncertain: true }),
    { no: 4, outcome: 'stopped' },
  ])
  assert.deepEqual(settled, { delivered: 1, postponed: 1, failed: 1, uncertain: 1, reported: true })
  const left = (await store.delivery.findQueued(org, message.id))!.recipients
  assert.deepEqual(
    left.map(({ no, attempts, uncertainAttempts, leasedUntil }) => [
      no,
      attempts,
      uncertainAttempts,
      leasedUntil,
    ]),
    [
      [3, 1, 1, null],
      [4, 0, 0, null],
    ],
  )
  assert.equal(statusOf((await inbox())[0]!).recipients.length, 1)
})

test('a sender whose mailbox went hears nothing, and the queue is emptied all the same', async (t) => {
  const { store, org, message, lease, settle } = await leased(t, {
    path: { to: 'mailbox', mailbox: 'gone' as never },
  })
  await settle(lease, [refused(1)])
  assert.equal(await store.delivery.findQueued(org, message.id), undefined)
})

test('a lost lease writes nothing: no report, no trace', async (t) => {
  const { store, lease, settle, inbox, trace } = await leased(t)
  await store.queue.freeLeases()
  await assert.rejects(settle(lease, [refused(1)]), { reason: 'wrong-state' })
  assert.deepEqual(await inbox(), [])
  assert.deepEqual(await trace(), [])
})

const outside: ReturnPath = {
  to: 'queue',
  address: 'bob@out.example',
  route: { kind: 'internet', domain: 'out.example' },
}
const all = { success: true, failure: true, delay: true }

/** The report that a settlement leaves in the queue. */
async function queuedReport({ store, org, again }: Awaited<ReturnType<typeof leased>>) {
  const { message } = await again()
  const { at } = await ensureTransportMailbox(store, org)
  const [item] = await store.mailboxes.getItems(at, [message.item])
  return (await readAll(store, at, item!.body!)).toString('latin1')
}

test('who is outside reads the group that was written to, once, and nothing of its members', async (t) => {
  const members = ['ann', 'ben', 'cem', 'dan'].map((name) => ({
    address: `${name}@corp.example`,
    writtenTo: 'team@corp.example',
    notify: all,
  }))
  const world = await leased(t, { path: outside, sender: 'bob@out.example', recipients: members })
  await world.settle(world.lease, [
    delivered(1, 'final'),
    delivered(2),
    refused(3, { problem: 'The mailbox of cem@corp.example is gone.' }),
    refused(4, { status: '5.2.2', reply: '552 5.2.2 dan@corp.example is full' }),
  ])
  const report = await queuedReport(world)
  assert.doesNotMatch(report, /ann@|ben@|cem@|dan@|mx\.far\.example/)
  assert.deepEqual(
    statusOf(report).recipients.map((each) => [
      each.finalRecipient.address,
      each.originalRecipient,
      each.action,
      each.status,
    ]),
    [
      ['team@corp.example', undefined, 'expanded', '2.0.0'],
      ['team@corp.example', undefined, 'failed', '5.2.4'],
    ],
  )
})

test('an alias stands in the report to the outside as it was written, and ORCPT as it was given', async (t) => {
  const world = await leased(t, {
    path: outside,
    sender: 'bob@out.example',
    recipients: [
      {
        address: 'ann.real@corp.example',
        writtenTo: 'info@corp.example',
        notify: all,
        originalRecipient: { type: 'rfc822', address: 'INFO@corp.example' },
      },
    ],
  })
  await world.settle(world.lease, [delivered(1, 'final')])
  const report = await queuedReport(world)
  assert.doesNotMatch(report, /ann\.real/)
  const [only] = statusOf(report).recipients
  assert.equal(only!.finalRecipient.address, 'info@corp.example')
  assert.equal(only!.originalRecipient!.address, 'INFO@corp.example')
  assert.equal(only!.action, 'delivered')
})

test('three recipients that fail in one attempt are one report', async (t) => {
  const recipients = ['a', 'b', 'c'].map((name) => ({ address: `${name}@far.example` }))
  const { lease, settle, inbox } = await leased(t, { recipients })
  await settle(lease, [refused(1), refused(2), refused(3)])
  assert.deepEqual(
    (await inbox()).map((report) => statusOf(report).recipients.map(({ action }) => action)),
    [['failed', 'failed', 'failed']],
  )
})

test('what no server said is not put into the mouth of one', async (t) => {
  const { lease, settle, inbox } = await leased(t)
  const problem = 'old.example [192.0.2.1]: The message needs 8BITMIME, which the server does not offer'
  const { reply: _, ...silent } = refused(1, {
    status: '5.6.3',
    problem,
    remote: 'old.example [192.0.2.1]',
  }) as Extract<AttemptResult, { outcome: 'refused' }>
  await settle(lease, [silent])
  const [report] = await inbox()
  assert.doesNotMatch(report!, / said: /)
  assert.match(report!, /The reason: old\.example/)
  const [only] = statusOf(report!).recipients
  assert.equal(only!.diagnostic, undefined)
  assert.equal(only!.reason, problem)
})
