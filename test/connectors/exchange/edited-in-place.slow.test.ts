/** Mail whose text was changed after it came, between two passes: to the same size, and moved, nothing but the server says so. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addMessage } from '#src/domain/mailbox/add-message.ts'
import { MODIFIED_KEY } from '#src/domain/mailbox/change-message.ts'
import { shown } from '#test/protocols/ews/ews-site.ts'
import { migratedMailbox } from '#test/support/migrated-mailbox.ts'
import { ScriptedSource } from '#test/support/scripted-source.ts'
import { readAll } from '#test/support/store.ts'
import { exchangeSiteWith } from './exchange-site.ts'

const site = await exchangeSiteWith('ann')

const kinds = [
  'untouched',
  'moved',
  'edited',
  'edited, moved',
  'edited, moved there and back',
  'edited twice',
]
const flagsKey = { PropertyTag: '0x0e07', PropertyType: 'Integer' } as const
const timeKey = { PropertyTag: '0x3008', PropertyType: 'SystemTime' } as const

test('a text that a program changed to one of the same size is read where it moved to, and the server says that it was changed', async () => {
  const { store } = site.service.data
  const ann = site.client('ann@corp.test')
  const from = await site.mailboxAt('ann@corp.test')
  const inbox = (await store.mailboxes.findFolder(from, { distinguished: 'inbox' }))!.no
  for (const kind of kinds) {
    const octets = Buffer.from(
      `Subject: ${kind}\r\nMessage-ID: <${encodeURIComponent(kind)}@x>\r\n\r\nText 1\r\n`,
    )
    await addMessage(store, from, {
      ...{ folder: inbox, sizeBytes: octets.length, receivedAt: Date.UTC(2026, 0, 1) },
      source: (async function* () {
        yield octets
      })(),
    })
  }
  const find = async (folder: 'inbox' | 'junkemail') => {
    const { RootFolder } = await ann.one('FindItem', {
      Traversal: 'Shallow',
      ItemShape: {
        BaseShape: 'AllProperties',
        AdditionalProperties: [{ ExtendedFieldURI: flagsKey }, { ExtendedFieldURI: timeKey }],
      },
      ParentFolderIds: [{ DistinguishedFolderId: { Id: folder } }],
    })
    return (RootFolder.Items as object[]).map(shown)
  }
  const edit = async (Id: string, text: string) =>
    ann.one('UpdateItem', {
      MessageDisposition: 'SaveOnly',
      ConflictResolution: 'AlwaysOverwrite',
      ItemChanges: [
        {
          ItemId: { Id },
          Updates: [
            {
              SetItemField: {
                FieldURI: { FieldURI: 'item:Body' },
                Message: { Body: { BodyType: 'Text', Value: text } },
              },
            },
          ],
        },
      ],
    })
  const move = (Id: string, to: 'inbox' | 'junkemail') =>
    ann.one('MoveItem', { ToFolderId: { DistinguishedFolderId: { Id: to } }, ItemIds: [{ ItemId: { Id } }] })
  const first = await find('inbox')
  assert.deepEqual(
    first.map(({ IsUnmodified }) => IsUnmodified),
    kinds.map(() => true),
  )
  // As our own service writes them: from now on a text of the same length makes a message of the same size.
  for (const { ItemId, Subject } of first) if (Subject !== 'untouched') await edit(ItemId.Id, 'Text 2')

  const scripted = new ScriptedSource()
  scripted.box('anna@source.example')
  const copy = await migratedMailbox(scripted)
  const pass = async () => copy.pass({ run: { source: await site.open('ann@corp.test'), spool: site.spool } })
  await pass()
  for (const { ItemId, Subject, Size } of await find('inbox')) {
    if (Subject.includes('edited')) await edit(ItemId.Id, 'Text 3')
    if (Subject === 'edited twice') await edit(ItemId.Id, 'Text 4')
    const [now] = (await find('inbox')).filter((item) => item.Subject === Subject)
    assert.equal(now?.Size, Size, Subject)
    if (Subject.includes('moved')) await move(ItemId.Id, 'junkemail')
    if (Subject.includes('back')) await move(ItemId.Id, 'inbox')
  }
  await pass()

  const texts: Record<string, string> = {}
  const asTheyCame: string[] = []
  for (const role of ['inbox', 'junkemail']) {
    const { no } = (await copy.store.mailboxes.findFolder(copy.at, { distinguished: role }))!
    const page = await copy.store.mailboxes.listItems(copy.at, no, {
      ...{ order: 'uid', limit: 50 },
      parts: ['summary', 'properties'],
    })
    for (const { summary, body, properties } of page.rows) {
      if (properties?.[MODIFIED_KEY] === undefined) asTheyCame.push(String(summary!.subject))
      const text = (await readAll(copy.store, copy.at, body!)).toString()
      texts[`${role}: ${summary!.subject}`] = /Text \d/.exec(text)![0]
    }
  }
  assert.deepEqual(texts, {
    'inbox: untouched': 'Text 1',
    'inbox: edited': 'Text 3',
    'inbox: edited, moved there and back': 'Text 3',
    'inbox: edited twice': 'Text 4',
    'junkemail: moved': 'Text 2',
    'junkemail: edited, moved': 'Text 3',
  })
  assert.deepEqual(asTheyCame, ['untouched'], 'the copies say which of them were changed')
  await copy.remove()

  for (const role of ['inbox', 'junkemail'] as const)
    for (const item of await find(role)) {
      const isAsItCame = item.Subject === 'untouched'
      const [flags, modified] = item.ExtendedProperty.map(({ Value }: { Value: string }) => Value)
      assert.equal(item.IsUnmodified, isAsItCame, item.Subject)
      assert.equal((Number(flags) & 2) !== 0, isAsItCame, item.Subject)
      assert.equal(modified, item.LastModifiedTime, item.Subject)
    }
})
