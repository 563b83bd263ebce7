import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EntryId, OrganizationId } from '#src/base/ids.ts'
import { entryProperties, valuesOf } from '#src/domain/address-book/offline/entry-properties.ts'
import type { Entry } from '#src/domain/directory/entry.ts'
import { freshEntry } from '#src/domain/directory/entry-changes.ts'

const organization = `m-${'a'.repeat(32)}` as OrganizationId
const id = '00000000-0000-4000-8000-000000000001' as EntryId

const entry = (given: Partial<Entry> | Record<string, unknown>): Entry =>
  ({
    ...freshEntry(id, 'anna', 'Anna', 0),
    kind: 'user',
    state: 'ENABLED',
    home: 'local',
    addresses: [{ kind: 'primary', address: 'anna@corp.example' }],
    ...given,
  }) as Entry
const values = (given: Record<string, unknown>) => valuesOf(organization, entry(given), undefined)!

const kinds: [
  what: string,
  given: Record<string, unknown>,
  object: number,
  display: number,
  extended: number,
][] = [
  ['a user here', {}, 6, 0, 0x40000000],
  ['a user in Exchange', { home: 'exchange' }, 6, 6, 0x80000006],
  ['a room here', { kind: 'resource', type: 'ROOM' }, 6, 0, 0x40000007],
  ['a room in Exchange', { kind: 'resource', type: 'ROOM', home: 'exchange' }, 6, 6, 0x80000706],
  ['equipment here', { kind: 'resource', type: 'EQUIPMENT' }, 6, 0, 0x40000008],
  ['equipment in Exchange', { kind: 'resource', type: 'EQUIPMENT', home: 'exchange' }, 6, 6, 0x80000806],
  ['a group', { kind: 'group' }, 8, 1, 1],
  ['a group in Exchange', { kind: 'group', home: 'exchange' }, 8, 1, 1],
  ['a contact', { kind: 'contact', home: 'external' }, 6, 6, 6],
]
for (const [what, given, object, display, extended] of kinds)
  test(`${what} is told as what it is`, () => {
    const found = values(given)
    assert.deepEqual(
      [found.get(0x0ffe0003), found.get(0x39000003), found.get(0x39050003)],
      [object, display, extended],
    )
  })

test('nobody is in the book without an address', () => {
  assert.equal(valuesOf(organization, entry({ addresses: [] }), undefined), undefined)
  const sip = entry({ addresses: [{ kind: 'sip', address: 'anna@corp.example' }] })
  assert.equal(valuesOf(organization, sip, undefined), undefined)
})

test('an entry has a name of ours where Exchange gave it none, and a display name always', () => {
  const found = values({ displayName: '' })
  assert.equal(
    found.get(0x3003001e),
    `/o=${organization}/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)/cn=Recipients/cn=${id}`,
  )
  assert.equal(found.get(0x3001001f), 'anna@corp.example')
  assert.equal(found.get(0x3a00001f), 'anna')
})

test('addresses say what they are, and no value of a list stands twice', () => {
  const addresses = [
    { kind: 'primary', address: 'anna@corp.example' },
    { kind: 'alias', address: 'ANNA@corp.example' },
    { kind: 'alias', address: 'a.b@corp.example' },
    { kind: 'routing', address: 'anna@lb.corp.example' },
    { kind: 'x500', address: '/o=Corp/cn=anna' },
    { kind: 'sip', address: 'anna@corp.example' },
  ]
  const found = values({ addresses, details: { otherTelephones: ['1', '2', '1'] } })
  assert.deepEqual(found.get(0x800f101f), [
    'SMTP:anna@corp.example',
    'smtp:a.b@corp.example',
    'smtp:anna@lb.corp.example',
    'X500:/o=Corp/cn=anna',
    'sip:anna@corp.example',
  ])
  assert.equal(found.get(0x3003001e), '/o=Corp/cn=anna')
  assert.deepEqual(found.get(0x3a1b101f), ['1', '2'])
})

test('every value has its place in the table, and what names an entry is marked', () => {
  const places = new Set(entryProperties.map(({ tag }) => tag))
  assert.equal(places.size, entryProperties.length)
  for (const tag of values({}).keys()) assert.ok(places.has(tag), tag.toString(16))
  const flags = new Map(entryProperties.map(({ tag, flags }) => [tag, flags]))
  assert.deepEqual(
    [0x3003001e, 0x39fe001f, 0x3001001f, 0x3a17001f].map((tag) => flags.get(tag)),
    [2, 3, 1, 0],
  )
})
