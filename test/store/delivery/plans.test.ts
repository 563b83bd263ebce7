import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EntryId, OrganizationId } from '#src/base/ids.ts'
import type { QueuedMessage } from '#src/domain/delivery/queue.ts'
import { type DeliveryWriter, type Lease, transportMailbox } from '#src/domain/delivery/store.ts'
import { patternsFor } from '#src/domain/gateway/gateway.ts'
import type { ItemNo } from '#src/domain/mailbox/item.ts'
import { eraseDelivery, nextWithDelivery } from '#src/store/delivery/erase.ts'
import { deliveryQueue } from '#src/store/delivery/queue.ts'
import { QueueWatchers, TraceWatchers } from '#src/store/delivery/queue-watchers.ts'
import { TraceNumbers } from '#src/store/delivery/trace.ts'
import { deliveryWriter } from '#src/store/delivery/writer.ts'
import { directoryReader } from '#src/store/directory/reader.ts'
import type { Driver, Row, Sql, Value } from '#src/store/driver/driver.ts'
import { sqliteDialect } from '#src/store/driver/sqlite.ts'
import { mailboxWriter } from '#src/store/mailbox/writer.ts'
import { directory } from '#src/store/migrations/0002-directory.ts'
import { delivery } from '#src/store/migrations/0004-delivery.ts'
import { gateways } from '#src/store/migrations/0007-gateways.ts'
import { mailLimits } from '#src/store/migrations/0009-mail-limits.ts'
import { Sequence } from '#src/store/sequence.ts'
import { anOrganization, memorySession } from '#test/support/memory-session.ts'
import { newTransitId, toDomain } from '#test/support/queue.ts'

const NOW = Date.UTC(2026, 10, 21)

function recording(sql: Sql, seen: Set<string>): Sql {
  const note = (text: string): Sql => {
    if (/queue_|trace_|send_count|gateway|account_sending|'VERIFIED'/.test(text)) seen.add(text)
    return sql
  }
  return {
    all: <R extends Row>(text: string, ...values: Value[]) => note(text).all<R>(text, ...values),
    get: <R extends Row>(text: string, ...values: Value[]) => note(text).get<R>(text, ...values),
    run: (text, ...values) => note(text).run(text, ...values),
  }
}

test('every statement of queue, trace and counts finds its rows by an index, and none sorts', async (t) => {
  const memory = await memorySession()
  t.after(() => memory.close())
  for (const migration of [directory, delivery, gateways, mailLimits])
    for (const statement of migration.up(sqliteDialect)) await memory.session.sql.run(statement)
  const seen = new Set<string>()
  const session = { ...memory.session, sql: recording(memory.session.sql, seen) }
  const org = anOrganization()
  const at = { organization: org, mailbox: transportMailbox }
  const mailboxes = mailboxWriter(session, memory.bodies)
  await mailboxes.createMailbox(at, {
    quotaBytes: 2 ** 50,
    folders: [{ distinguished: 'queue', parent: null, name: 'Queue', class: 'message' }],
  })
  const folder = (await mailboxes.findFolder(at, { distinguished: 'queue' }))!.no
  const writer = deliveryWriter(session, memory.bodies, new TraceNumbers(), {
    queued: () => {},
    traced: () => {},
  })
  const driver = {
    read: session.sql,
    transact: <T>(work: (sql: Sql) => Promise<T>) => work(session.sql),
  } as unknown as Driver
  const numbers = new Sequence(driver, 'store')
  const queue = deliveryQueue({
    driver,
    keys: session.keys,
    numbers,
    watchers: new QueueWatchers(),
    traces: new TraceWatchers(),
  })
  const enqueue = async () => {
    const item = await mailboxes.appendItem(at, {
      folder,
      class: 'message',
      receivedAt: 1,
      summary: { subject: 's' },
    })
    const message = messageOf(org, item.no)
    await writer.enqueue(message, [
      { no: 1, address: 'a@one.example', route: toDomain('one.example') },
      { no: 2, address: 'b@two.example', route: { kind: 'exchange' } },
    ])
    return message
  }
  const first = await enqueue()
  const second = await enqueue()
  const take = () => queue.lease({ now: NOW, untilMs: NOW + 9, limit: 9, perRoute: 9, busy: new Map() })
  const leases = await take()
  const of = (id: string) => leases.filter(({ message }) => message.id === id)
  const postpone = ({ no }: Lease['recipients'][number]) =>
    ({ no, outcome: 'postponed', status: '4.0.0', problem: 'x', nextAttemptAt: NOW + 50 }) as const
  for (const lease of of(first.id)) await writer.settle(lease, lease.recipients.map(postpone), NOW)
  await writer.settle(of(second.id)[0]!, [], NOW)
  await queue.freeLeases()
  await queue.nextDueAt(NOW)
  await writer.retryQueued(org, first.id, NOW, 5)
  await writer.retryQueued(org, null, NOW - 9, 5)
  await writer.listQueue(org, { limit: 1 })
  await writer.findQueued(org, first.id)
  await writer.queueStatistics(NOW)
  for (const lease of await take()) {
    const done = lease.recipients.map(
      ({ no }) => ({ no, outcome: 'delivered', remote: '', reply: '' }) as const,
    )
    if (lease.message.id === first.id) await writer.settle(lease, done, NOW)
  }
  await queue.freeLeases()
  await writer.cancelQueued(org, second.id)
  await writer.writeTrace([
    {
      organization: org,
      traceId: first.id,
      at: NOW,
      name: 'ROUTED',
      fields: {},
      senders: ['a@b.example'],
      recipients: ['c@d.example'],
      messageId: '<1@b>',
    },
  ])
  for (const query of [{}, { traceId: first.id }, { sender: 'a@b.example', from: 1, to: NOW + 1 }])
    await writer.findTrace(org, query, { limit: 1 })
  const sending = { day: '2026-11-21', entry: 'e' as EntryId, external: 1, fromTestDomain: 1 }
  const limits = { perUser: 10, perOrganization: 10, perAccount: 10, fromTestDomain: 10 }
  await writer.countSending(org, { ...sending, limits })
  await writer.countSent(org, '2026-11-21')
  await writer.countAccountSending('2026-11-21')
  await directoryReader(session).findDomainClaims('far.example', 5)
  await queue.forgetTrace(NOW + 1, 100)
  await callGateways(writer, org)
  await nextWithDelivery(session.sql, '')
  await eraseDelivery(session.sql, org, 100)

  assert.ok(seen.size > 50, `${seen.size} statements`)
  for (const text of seen) {
    const marks = text.split('?').length - 1
    const plan = await memory.session.sql.all<{ detail: string }>(
      `EXPLAIN QUERY PLAN ${text}`,
      ...Array(marks).fill(1),
    )
    for (const { detail } of plan) {
      // The one that frees leases walks an index that has nothing but leases.
      const partial = /SCAN queue_recipient USING (?:COVERING )?INDEX queue_recipient_leased/.test(detail)
      // The oldest of all is the first of its index.
      const ordered = /SCAN queue_message USING (?:COVERING )?INDEX queue_message_by_age/.test(detail)
      if (!partial && !ordered)
        assert.doesNotMatch(
          detail,
          /^SCAN (?!(?:\d+ )?CONSTANT|\d+-ROW VALUES)|TEMP B-TREE|AUTOMATIC/,
          `${text}\n${detail}`,
        )
    }
  }
})

async function callGateways(writer: DeliveryWriter, org: OrganizationId): Promise<void> {
  const recipients = ['*', 'far.example']
  const gateway = {
    name: 'relay',
    host: 'smtp.relay.example',
    port: 587,
    tls: 'required',
    authorities: null,
    user: 'acme',
    recipients,
  } as const
  await writer.createGateway(org, { gateway, password: 'x' })
  await writer.saveGateway(org, gateway, 'y')
  await writer.countGateways(org)
  await writer.listGateways(org, { limit: 5 })
  assert.equal((await writer.findGatewayFor(org, patternsFor('far.example')))?.name, 'relay')
  assert.equal((await writer.findGatewayLogin(org, 'Relay'))?.password, 'y')
  await writer.removeGateway(org, 'relay')
}

const messageOf = (organization: OrganizationId, item: ItemNo): QueuedMessage => ({
  id: newTransitId(),
  organization,
  item,
  sender: 'a@b.example',
  from: 'a@b.example',
  origin: 'submitted',
  subject: 's',
  messageId: '<1@b>',
  sizeBytes: 1,
  eightBit: false,
  utf8: false,
  requireTls: false,
  queuedAt: NOW,
})
