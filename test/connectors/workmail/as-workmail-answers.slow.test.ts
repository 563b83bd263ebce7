/** What Amazon WorkMail's EWS is known for (migration.md 1.3 and 3.4): items that stay busy, properties that are not told, tokens that end. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { ReadItem } from '#src/domain/migration/source.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { octetsOf, signal } from '../exchange/exchange-site.ts'
import {
  bad,
  getItems,
  good,
  inbox,
  type Script,
  Status,
  scriptedExchange,
} from '../exchange/scripted-exchange.ts'

async function opened(t: TestContext, script: Script, authorization: (refused?: string) => Promise<string>) {
  const exchange = await scriptedExchange(script)
  t.after(() => exchange.end())
  const source = exchange.source({ login: undefined as never, authorization, access: 'impersonation' })
  return { exchange, mailbox: await source.open('ann@corp.test', signal) }
}

const ItemId = (Id: string) => ({ Id, ChangeKey: 'c1' })
const MIME = Buffer.from('From: a@a.example\r\nSubject: plain\r\n\r\nText\r\n')

test('items that tell the least come over, those that stay busy are listed, and the others do not wait for them', async (t) => {
  const told: Record<string, object> = {
    // Neither MIME nor any property set beside what it shows.
    contact: { Contact: { ItemId: ItemId('contact'), ItemClass: 'IPM.Contact', DisplayName: 'Carl' } },
    message: { Message: { ItemId: ItemId('message'), Subject: 'plain', MimeContent: { Value: MIME } } },
    task: { Task: { ItemId: ItemId('task'), ItemClass: 'IPM.Task', Subject: 'pay' } },
    event: {
      CalendarItem: {
        ...{ ItemId: ItemId('event'), ItemClass: 'IPM.Appointment', Subject: 'meet', UID: 'u1' },
        ...{ Start: '2026-06-01T08:00:00Z', End: '2026-06-01T09:00:00Z' },
      },
    },
  }
  const GetItem = getItems((id) =>
    told[id] === undefined
      ? bad('ErrorServerBusy', 'MAPI_E_BUSY 0x8004010b')
      : { ...good, Items: [told[id]] },
  )
  const { mailbox } = await opened(t, { GetItem }, async () => 'Bearer t1')
  const keys = ['busy1', 'contact', 'busy2', 'message', 'task', 'event']
  const found = new Map<string, ReadItem>()
  const texts: string[] = []
  for await (const read of mailbox.items(inbox, keys, signal)) {
    found.set(read.kind === 'item' ? read.item.key : read.key, read)
    if (read.kind === 'item' && read.item.message) texts.push((await octetsOf(read.item.message)).toString())
  }
  const said = keys.map((key) => {
    const read = found.get(key)
    return read?.kind === 'item' ? read.item.class : read && `${read.failure.kind} ${read.failure.code}`
  })
  assert.deepEqual(said, [
    ...['item-permanent ErrorServerBusy', 'contact', 'item-permanent ErrorServerBusy'],
    ...['message', 'task', 'event'],
  ])
  assert.deepEqual(texts, [MIME.toString()])
})

test('a token that is void before its time is made anew and the call goes on; one that is refused as new is no way in', async (t) => {
  let valid = 't1'
  const seen: string[] = []
  const Inbox = { FolderId: { Id: 'F1', ChangeKey: 'a' } }
  const GetFolder: Script['GetFolder'] = ({ FolderIds }, { http }) => {
    seen.push(String(http.authorization))
    if (http.authorization !== `Bearer ${valid}`) throw new Status(401)
    return {
      ResponseMessages: FolderIds.map(() => ({
        GetFolderResponseMessage: { ...good, Folders: [{ Folder: Inbox }] },
      })),
    }
  }
  let made = 1
  const authorization = async (refused?: string) => `Bearer t${refused === `Bearer t${made}` ? ++made : made}`
  const GetItem = getItems((id) => ({
    ...good,
    Items: [{ Task: { ItemId: ItemId(id), ItemClass: 'IPM.Task' } }],
  }))
  const { exchange } = await opened(t, { GetFolder, GetItem }, authorization)
  valid = 't2'
  seen.length = 0
  const source = exchange.source({ login: undefined as never, authorization, access: 'impersonation' })
  await source.open('bob@corp.test', signal)
  assert.deepEqual(seen.slice(0, 2), ['Bearer t1', 'Bearer t2'])
  valid = 'none that it makes'
  seen.length = 0
  const refused = await source.open('carl@corp.test', signal).catch((error: unknown) => error)
  assert.ok(refused instanceof SourceFailure && refused.ofSignIn, String(refused))
  assert.deepEqual(seen, ['Bearer t2', 'Bearer t3'])
})
