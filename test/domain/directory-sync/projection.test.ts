import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { cardOf, MARKS } from '#src/domain/address-book/card.ts'
import { appearanceOf, newEntryOf, type Projection, project } from '#src/domain/directory-sync/projection.ts'
import type { SourceObject } from '#src/domain/directory-sync/source.ts'
import type { StoredObject } from '#src/domain/directory-sync/store.ts'
import { mailboxObject } from '#test/support/memory-directory.ts'

const ground = { routingDomains: new Set(['lb.corp.example']) }
const object = (given: Partial<SourceObject>): StoredObject => ({
  ...mailboxObject(1, 'anna', given),
  changeNumber: '1',
  certificate: null,
})
const alone = { manager: null, restrictions: null }

/** Kind, home and target; or why not. */
const shape = (projection: Projection): string =>
  projection.is === 'entry'
    ? [projection.kind, projection.home, projection.target].filter((each) => each !== null).join(' ')
    : projection.is === 'ours'
      ? `ours ${projection.address}`
      : projection.reason

const elsewhere = 'SMTP:anna@else.example'
const table: [what: string, given: Partial<SourceObject>, expected: string | RegExp][] = [
  ['a mailbox', {}, 'user exchange'],
  ['a shared one', { type: 'shared-mailbox' }, 'user exchange'],
  ['a disabled account', { account: { sam: 'a', upn: 'a@b', disabled: true } }, 'user exchange'],
  ['a room', { type: 'room' }, 'resource exchange'],
  ['equipment', { type: 'equipment' }, 'resource exchange'],
  ['a group', { type: 'group', hasMailbox: false }, 'group exchange'],
  ['a security group', { type: 'security-group', hasMailbox: false }, 'group exchange'],
  ['a room list', { type: 'room-list', hasMailbox: false }, 'group exchange'],
  ['a dynamic group', { type: 'dynamic-group', hasMailbox: false }, 'group exchange'],
  ['a public folder', { type: 'public-folder', hasMailbox: false }, 'group exchange'],
  [
    'a contact',
    { type: 'contact', hasMailbox: false, targetAddress: elsewhere },
    'contact external anna@else.example',
  ],
  ['a contact without target', { type: 'contact', hasMailbox: false }, 'contact external'],
  [
    'a mail user',
    { type: 'mail-user', hasMailbox: false, targetAddress: elsewhere },
    'user external anna@else.example',
  ],
  ['a mail user of nowhere', { type: 'mail-user', hasMailbox: false }, /without targetAddress/],
  [
    'one of ours',
    { type: 'mail-user', hasMailbox: false, targetAddress: 'smtp:a@LB.corp.example' },
    'ours a@LB.corp.example',
  ],
  ['no primary address', { proxyAddresses: ['smtp:a@corp.example'] }, /no primary address/],
  ['no address at all', { proxyAddresses: [] }, /no primary address/],
  [
    'two primary addresses',
    { proxyAddresses: ['SMTP:a@corp.example', 'SMTP:b@corp.example'] },
    /has 2 primary addresses/,
  ],
  ['a primary that is none', { proxyAddresses: ['SMTP:not an address'] }, /is not an address that mail/],
  ['a target that is none', { targetAddress: 'SMTP:nowhere' }, /targetAddress nowhere is not/],
]

describe('what an object becomes', () => {
  for (const [what, given, expected] of table) {
    it(what, () => {
      const got = shape(project(object(given), ground))
      if (typeof expected === 'string') assert.equal(got, expected)
      else assert.match(got, expected)
    })
  }

  it('has every address once, the case of SMTP: telling the primary one, and none in our routing domain', () => {
    const projection = project(
      object({
        proxyAddresses: [
          'smtp:second@corp.example',
          'SMTP:First@corp.example',
          'smtp:FIRST@corp.example',
          'smtp:anna@lb.corp.example',
          'X500:/o=Old/cn=anna',
          'x500:/O=CORP/ou=Exchange/cn=Recipients/cn=Anna',
          'sip:anna@corp.example',
          'EUM:1234;phone-context=x',
          'smtp:broken',
          'X400:c=us',
        ],
      }),
      ground,
    )
    assert.ok(projection.is === 'entry')
    assert.deepEqual(projection.addresses, [
      { kind: 'primary', address: 'First@corp.example' },
      { kind: 'alias', address: 'second@corp.example' },
      { kind: 'x500', address: '/o=Old/cn=anna' },
      { kind: 'x500', address: '/O=CORP/ou=Exchange/cn=Recipients/cn=Anna' },
      { kind: 'sip', address: 'anna@corp.example' },
    ])
    assert.deepEqual(projection.remarks, ['broken is not an address.'])
  })

  it('shows what fits of what it says', () => {
    const long = object({
      displayName: `${'x'.repeat(300)}`,
      details: {
        department: 'Sales\u0007',
        notes: 'n'.repeat(5_000),
        otherTelephones: Array.from({ length: 30 }, (_, at) => `${at}`),
        customAttributes: { 1: 'one', 16: 'none' },
      },
    })
    const { displayName, details } = appearanceOf(long, alone)
    assert.equal(displayName.length, 256)
    assert.equal(details.department, 'Sales')
    assert.equal(details.notes?.length, 1_024)
    assert.equal(details.otherTelephones?.length, 20)
    assert.deepEqual(details.customAttributes, { 1: 'one' })
  })

  it('is called by its alias where it has no other name', () => {
    assert.equal(appearanceOf(object({ displayName: null }), alone).displayName, 'anna')
    assert.equal(appearanceOf(object({ displayName: '', alias: '' }), alone).displayName, 'anna@corp.example')
  })

  it('a room says what it has, and is found by the words for that', () => {
    const facilities = { shown: `Room,Beamer${',Chair'.repeat(20)}`, words: ['Room', 'Beamer', 'Whiteboard'] }
    const room = object({ type: 'room', facilities })
    const projection = project(room, ground)
    assert.ok(projection.is === 'entry')
    const entry = newEntryOf(room, projection, 'id' as never, appearanceOf(room, alone), 7)
    assert.ok(entry.kind === 'resource')
    assert.equal(entry.description, facilities.shown.slice(0, 64))
    const card = cardOf({ ...entry, version: 1, createdVersion: 1 })
    for (const word of ['beamer', 'whiteboard']) assert.ok(card.words.includes(`${MARKS[3]}${word}`), word)
    assert.ok(!card.words.some((word) => word.includes('chair')))
  })

  it('is enabled, and a person is a REMOTE_USER', () => {
    const anna = object({})
    const projection = project(anna, ground)
    assert.ok(projection.is === 'entry')
    const entry = newEntryOf(anna, projection, 'id' as never, appearanceOf(anna, alone), 7)
    assert.equal(entry.state, 'ENABLED')
    assert.equal(entry.kind === 'user' && entry.role, 'REMOTE_USER')
    assert.equal(entry.source?.guid, anna.guid)
  })
})
