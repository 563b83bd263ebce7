import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { DataKey } from '#src/store/data-key.ts'

const damaged = { reason: 'damaged' }

test('a name that was opened once opens again only where it was sealed, as it was sealed, and under its key', () => {
  const key = new DataKey(randomBytes(32))
  const sealed = key.seal('folder:1:2:name', 'Rechnungen')
  assert.equal(key.openName('folder:1:2:name', sealed), 'Rechnungen')
  assert.equal(key.openName('folder:1:2:name', Buffer.from(sealed)), 'Rechnungen')
  assert.throws(() => key.openName('folder:1:3:name', sealed), damaged)
  for (let at = 0; at < sealed.length; at++) {
    const changed = Buffer.from(sealed)
    changed[at]! ^= 1
    assert.throws(() => key.openName('folder:1:2:name', changed), damaged, `octet ${at}`)
  }
  assert.throws(() => key.openName('folder:1:2:name', sealed.subarray(0, -1)), damaged)
  assert.throws(() => new DataKey(randomBytes(32)).openName('folder:1:2:name', sealed), damaged)
})

test('a name that was changed in its place is the new one, and the old octets still open', () => {
  const key = new DataKey(randomBytes(32))
  const names = ['Inbox', 'Posteingang', 'Inbox', '']
  const rows = names.map((name) => key.seal('folder:1:2:name', name))
  for (const [at, name] of [...names.entries(), ...names.entries()])
    assert.equal(key.openName('folder:1:2:name', rows[at]!), name)
})

test('more names than a key keeps, and long ones, open all the same', () => {
  const key = new DataKey(randomBytes(32))
  const names = Array.from({ length: 2_500 }, (_, no) => `${no} `.repeat(no % 400))
  const rows = names.map((name, no) => key.seal(`folder:1:${no}:name`, name))
  for (let round = 0; round < 2; round++)
    for (const [no, name] of names.entries())
      assert.equal(key.openName(`folder:1:${no}:name`, rows[no]!), name)
})

test('a value is as blind whether it is kept in mind or not, and another one under another key or of another kind', () => {
  const key = new DataKey(randomBytes(32))
  for (const value of ['anna@corp.example', '', 'x'.repeat(5_000)]) {
    assert.deepEqual(key.blindOnce('address', value), key.blind('address', value))
    assert.deepEqual(key.blind('address', value), key.blindOnce('address', value))
    assert.notDeepEqual(key.blindOnce('name', value), key.blindOnce('address', value))
    assert.notDeepEqual(
      new DataKey(randomBytes(32)).blindOnce('address', value),
      key.blindOnce('address', value),
    )
  }
})
