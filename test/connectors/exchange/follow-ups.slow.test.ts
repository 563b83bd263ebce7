/** What people set on mail between two passes comes along, also where the mail moved meanwhile. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addMessage } from '#src/domain/mailbox/add-message.ts'
import { Flag, type Item } from '#src/domain/mailbox/item.ts'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import type { Store } from '#src/domain/store.ts'
import { migratedMailbox } from '#test/support/migrated-mailbox.ts'
import { ScriptedSource } from '#test/support/scripted-source.ts'
import { exchangeSiteWith } from './exchange-site.ts'

const site = await exchangeSiteWith('ann')

const due = '{00062003-0000-0000-c000-000000000046}0x8105:SystemTime'
const soon = { flags: Flag.flagged, properties: { [due]: '2027-01-02T00:00:00Z' } }
const later = { flags: Flag.flagged, properties: { [due]: '2027-03-04T00:00:00Z' } }
const done = { flags: 0, properties: { '0x1090:Integer': '1' } }
const none = { flags: 0, properties: {} }

type State = { flags: number; properties: Record<string, string> }
const cases: readonly { title: string; first: State; next: State; moves: boolean }[] = [true, false].flatMap(
  (moves) => [
    { title: `set, ${moves}`, first: none, next: soon, moves },
    { title: `put off, ${moves}`, first: soon, next: later, moves },
    { title: `done, ${moves}`, first: soon, next: done, moves },
    { title: `taken away, ${moves}`, first: soon, next: none, moves },
    { title: `done and taken away, ${moves}`, first: done, next: none, moves },
    { title: `done, as it was, ${moves}`, first: done, next: done, moves },
    { title: `as it was, ${moves}`, first: soon, next: soon, moves },
  ],
)

async function itemsOf(store: Store, at: MailboxRef, role: string): Promise<readonly Item[]> {
  const { no } = (await store.mailboxes.findFolder(at, { distinguished: role }))!
  const parts = ['summary', 'properties'] as const
  return (await store.mailboxes.listItems(at, no, { order: 'uid', limit: 100, parts })).rows as Item[]
}

test('a follow-up that is set, put off, done or taken away is so here, whether or not the message moved', async () => {
  const { store } = site.service.data
  const from = await site.mailboxAt('ann@corp.test')
  const folderOf = async (role: string) =>
    (await store.mailboxes.findFolder(from, { distinguished: role }))!.no
  for (const { title, first } of cases) {
    const octets = Buffer.from(
      `Subject: ${title}\r\nMessage-ID: <${encodeURIComponent(title)}@x>\r\n\r\nText\r\n`,
    )
    await addMessage(store, from, {
      ...{ folder: await folderOf('inbox'), sizeBytes: octets.length, receivedAt: Date.UTC(2026, 0, 1) },
      ...first,
      source: (async function* () {
        yield octets
      })(),
    })
  }
  const scripted = new ScriptedSource()
  scripted.box('anna@source.example')
  const copy = await migratedMailbox(scripted)
  const pass = async () => copy.pass({ run: { source: await site.open('ann@corp.test'), spool: site.spool } })
  await pass()

  const items = await itemsOf(store, from, 'inbox')
  const to = await folderOf('deleteditems')
  await store.transact(
    { organization: from.organization, mailboxes: [from.mailbox] },
    async ({ mailboxes }) => {
      for (const { title, next, moves } of cases) {
        const { no } = items.find(({ summary }) => summary!.subject === title)!
        await mailboxes.changeFlags(from, [no], { set: next.flags })
        await mailboxes.changeItem(from, no, { properties: next.properties })
        if (moves) await mailboxes.moveItems(from, { items: [no], to })
      }
    },
  )
  await pass()

  const picture = async (of: Store, at: MailboxRef) => {
    const lines: string[] = []
    for (const role of ['inbox', 'deleteditems'])
      for (const { summary, flags, properties } of await itemsOf(of, at, role))
        lines.push(
          `${role} ${summary!.subject} ${flags} ${properties?.[due] ?? '-'} ${properties?.['0x1090:Integer'] === '1'}`,
        )
    return lines.sort()
  }
  assert.deepEqual(await picture(copy.store, copy.at), await picture(store, from))
  await copy.remove()
})

test('what was edited before its folder is listed anew is as it is there', async () => {
  const ann = site.client('ann@corp.test')
  const MimeContent = { CharacterSet: 'UTF-8', Value: Buffer.from('Subject: edited\r\n\r\nText\r\n') }
  const flags = { ExtendedFieldURI: { PropertyTag: '0x0e07', PropertyType: 'Integer' }, Value: '0' } as const
  const made = await ann.one('CreateItem', {
    SavedItemFolderId: { DistinguishedFolderId: { Id: 'inbox' } },
    MessageDisposition: 'SaveOnly',
    Items: [{ Message: { MimeContent, ExtendedProperty: [flags] } }],
  })
  const scripted = new ScriptedSource()
  scripted.box('anna@source.example')
  const copy = await migratedMailbox(scripted)
  const { store, at } = copy
  const pass = async () => copy.pass({ run: { source: await site.open('ann@corp.test'), spool: site.spool } })
  await pass()
  const field = { FieldURI: { FieldURI: 'item:Subject' as const }, Message: { Subject: 'EDITED' } }
  await ann.one('UpdateItem', {
    ...{ ConflictResolution: 'AlwaysOverwrite', MessageDisposition: 'SaveOnly' },
    ItemChanges: [{ ItemId: made.Items[0].Message.ItemId, Updates: [{ SetItemField: field }] }],
  })
  await store.transact({ organization: at.organization, mailboxes: [at.mailbox] }, async ({ migration }) => {
    for (const folder of await migration.listLedgerFolders(at, 'old'))
      await migration.putLedgerFolder(at, { ...folder, cursor: null })
  })
  await pass()
  const subjects = (await itemsOf(store, at, 'inbox')).map(({ summary }) => summary!.subject)
  assert.ok(subjects.includes('EDITED') && !subjects.includes('edited'), subjects.join())
  await copy.remove()
})
