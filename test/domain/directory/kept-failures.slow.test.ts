/** Wrong passwords of accounts without a mailbox: the newest thousand are kept, however many are tried. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { failuresAmong, noFailures } from '#src/domain/directory/login/kept-failures.ts'
import { temporaryStore } from '#test/support/store.ts'

test('of more than a thousand accounts the one that failed first is forgotten, and nobody else', async (t) => {
  const { store, organization, remove } = await temporaryStore({ mailboxes: 0 })
  t.after(remove)
  const accounts = Array.from({ length: 1_001 }, () => randomUUID())
  const of = (no: number) => failuresAmong(store, organization.id, accounts[no]!)
  const fail = (no: number, last = no) => of(no).keep({ failures: 3, last })
  const kept = async (no: number) => (await of(no).find()).failures > 0

  await fail(0)
  const others = [...accounts.keys()].slice(1, -1)
  await Promise.all(others.map((no) => fail(no)))
  await fail(1_000)
  assert.deepEqual(await of(0).find(), noFailures)
  for (const no of [...others, 1_000]) assert.ok(await kept(no), `${no} is forgotten`)

  // Who fails again takes nobody's place, and is the newest.
  await fail(1, 1_001)
  for (const no of others) assert.ok(await kept(no), `${no} is forgotten`)
  await fail(0, 1_002)
  assert.deepEqual(await of(1).find(), { failures: 3, last: 1_001 })
  assert.equal((await Promise.all(others.map(kept))).filter((is) => !is).length, 1)
})
