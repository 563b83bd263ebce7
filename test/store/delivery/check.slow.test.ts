import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import Database from 'better-sqlite3'
import { checkTrace, nextTraceDay } from '#src/store/delivery/check-trace.ts'
import { openSqlite } from '#src/store/driver/sqlite.ts'
import { Keyring } from '#src/store/keyring.ts'
import { databaseFile } from '#src/store/layout.ts'
import { Findings } from '#src/store/maintenance/findings.ts'
import { Sequence } from '#src/store/sequence.ts'
import { newTransitId, queueMessage } from '#test/support/queue.ts'
import { temporaryStore } from '#test/support/store.ts'

const NOW = Date.UTC(2026, 10, 21)

test('a day of a trace is compared in steps, and what comes in meanwhile is no finding', async (t) => {
  const temporary = await temporaryStore({ mailboxes: 0 })
  t.after(() => temporary.remove())
  const { store, folder, organization } = temporary
  const org = organization.id
  const write = (at: number) =>
    store.transact({ organization: org }, ({ delivery }) =>
      delivery.writeTrace([
        {
          organization: org,
          traceId: newTransitId(),
          at,
          name: 'OUTGOING_EMAIL_SENT',
          fields: {},
          senders: ['a@corp.example'],
          recipients: ['b@far.example'],
        },
      ]),
    )
  const HOUR = 3_600_000
  for (let no = 0; no < 20; no++) await write(NOW + no * (HOUR / 2))
  const driver = await openSqlite(databaseFile(folder), assert.fail)
  t.after(() => driver.close())
  const keys = new Keyring(driver.read, [temporary.keys], new Sequence(driver, 'store'), Date.now)
  t.after(() => keys.close())
  const key = await keys.organization(org)
  const checked = async (meanwhile: () => Promise<unknown>) => {
    const findings = new Findings()
    const run = {
      sql: driver.read,
      session: { sql: driver.read, keys },
      findings,
      signal: new AbortController().signal,
    }
    let steps = 0
    for (let day = await nextTraceDay(run, undefined); day; ) {
      day = await checkTrace(run, day, key, 7)
      steps++
      if (day.left) await meanwhile()
      else day = await nextTraceDay(run, day)
    }
    return { steps, findings: findings.listed.map(({ what }) => what) }
  }
  let last = NOW + 20 * (HOUR / 2)
  const { steps, findings } = await checked(async () => {
    last += 1_000
    await write(last)
  })
  assert.ok(steps > 5, `${steps} steps`)
  assert.deepEqual(findings, [])
  const database = new Database(databaseFile(folder))
  database.exec(`DELETE FROM trace_key WHERE at = ${NOW + HOUR}`)
  database.close()
  assert.deepEqual((await checked(async () => undefined)).findings, [
    'Its events are not found by just what they name.',
  ])
})

/** Each damage with words of what `check` must say of it. */
const damages: [what: string, statement: string, said: RegExp][] = [
  ['a message without its octets', 'DELETE FROM item', /octets of message .* are not there/],
  ['recipients without message', 'DELETE FROM queue_message', /has no message/],
  ['an item without message', 'DELETE FROM queue_message', /belongs to no message/],
  ['a message without recipients', 'DELETE FROM queue_recipient', /has no recipients/],
  ['a route without recipients', 'DELETE FROM queue_recipient', /route has no recipients/],
  ['recipients on no route', 'DELETE FROM queue_route', /on no route/],
  ['a time that was changed', 'UPDATE queue_recipient SET ready_at = 1', /not ready when/],
  ['a message that was changed', 'UPDATE queue_message SET size_bytes = 1', /does not open/],
  [
    'a recipient under another route',
    "UPDATE queue_recipient SET route_key = x'00112233445566778899aabbccddeeff'",
    /another route/,
  ],
]

for (const [what, statement, said] of damages) {
  test(`check finds ${what}`, async (t) => {
    const temporary = await temporaryStore({ mailboxes: 0 })
    t.after(() => temporary.remove())
    await queueMessage(temporary.store, temporary.organization.id, {
      recipients: [{ address: 'a@one.example' }, { address: 'b@two.example' }],
      now: NOW,
    })
    assert.deepEqual((await temporary.care.check({ bodies: true })).findings, [])
    const database = new Database(join(temporary.folder, 'landbridge.sqlite'))
    database.exec(statement)
    database.close()
    const { findings } = await temporary.care.check({ bodies: true })
    assert.ok(
      findings.some((finding) => said.test(finding.what)),
      JSON.stringify(findings),
    )
  })
}

test('nothing is left of the queue and the trace of an organisation that was destroyed', async (t) => {
  const temporary = await temporaryStore({ mailboxes: 0 })
  t.after(() => temporary.remove())
  const { store, organization, care } = temporary
  await queueMessage(store, organization.id, { recipients: [{ address: 'a@one.example' }], now: NOW })
  await store.transact({ organization: organization.id }, ({ delivery }) =>
    delivery.writeTrace([
      {
        organization: organization.id,
        traceId: 'x' as never,
        at: NOW,
        name: 'ROUTED',
        fields: {},
        senders: ['a@b.example'],
        recipients: [],
      },
    ]),
  )
  await store.organizations.destroy(organization.id)
  await care.tidy()
  const database = new Database(join(temporary.folder, 'landbridge.sqlite'), { readonly: true })
  for (const table of [
    'queue_message',
    'queue_recipient',
    'queue_route',
    'trace_event',
    'trace_key',
    'item',
    'body',
  ]) {
    const row = database.prepare(`SELECT COUNT(*) AS rows FROM ${table}`).get() as { rows: number }
    assert.equal(row.rows, 0, table)
  }
  database.close()
})
