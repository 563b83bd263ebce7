import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { domainNamed } from '#connectors/active-directory/controllers.ts'
import { parseLoginName } from '#connectors/active-directory/directory-sign-in.ts'
import { linkOf, parseExtendedName } from '#connectors/active-directory/distinguished-name.ts'
import { formatGuid, parseGuid } from '#connectors/active-directory/guid.ts'
import { LdapFault } from '#connectors/active-directory/ldap-fault.ts'
import { MessageFrames } from '#connectors/active-directory/message-frames.ts'
import { messageHead, parseEntry, SEARCH_ENTRY } from '#connectors/active-directory/search-entry.ts'
import { requireWellFormed } from '#connectors/active-directory/well-formed.ts'

test('a GUID is written as Microsoft writes it', () => {
  assert.equal(formatGuid(Buffer.alloc(15)), undefined)
  // Send As, from MS-ADTS 5.1.3.2.1, as it lies in an access entry.
  const sendAs = Buffer.from('541a72ab2f1ed011981900aa0040529b', 'hex')
  assert.equal(formatGuid(sendAs), 'ab721a54-1e2f-11d0-9819-00aa0040529b')
})

test('every 16 octets are a GUID and come back', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (octets) => {
      assert.deepEqual(parseGuid(formatGuid(octets)!), Buffer.from(octets))
    }),
  )
})

test('names carry keys in either form, or none', () => {
  const guid = 'ab721a54-1e2f-11d0-9819-00aa0040529b'
  const dashed = `<GUID=${guid}>;<SID=S-1-5-21-1-2-3-1105>;CN=Martin\\, Zoë;x,DC=corp`
  assert.deepEqual(parseExtendedName(dashed), {
    place: 'CN=Martin\\, Zoë;x,DC=corp',
    guid,
    sid: 'S-1-5-21-1-2-3-1105',
  })
  assert.deepEqual(linkOf('<GUID=541a72ab2f1ed011981900aa0040529b>;CN=x'), { guid })
  assert.deepEqual(linkOf('CN=x,DC=corp'), { place: 'CN=x,DC=corp' })
})

test('what is typed at sign-in is told apart', () => {
  assert.deepEqual(parseLoginName('CORP\\anna'), { netbios: 'CORP', sam: 'anna' })
  assert.deepEqual(parseLoginName('anna@corp.example.com'), { at: 'anna@corp.example.com' })
  assert.deepEqual(parseLoginName('anna'), { bare: 'anna' })
  assert.deepEqual(parseLoginName('CORP\\anna@x'), { at: 'CORP\\anna@x' })
})

test('the domain before a backslash is known by its short name or its whole one', () => {
  const domains = [
    { name: 'corp.example.com', controllers: [] },
    { name: 'emea.example.com', controllers: [], netbios: 'EUROPE' },
  ]
  assert.equal(domainNamed(domains, 'Corp'), domains[0])
  assert.equal(domainNamed(domains, 'corp.example.com'), domains[0])
  assert.equal(domainNamed(domains, 'europe'), domains[1])
  assert.equal(domainNamed(domains, 'emea'), undefined)
})

test('messages come out whole however they come in', () => {
  const message = fc.uint8Array({ maxLength: 300 }).map((body) => {
    const head = body.length < 128 ? [0x30, body.length] : [0x30, 0x82, body.length >> 8, body.length & 0xff]
    return Buffer.concat([Buffer.from(head), body])
  })
  fc.assert(
    fc.property(fc.array(message), fc.integer({ min: 1, max: 50 }), (messages, step) => {
      const all = Buffer.concat(messages)
      const frames = new MessageFrames()
      const seen: Buffer[] = []
      for (let at = 0; at < all.length; at += step) seen.push(...frames.push(all.subarray(at, at + step)))
      assert.deepEqual(
        seen.map((each) => each.toString('hex')),
        messages.map((each) => each.toString('hex')),
      )
      assert.equal(frames.begun, false)
    }),
  )
})

test('any octets are messages, the beginning of one, or a fault', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (octets) => {
      try {
        for (const each of new MessageFrames().push(Buffer.from(octets))) assert.ok(each.length >= 2)
      } catch (error) {
        assert.ok(error instanceof LdapFault)
      }
    }),
  )
})

/** `DC=x` with two values of `a` and one of `Bb`, in message 7. */
const entry = Buffer.from(
  '30280201076423040444433d78301b300c040161310704013104023232300b040242623105040378797a',
  'hex',
)

test('an entry is read with the octets of its values', () => {
  assert.deepEqual(messageHead(entry), { id: 7, tag: SEARCH_ENTRY })
  const read = parseEntry(entry)
  assert.equal(read.name, 'DC=x')
  assert.deepEqual([...read.attributes], ['a', 'bb'])
  assert.deepEqual(read.texts('A'), ['1', '22'])
  assert.equal(read.text('bB'), 'xyz')
})

test('no octets hold up the reader of entries or the check before ldapts', () => {
  const read = (octets: Buffer) => {
    for (const reader of [messageHead, parseEntry, requireWellFormed]) {
      try {
        reader(octets)
      } catch (error) {
        assert.ok(error instanceof LdapFault, String(error))
      }
    }
  }
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (octets) => read(Buffer.from(octets))))
  for (let length = 0; length <= entry.length; length++) read(entry.subarray(0, length))
  fc.assert(
    fc.property(fc.nat(entry.length - 1), fc.nat(255), (at, octet) => {
      const changed = Buffer.from(entry)
      changed[at] = octet
      read(changed)
    }),
  )
})
