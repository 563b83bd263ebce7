import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import type { EntryId, OrganizationId } from '#src/base/ids.ts'
import type { TransitId } from '#src/domain/delivery/queue.ts'
import type { TraceEvent, TraceQuery } from '#src/domain/delivery/trace.ts'
import type { Refusal } from '#src/domain/refusal.ts'
import type { Store } from '#src/domain/store.ts'
import { DataKey } from '#src/store/data-key.ts'
import { dayNumber, traceReads } from '#src/store/delivery/trace.ts'
import { sqliteDialect } from '#src/store/driver/sqlite.ts'
import { SqliteConnection } from '#src/store/driver/sqlite-connection.ts'
import { delivery } from '#src/store/migrations/0004-delivery.ts'
import type { Keys } from '#src/store/session.ts'
import { anOrganization } from '#test/support/memory-session.ts'
import { newTransitId } from '#test/support/queue.ts'
import { openTestStore, temporaryStore } from '#test/support/store.ts'

const DAY = 86_400_000
const NOW = Date.UTC(2026, 10, 21, 12)

async function open(t: TestContext) {
  const temporary = await temporaryStore({ mailboxes: 0 })
  t.after(() => temporary.remove())
  return { store: temporary.store, org: temporary.organization.id }
}

const event = (organization: OrganizationId, at: number, more: Partial<TraceEvent> = {}): TraceEvent => ({
  organization,
  traceId: newTransitId(),
  at,
  name: 'OUTGOING_EMAIL_SENT',
  fields: { remote: 'mx' },
  senders: ['Ann@corp.example'],
  recipients: ['bob@far.example'],
  messageId: '<1@corp.example>',
  ...more,
})

const write = (store: Store, organization: OrganizationId, events: readonly TraceEvent[]) =>
  store.transact({ organization }, ({ delivery }) => delivery.writeTrace(events))

async function all(store: Store, org: OrganizationId, query: TraceQuery, limit = 2): Promise<TraceEvent[]> {
  const found: TraceEvent[] = []
  for (let after: string | null = null; ; ) {
    const page: Awaited<ReturnType<typeof store.delivery.findTrace>> = await store.delivery.findTrace(
      org,
      query,
      { after, limit },
    )
    found.push(...page.rows)
    after = page.next
    if (after === null) return found
  }
}

test('events are found by id, Message-ID, sender, recipient and time, and by several together', async (t) => {
  const { store, org } = await open(t)
  const first = event(org, NOW - 3 * DAY)
  const second = event(org, NOW, { traceId: first.traceId, name: 'OUTGOING_EMAIL_BOUNCED' })
  const third = event(org, NOW, { senders: ['eve@corp.example'], messageId: '<2@corp.example>' })
  const fourth = event(org, NOW + DAY, { recipients: ['cem@far.example', 'CEM@far.example'] })
  await write(store, org, [first])
  await write(store, org, [second, third, fourth])
  const found = async (query: TraceQuery) =>
    (await all(store, org, query)).map(({ at, name }) => `${at} ${name}`)
  const named = (...events: TraceEvent[]) => events.map(({ at, name }) => `${at} ${name}`)
  assert.deepEqual(await all(store, org, {}, 1), [first, second, third, fourth])
  assert.deepEqual(await found({ traceId: first.traceId }), named(first, second))
  assert.deepEqual(await found({ messageId: '<2@corp.example>' }), named(third))
  assert.deepEqual(await found({ sender: 'ANN@CORP.example' }), named(first, second, fourth))
  assert.deepEqual(await found({ recipient: 'cem@FAR.example' }), named(fourth))
  assert.deepEqual(await found({ recipient: 'bob@far.example', sender: 'eve@corp.example' }), named(third))
  assert.deepEqual(await found({ sender: 'ann@corp.example', from: NOW, to: NOW + DAY }), named(second))
  assert.deepEqual(await found({ from: NOW - DAY, to: NOW }), [])
  assert.deepEqual(await found({ traceId: 'x' as TransitId }), [])
})

test('many events of one transaction are told in their order, whatever the pages are like', async (t) => {
  const { store, org } = await open(t)
  const { traceId } = event(org, NOW)
  const to = Array.from({ length: 150 }, (_, no) => `r${no % 75}@far.example`)
  const events = to.map((address, no) => event(org, NOW, { traceId, fields: { no }, recipients: [address] }))
  await write(store, org, events)
  await write(store, org, [event(org, NOW, { fields: { no: 150 } })])
  const numbers = async (query: TraceQuery, limit: number) =>
    (await all(store, org, query, limit)).map(({ fields }) => fields.no)
  for (const limit of [1, 7, 32, 1_000])
    assert.deepEqual(await numbers({}, limit), [...to.keys(), 150], `pages of ${limit}`)
  assert.deepEqual(await numbers({ traceId }, 40), [...to.keys()])
  assert.deepEqual(await numbers({ recipient: 'R3@far.example' }, 1), [3, 78])
})

test('rows of earlier versions, each with one event by itself, are read as well', async (t) => {
  const sql = new SqliteConnection(':memory:')
  t.after(() => sql.close())
  for (const statement of delivery.up(sqliteDialect)) await sql.run(statement)
  const org = anOrganization()
  const key = new DataKey(randomBytes(32))
  const { findTrace } = traceReads({ sql, keys: { organization: async () => key } as unknown as Keys })
  const events = [event(org, NOW, { fields: { no: 1 } }), event(org, NOW, { fields: { no: 2 } })]
  for (const [index, { organization, at, ...record }] of events.entries()) {
    const sealed = key.sealJson(`trace:${org}:${at}:${index + 1}`, record)
    await sql.run('INSERT INTO trace_event VALUES (?, ?, ?, ?)', org, at, index + 1, sealed)
    const search = key.blind('trace-sender', 'ann@corp.example')
    await sql.run('INSERT INTO trace_key VALUES (?, ?, ?, ?, ?)', org, dayNumber(at), search, at, index + 1)
  }
  const first = await findTrace(org, { sender: 'ann@corp.example' }, { limit: 1 })
  const second = await findTrace(org, { sender: 'ann@corp.example' }, { limit: 1, after: first.next })
  assert.deepEqual([...first.rows, ...second.rows], events)
})

test('the trace of one organisation is not another’s', async (t) => {
  const { store, org } = await open(t)
  const other = (await store.organizations.create({ alias: 'other' })).id
  await write(store, org, [event(org, NOW)])
  assert.deepEqual(await all(store, other, { sender: 'ann@corp.example' }), [])
  assert.deepEqual(await all(store, other, {}), [])
  await assert.rejects(write(store, other, [event(org, NOW)]))
})

test('old events and counts are forgotten, a limited number at a time', async (t) => {
  const { store, org } = await open(t)
  await write(
    store,
    org,
    [0, 1, 2, 3].map((days) => event(org, NOW - days * DAY)),
  )
  const count = (day: string) =>
    store.transact({ organization: org }, ({ delivery }) =>
      delivery.countSending(org, {
        day,
        entry: 'e' as EntryId,
        external: 3,
        fromTestDomain: 2,
        limits: null,
      }),
    )
  await count('2026-11-18')
  await count('2026-11-21')
  let calls = 1
  while (!(await store.queue.forgetTrace(NOW - DAY, 3))) calls++
  assert.ok(calls > 1 && calls < 20, `${calls} calls`)
  assert.deepEqual(
    (await all(store, org, {})).map(({ at }) => at),
    [NOW - DAY, NOW],
  )
  assert.deepEqual(
    (await all(store, org, { sender: 'ann@corp.example' })).map(({ at }) => at),
    [NOW - DAY, NOW],
  )
  assert.equal(await store.delivery.countSent(org, '2026-11-18'), 0)
  assert.equal(await store.delivery.countSent(org, '2026-11-21'), 3)
  const account = (day: string) => store.delivery.countAccountSending(day)
  assert.deepEqual(await account('2026-11-18'), { external: 0, fromTestDomain: 0 })
  assert.deepEqual(await account('2026-11-21'), { external: 3, fromTestDomain: 2 })
})

test("events of one moment never get in each other's way: the clock goes back, transactions are undone, the service starts anew", async (t) => {
  const temporary = await temporaryStore({ mailboxes: 0 })
  t.after(() => temporary.remove())
  const { id: org } = temporary.organization
  const written: string[] = []
  const writeAt = async (store: Store, at: number, count: number) => {
    const events = Array.from({ length: count }, () => event(org, at))
    const undone = store.transact({ organization: org }, async ({ delivery }) => {
      await delivery.writeTrace(events)
      throw new Error('undone')
    })
    await assert.rejects(undone, /undone/)
    await write(store, org, events)
    written.push(...events.map(({ traceId }) => traceId))
  }
  for (const at of [NOW, NOW, NOW + 1, NOW, NOW - 5, NOW + 1, NOW - 5]) await writeAt(temporary.store, at, 2)
  await temporary.store.close()
  const { store } = await openTestStore(temporary.folder)
  t.after(() => store.close())
  for (const at of [NOW + 1, NOW, NOW + 1, NOW + 2]) await writeAt(store, at, 3)
  const found = await all(store, org, {}, 100)
  assert.deepEqual(found.map(({ traceId }) => traceId).toSorted(), written.toSorted())
})

test('sendings are counted by day for an entry, an organisation and the account, up to each limit', async (t) => {
  const { store, org } = await open(t)
  const other = (await store.organizations.create({ alias: 'other' })).id
  const day = '2026-11-21'
  const limits = { perUser: 10, perOrganization: 15, perAccount: 18, fromTestDomain: 4 }
  const send = (entry: string, external: number, fromTestDomain = 0, organization = org) =>
    store.transact({ organization }, ({ delivery }) =>
      delivery.countSending(organization, { day, entry: entry as EntryId, external, fromTestDomain, limits }),
    )
  const refused = (sending: Promise<void>, words: RegExp) =>
    assert.rejects(
      sending,
      (error: Refusal) => error.reason === 'limit-exceeded' && words.test(error.message),
    )
  await send('ann', 10)
  await refused(send('ann', 1), /^You have sent to 10 outside recipients today, and 10/)
  await refused(send('bob', 6), /^Your organisation has sent to 10/)
  await send('bob', 5)
  const sent = (entry?: string) => store.delivery.countSent(org, day, entry as EntryId | undefined)
  assert.deepEqual([await sent('ann'), await sent('bob'), await sent()], [10, 5, 15])
  assert.equal(await store.delivery.countSent(org, '2026-11-22'), 0)
  // LIM-04: all organisations together; what others sent is not told.
  await refused(send('olga', 4, 0, other), /^This service has sent to so many/)
  await send('olga', 3, 0, other)
  // LIM-10: a count of its own, which colleagues fill as well and no outside recipient of another domain does.
  await send('ann', 0, 3)
  await refused(send('olga', 0, 2, other), /^From test domains was sent to 3 recipients/)
  await send('olga', 0, 1, other)
  assert.deepEqual(await store.delivery.countAccountSending(day), { external: 18, fromTestDomain: 4 })
})
