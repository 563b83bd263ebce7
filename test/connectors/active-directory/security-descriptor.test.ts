import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseGuid } from '#connectors/active-directory/guid.ts'
import {
  formatSid,
  fullAccessOf,
  parseAccessList,
  parseSid,
  SEND_AS,
  sendersAs,
} from '#connectors/active-directory/security-descriptor.ts'
import { SyntaxFault } from '#src/base/syntax-fault.ts'

const ANNA = 'S-1-5-21-1404836391-3976908048-2163309927-1105'
const BERT = 'S-1-5-21-1404836391-3976908048-2163309927-1106'
const SELF = 'S-1-5-10'

type Ace = {
  type: number
  flags?: number
  rights: number
  sid: string
  object?: string
  inheritedObject?: string
}

function ace({ type, flags = 0, rights, sid, object, inheritedObject }: Ace): Buffer {
  const present = Buffer.alloc(4)
  present.writeUInt32LE((object ? 1 : 0) | (inheritedObject ? 2 : 0))
  const isObject = type === 5 || type === 6
  const guids = [object, inheritedObject].flatMap((guid) => (guid ? [parseGuid(guid)!] : []))
  const body = Buffer.concat([...(isObject ? [present, ...guids] : []), parseSid(sid)])
  const head = Buffer.alloc(8)
  head[0] = type
  head[1] = flags
  head.writeUInt16LE(8 + body.length, 2)
  head.writeUInt32LE(rights, 4)
  return Buffer.concat([head, body])
}

function descriptor(...aces: readonly Buffer[]): Buffer {
  const list = Buffer.concat(aces)
  const acl = Buffer.alloc(8)
  acl[0] = 4
  acl.writeUInt16LE(8 + list.length, 2)
  acl.writeUInt16LE(aces.length, 4)
  const head = Buffer.alloc(20)
  head[0] = 1
  head.writeUInt16LE(0x8004, 2)
  head.writeUInt32LE(20, 16)
  return Buffer.concat([head, acl, list])
}

const CONTROL = 0x100
const sendAs = (sid: string, more: Partial<Ace> = {}) =>
  ace({ type: 5, rights: CONTROL, sid, object: SEND_AS, ...more })

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
