import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { addContact, cardOf, changeContact, expandList } from '#src/domain/contacts/contacts.ts'
import { distinguishedFolders } from '#src/domain/mailbox/distinguished-folders.ts'
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
  assert.deepEqual(await expandList(reader, at, folder, outer), [
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
  assert.deepEqual(await expandList(reader, at, folder, round), [])
  await addContact(store, at, folder, contact('Plain', 'plain@corp.example'))
})
