/** Whom somebody has named as junk or safe is there, or not, with the next message. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import { rulesStep } from '#src/domain/rules/apply-rules.ts'
import { noJunkLists } from '#src/domain/rules/junk-lists.ts'
import { changeRules, inboxRules, junkLists, setJunkLists } from '#src/domain/rules/kept-rules.ts'
import { type EwsClient, type EwsSite, ewsSiteWith, shown } from './ews-site.ts'

let site: EwsSite
let ann: EwsClient
let bob: EwsClient
ewsSiteWith(['ann', 'bob', 'carl'], (programs, opened) => {
  site = opened
  ;[ann, bob] = programs
})

async function placeOf(address: string): Promise<MailboxRef> {
  return site.mailboxAt(address)
}

async function set(address: string, lists: Partial<typeof noJunkLists>): Promise<void> {
  const at = await placeOf(address)
  await site.service.data.store.transact(
    { organization: at.organization, mailboxes: [at.mailbox] },
    ({ mailboxes }) => setJunkLists(mailboxes, at, { ...noJunkLists, ...lists }),
  )
}

const send = (from: string, to: string, subject: string) =>
  site.as(from).sendMail({ from, to, subject, text: 'x' })

const find = async (client: EwsClient, folder: 'inbox' | 'junkemail', subject: string) => {
  const { RootFolder } = await client.one('FindItem', {
    Traversal: 'Shallow',
    ItemShape: { BaseShape: 'Default' },
    ParentFolderIds: [{ DistinguishedFolderId: { Id: folder } }],
  })
  return (RootFolder.Items as object[]).map(shown).find(({ Subject }) => Subject === subject)
}

test('who is marked as junk is blocked from then on, and no more once that is taken back', async () => {
  const { store } = site.service.data
  const at = await placeOf('ann@corp.test')
  const mark = async (Id: string, IsJunk: boolean) =>
    ann.one('MarkAsJunk', { IsJunk, MoveItem: true, ItemIds: [{ ItemId: { Id } }] })
  await send('bob@corp.test', 'ann@corp.test', 'first')
  const { MovedItemId } = await mark((await find(ann, 'inbox', 'first'))!.ItemId.Id, true)
  assert.deepEqual((await junkLists(store.mailboxes, at)).blocked, ['bob@corp.test'])
  await send('bob@corp.test', 'ann@corp.test', 'second')
  await send('carl@corp.test', 'ann@corp.test', 'third')
  assert.ok(await find(ann, 'junkemail', 'second'))
  assert.ok(await find(ann, 'inbox', 'third'))
  await mark(MovedItemId.Id, false)
  assert.deepEqual(await junkLists(store.mailboxes, at), noJunkLists)
  await send('bob@corp.test', 'ann@corp.test', 'fourth')
  assert.ok(await find(ann, 'inbox', 'fourth'))
})

test('a verdict of the spam scanner spares who is safe, and no other reason for Junk does', async () => {
  const { store } = site.service.data
  const at = await placeOf('ann@corp.test')
  await set('ann@corp.test', { safe: ['bob@corp.test'], blocked: ['spam.example'] })
  const step = rulesStep({ store, now: Date.now })
  const folderOf = async (
    sender: string,
    verdict: { junk: boolean; onlySpam?: boolean },
    author: string = sender,
  ) => {
    const [mailbox = '', host = ''] = author.split('@')
    const { folder } = await step({
      ...at,
      sender,
      fields: [],
      envelope: { from: [{ name: null, mailbox, host }] },
      ...verdict,
    } as never)
    return folder
  }
  const spam = { junk: true, onlySpam: true }
  assert.equal(await folderOf('Bob@corp.test', spam), 'inbox')
  assert.equal(await folderOf('carl@corp.test', spam), 'junkemail')
  assert.equal(await folderOf('bob@corp.test', spam, 'carl@corp.test'), 'junkemail')
  assert.equal(await folderOf('x@spam.example', { junk: false }, 'carl@corp.test'), 'junkemail')
  assert.equal(await folderOf('bob@corp.test', { junk: true, onlySpam: false }), 'junkemail')
  assert.equal(await folderOf('bob@corp.test', { junk: true }), 'junkemail')
  assert.equal(await folderOf('x@a.spam.example', { junk: false }), 'junkemail')
  assert.equal(await folderOf('', { junk: false }), 'inbox')
})

test('rules and lists lie beside each other, and who may only read a folder blocks nobody', async () => {
  const { store } = site.service.data
  const at = await placeOf('bob@corp.test')
  await set('bob@corp.test', { blocked: ['carl@corp.test'] })
  const rule = { name: 'Read', enabled: true, conditions: {}, exceptions: {}, actions: { markAsRead: true } }
  const [made] = await changeRules(store, at, [{ kind: 'create', rule: rule as never, place: 1 }])
  assert.deepEqual((await junkLists(store.mailboxes, at)).blocked, ['carl@corp.test'])
  await set('bob@corp.test', {})
  assert.deepEqual(await inboxRules(store.mailboxes, at), [made])
  await changeRules(store, at, [{ kind: 'delete', id: made!.id }])
  assert.equal(await store.mailboxes.findConfiguration(at, 'root', 'Landbridge.InboxRules'), undefined)

  await send('carl@corp.test', 'bob@corp.test', 'shared')
  const item = (await find(bob, 'inbox', 'shared'))!
  await bob.one('UpdateFolder', {
    FolderChanges: [
      {
        DistinguishedFolderId: { Id: 'inbox' },
        Updates: [
          {
            SetFolderField: {
              FieldURI: { FieldURI: 'folder:PermissionSet' },
              Folder: {
                PermissionSet: {
                  Permissions: [
                    { UserId: { PrimarySmtpAddress: 'ann@corp.test' }, PermissionLevel: 'Editor' },
                  ],
                },
              },
            },
          },
        ],
      },
    ],
  } as never)
  await ann.one('MarkAsJunk', {
    IsJunk: true,
    MoveItem: false,
    ItemIds: [{ ItemId: { Id: item.ItemId.Id } }],
  })
  assert.deepEqual(await junkLists(store.mailboxes, at), noJunkLists)
})
