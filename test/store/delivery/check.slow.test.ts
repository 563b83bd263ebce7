import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import Database from 'better-sqlite3'
import { queueMessage } from '#test/support/queue.ts'
import { temporaryStore } from '#test/support/store.ts'

const NOW = Date.UTC(2026, 10, 21)

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
