import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { addMessage } from '#src/domain/mailbox/add-message.ts'
import { Flag } from '#src/domain/mailbox/item.ts'
import {
  allChanges,
  allItems,
  exchangeSiteWith,
  folderOf,
  foldersOf,
  sha256,
  signal,
} from './exchange-site.ts'

const messages = new URL('../../../fixtures/messages/', import.meta.url)
const names = readdirSync(messages).filter((name) => name.endsWith('.eml'))

const site = await exchangeSiteWith('ann')

test('folders come with what they are for, parents first, whatever they are called', async () => {
  const ann = site.client('ann@corp.test')
  const root = { DistinguishedFolderId: { Id: 'msgfolderroot' } } as const
  await ann.one('CreateFolder', {
    ParentFolderId: root,
    Folders: [{ Folder: { DisplayName: 'Projekte', FolderClass: 'IPF.Note' } }],
  })
  const mailbox = await site.open('ann@corp.test')
  const folders = await foldersOf(mailbox)
  const seen = new Set<string>()
  for (const { key, parent } of folders) {
    assert.ok(parent === null || seen.has(parent), 'a child comes after its parent')
    seen.add(key)
  }
  const roles = folders.flatMap(({ role }) => role ?? [])
  for (const role of ['inbox', 'sentitems', 'drafts', 'calendar', 'contacts', 'tasks', 'notes'])
    assert.ok(roles.includes(role), role)
  assert.equal(new Set(roles).size, roles.length)
  const made = folders.find(({ name }) => name === 'Projekte')
  assert.equal(made?.role, null)
  assert.equal(folders.find(({ role }) => role === 'calendar')?.class, 'event')
  assert.ok(!roles.includes('syncissues') && !roles.includes('recipientcache'))
})

test('messages in every charset arrive octet for octet, with their marks', async () => {
  const { store } = site.service.data
  const at = await site.mailboxAt('ann@corp.test')
  const inbox = await store.mailboxes.findFolder(at, { distinguished: 'inbox' })
  const hashes = new Map<string, string>()
  for (const [number, name] of names.entries()) {
    const octets = readFileSync(new URL(name, messages))
    hashes.set(sha256(octets), name)
    await addMessage(store, at, {
      folder: inbox!.no,
      source: Readable.from([octets]),
      sizeBytes: octets.length,
      flags: number % 2 === 0 ? Flag.seen : Flag.flagged | Flag.answered,
      keywords: number % 3 === 0 ? ['Red Category'] : [],
      receivedAt: Date.UTC(2020, 0, 1 + number),
      properties: { '0x0017:Integer': '2' },
    })
  }
  const mailbox = await site.open('ann@corp.test')
  const folder = await folderOf(mailbox, 'inbox')
  const { items, failed } = await allItems(mailbox, folder)
  assert.deepEqual(failed, [])
  assert.equal(items.length, names.length)
  assert.deepEqual(items.map((item) => hashes.get(sha256(item.octets)) ?? '').sort(), [...names].sort())
  for (const item of items) {
    const number = names.indexOf(hashes.get(sha256(item.octets))!)
    assert.equal(item.class, 'message')
    assert.equal(item.receivedAt, Date.UTC(2020, 0, 1 + number))
    assert.equal(item.flags, number % 2 === 0 ? Flag.seen : Flag.flagged | Flag.answered, names[number]!)
    assert.deepEqual(item.keywords, number % 3 === 0 ? ['Red Category'] : [])
    assert.equal(item.properties['0x0017:Integer'], '2')
    assert.deepEqual(item.losses, [])
  }
  const { changes, pages } = await allChanges(mailbox, folder, null, 7)
  assert.equal(changes.length, names.length)
  assert.ok(pages >= Math.ceil(names.length / 7))
  for (const change of changes)
    assert.ok(change.kind === 'item' && change.match !== null && change.sizeBytes !== null)
})

test('a cursor tells what came and went since, and a void one brings the whole list again', async () => {
  const mailbox = await site.open('ann@corp.test')
  const folder = await folderOf(mailbox, 'inbox')
  const first = await allChanges(mailbox, folder)
  const ann = site.client('ann@corp.test')
  const [one] = first.changes
  assert.ok(one?.kind === 'item')
  await ann.one('DeleteItem', { ItemIds: [{ ItemId: { Id: one.key } }], DeleteType: 'HardDelete' })
  const since = await allChanges(mailbox, folder, first.cursor)
  assert.deepEqual(since.changes, [{ kind: 'gone', key: one.key }])
  assert.equal(since.restarted, false)
  assert.deepEqual((await allChanges(mailbox, folder, since.cursor)).changes, [])
  const again = await allChanges(mailbox, folder, 'AAAA')
  assert.equal(again.restarted, true)
  assert.equal(again.changes.length, names.length - 1)
  const read = []
  for await (const each of mailbox.items(folder, [one.key], signal)) read.push(each)
  assert.deepEqual(
    read.map((each) => each.kind === 'failed' && each.failure.code),
    ['gone'],
  )
})

test('marks that people set on mail come along, each under its property', async () => {
  const ann = site.client('ann@corp.test')
  const common = { DistinguishedPropertySetId: 'Common', PropertyId: 0x8530, PropertyType: 'String' } as const
  const verb = { PropertyTag: '0x1081', PropertyType: 'Integer' } as const
  await ann.one('CreateItem', {
    MessageDisposition: 'SaveOnly',
    SavedItemFolderId: { DistinguishedFolderId: { Id: 'drafts' } },
    Items: [
      {
        Message: {
          Subject: 'Unsent',
          Importance: 'High',
          Sensitivity: 'Confidential',
          Categories: ['Work', 'Late'],
          ExtendedProperty: [
            { ExtendedFieldURI: common, Value: 'Call back' },
            { ExtendedFieldURI: verb, Value: '103' },
          ],
          Flag: { FlagStatus: 'Complete' },
          BccRecipients: [{ EmailAddress: 'hidden@partner.example' }],
          ConversationIndex: Buffer.alloc(22, 7),
        },
      },
    ],
  })
  const mailbox = await site.open('ann@corp.test')
  const { items } = await allItems(mailbox, await folderOf(mailbox, 'drafts'))
  const item = items.find(({ title }) => title === 'Unsent')!
  assert.equal(item.flags & (Flag.draft | Flag.answered), Flag.draft | Flag.answered)
  assert.deepEqual(item.keywords.toSorted(), ['Late', 'Work'])
  assert.equal(item.properties['{00062008-0000-0000-c000-000000000046}0x8530:String'], 'Call back')
  assert.equal(item.properties['0x1081:Integer'], '103')
  assert.equal(item.properties['0x1090:Integer'], '1')
  assert.equal(item.properties['0x0017:Integer'], '2')
  assert.equal(item.properties['0x0036:Integer'], '3')
  assert.match(item.octets.toString(), /^bcc:.*hidden@partner\.example/im)
  assert.match(item.octets.toString(), /^thread-index:/im)
  assert.deepEqual(item.losses, [])
  const { changes } = await allChanges(mailbox, await folderOf(mailbox, 'drafts'))
  assert.ok(
    changes.every((change) => change.kind === 'item' && change.marks === null),
    'drafts are read again',
  )
})
