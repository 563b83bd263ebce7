import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  formatSid,
  fullAccessOf,
  parseAccessList,
  parseSid,
  sendersAs,
} from '#connectors/active-directory/security-descriptor.ts'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { ace, CONTROL, descriptor, sendAs } from '#test/support/access-list.ts'

const ANNA = 'S-1-5-21-1404836391-3976908048-2163309927-1105'
const BERT = 'S-1-5-21-1404836391-3976908048-2163309927-1106'
const SELF = 'S-1-5-10'

test('who may send as it, by an entry of its own', () => {
  const other = 'ab721a53-1e2f-11d0-9819-00aa0040529b'
  const octets = descriptor(
    sendAs(ANNA),
    sendAs(SELF),
    ace({ type: 5, rights: CONTROL, sid: BERT, object: other }),
    sendAs('S-1-5-21-1-2-3-4', { flags: 0x10 }),
    sendAs('S-1-5-21-1-2-3-5', { flags: 0x08 }),
    ace({ type: 0, rights: 0xf01ff, sid: 'S-1-5-21-1-2-3-512' }),
    ace({ type: 0x0b, rights: CONTROL, sid: BERT }),
  )
  assert.deepEqual(sendersAs(octets), [ANNA])
  assert.equal(parseAccessList(octets).length, 5)
})

test('who is denied may not', () => {
  assert.deepEqual(sendersAs(descriptor(sendAs(ANNA, { type: 6 }), sendAs(ANNA), sendAs(BERT))), [BERT])
  // Whoever installed Exchange is denied by inheritance, and what is granted to them on one object counts before.
  assert.deepEqual(sendersAs(descriptor(sendAs(ANNA), sendAs(ANNA, { type: 6, flags: 0x10 }))), [ANNA])
})

test('an entry may name the class that inherits it', () => {
  const user = 'bf967aba-0de6-11d0-a285-00aa003049e2'
  assert.deepEqual(sendersAs(descriptor(sendAs(ANNA, { inheritedObject: user }))), [ANNA])
})

test('full access is the first bit of the mailbox rights', () => {
  const octets = descriptor(
    ace({ type: 0, rights: 0x1, sid: ANNA }),
    ace({ type: 0, rights: 0x20000, sid: BERT }),
    ace({ type: 0, rights: 0x1, sid: SELF }),
  )
  assert.deepEqual(fullAccessOf(octets), [ANNA])
})

test('without a list nobody has rights', () => {
  const empty = Buffer.alloc(20)
  empty[0] = 1
  assert.deepEqual(parseAccessList(empty), [])
  assert.deepEqual(parseAccessList(descriptor()), [])
})

test('SIDs come back as they were', () => {
  for (const sid of [ANNA, SELF, 'S-1-1-0', 'S-1-5-32-544', 'S-1-16-4294967295'])
    assert.equal(formatSid(parseSid(sid)), sid)
  for (const bad of ['', 'S-1', 'S-2-5-10', 'S-1-5-4294967296', 'x'])
    assert.throws(() => parseSid(bad), SyntaxFault)
})

test('any octets, and any that are cut off, give a list or a fault', () => {
  const check = (octets: Buffer) => {
    try {
      parseAccessList(octets)
    } catch (error) {
      assert.ok(error instanceof SyntaxFault, String(error))
    }
  }
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (octets) => check(Buffer.from(octets))))
  const whole = descriptor(sendAs(ANNA), ace({ type: 0, rights: 1, sid: BERT }))
  for (let length = 0; length <= whole.length; length++) check(whole.subarray(0, length))
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, octet) => {
      const changed = Buffer.from(whole)
      changed[at] = octet
      check(changed)
    }),
  )
})
