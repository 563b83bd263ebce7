import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { CardsByUid } from '#src/domain/contacts/cards-by-uid.ts'
import { addContact, cardOf, changeContact } from '#src/domain/contacts/contacts.ts'
import { expandList } from '#src/domain/contacts/expand-list.ts'
import { distinguishedFolders } from '#src/domain/mailbox/distinguished-folders.ts'
import { Digests } from '#src/domain/mailbox/search/digests.ts'
import type { Card } from '#src/formats/jscontact/card.ts'
import { distributionList, membersOf } from '#src/formats/jscontact/list-members.ts'
import { memorySession } from '#test/support/memory-session.ts'

const memory = await memorySession()
after(() => memory.close())
const { store, reader } = memory

const contact = (full: string, address: string, uid = ''): Card => ({
  '@type': 'Card',
  version: '1.0',
  uid,
  name: { full },
  emails: { 1: { address } },
})

test('contacts are kept, shown by name, and changed; lists expand to each address once', async () => {
  const at = memory.newRef()
  await memory.write((writer) => writer.createMailbox(at, { quotaBytes: 1e9, folders: distinguishedFolders }))
  const folder = (await reader.findFolder(at, { distinguished: 'contacts' }))!.no
  const cards = () => new CardsByUid({ mailboxes: reader, digests: new Digests() }, at, folder)
  const { no } = await addContact(store, at, folder, {
    '@type': 'Card',
    version: '1.0',
    uid: '',
    emails: { 1: { address: 'ann@corp.example' } },
  })
  const [item] = await reader.getItems(at, [no], ['content', 'summary'])
  assert.equal(item!.summary!.subject, 'ann@corp.example')
  assert.match(cardOf(item!)!.uid, /^[0-9a-f-]{36}$/)
  await changeContact(store, at, no, { ...cardOf(item!)!, name: { full: 'Ann Lee' } })
  const uid = cardOf(item!)!.uid
  const inner = distributionList(
    'Inner',
    [{ uid }, { name: 'Bob & Co?', address: 'bob+x@corp.example' }],
    'inner',
  )
  await addContact(store, at, folder, inner)
  const outer = distributionList(
    'Outer',
    [{ uid: 'inner' }, { address: 'BOB+x@corp.example' }, { address: 'eve@else.example' }, { uid: 'gone' }],
    'outer',
  )
  await addContact(store, at, folder, outer)
  assert.deepEqual(membersOf(inner), [{ uid }, { name: 'Bob & Co?', address: 'bob+x@corp.example' }])
  assert.deepEqual(await expandList(cards(), outer), [
    { name: '', address: 'BOB+x@corp.example' },
    { name: '', address: 'eve@else.example' },
    { name: 'Ann Lee', address: 'ann@corp.example' },
  ])
  const many = Array.from({ length: 2_001 }, (_, n) => ({ address: `a${n}@corp.example` }))
  await assert.rejects(
    async () => addContact(store, at, folder, distributionList('Many', many)),
    /at most 2000 members/,
  )
  const round = distributionList('Round', [{ uid: 'round' }], 'round')
  await addContact(store, at, folder, round)
  assert.deepEqual(await expandList(cards(), round), [])
  await addContact(store, at, folder, contact('Plain', 'plain@corp.example'))
})

test('who is in a list is found without opening the folder once more', async () => {
  const at = memory.newRef()
  await memory.write((writer) => writer.createMailbox(at, { quotaBytes: 1e9, folders: distinguishedFolders }))
  const folder = (await reader.findFolder(at, { distinguished: 'contacts' }))!.no
  for (let n = 0; n < 30; n++)
    await addContact(store, at, folder, contact(`P ${n}`, `p${n}@corp.example`, `uid-${n}`))
  let opened = 0
  const counting: typeof reader = {
    ...reader,
    getItems: (ref, items, parts) => {
      opened += items.length
      return reader.getItems(ref, items, parts)
    },
  }
  const digests = new Digests()
  const find = async (...uids: string[]) => {
    opened = 0
    const found = await new CardsByUid({ mailboxes: counting, digests }, at, folder).find(uids)
    return [...found].map(([uid, { card }]) => `${uid} ${Object.values(card.emails ?? {})[0]?.address}`)
  }
  assert.deepEqual(await find('uid-3', 'gone', '__proto__'), ['uid-3 p3@corp.example'])
  assert.equal(opened, 31)
  assert.deepEqual(await find('uid-4', 'uid-4'), ['uid-4 p4@corp.example'])
  assert.equal(opened, 1)
  // A newer one of that uid counts, and is all that is opened beside whom was asked for.
  await addContact(store, at, folder, contact('New', 'new@corp.example', 'urn:uuid:uid-4'))
  assert.deepEqual(await find('uid-4'), ['uid-4 new@corp.example'])
  assert.equal(opened, 2)
})
