/** A message that is written anew where it lies: another one to IMAP (RFC 9051 §2.3.1.1), the same one, changed, to Exchange Web Services. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { connect, type TLSSocket } from 'node:tls'
import type { SyncFolderItemsChangesType } from '#src/wire/ews/schema-types.ts'
import { PASSWORD } from '#test/stories/mail-site.ts'
import { type EwsClient, type EwsSite, ewsSiteWith, type Message, shown } from './ews-site.ts'

let site: EwsSite
let ann: EwsClient
let bob: EwsClient
ewsSiteWith(['ann', 'bob', 'carl', 'dora', 'eve'], (programs, opened) => {
  site = opened
  ;[ann, bob] = programs
})

const folderOf = (Id: 'drafts' | 'archive' | 'inbox') => ({ DistinguishedFolderId: { Id } }) as const
const file = (Name: string) => ({
  FileAttachment: { Name, ContentType: 'text/plain', Content: Buffer.from(Name) },
})

async function draft(client: EwsClient, Subject: string): Promise<string> {
  const { Items } = await client.one('CreateItem', {
    MessageDisposition: 'SaveOnly',
    Items: [{ Message: { Subject, Body: { BodyType: 'Text', Value: 'text' } } }],
  })
  return shown(Items[0]).ItemId.Id
}

const update = (
  client: EwsClient,
  Id: string,
  FieldURI: 'item:Subject' | 'message:IsRead',
  Message: object,
) =>
  client.one('UpdateItem', {
    ConflictResolution: 'AlwaysOverwrite',
    MessageDisposition: 'SaveOnly',
    ItemChanges: [
      { ItemId: { Id }, Updates: [{ SetItemField: { FieldURI: { FieldURI }, Message } } as never] },
    ],
  })
const retitle = (client: EwsClient, Id: string, Subject: string) =>
  update(client, Id, 'item:Subject', { Subject })
const attach = (client: EwsClient, Id: string, name: string) =>
  client.one('CreateAttachment', { ParentItemId: { Id }, Attachments: [file(name)] })
const move = (client: EwsClient, Id: string, to: 'drafts' | 'archive') =>
  client.one('MoveItem', { ToFolderId: folderOf(to), ItemIds: [{ ItemId: { Id } }] })

/** Lines to and from the IMAP listener, with nothing between. */
class Lines {
  readonly #socket: TLSSocket
  #text = ''
  #tag = 0
  readonly #ended = new AbortController()

  private constructor(socket: TLSSocket) {
    this.#socket = socket
    socket.once('close', () => this.#ended.abort())
    socket.setEncoding('latin1').on('data', (text: string) => {
      this.#text += text
    })
  }

  static async signIn(address: string, ...then: string[]): Promise<Lines> {
    const socket = connect({ host: '127.0.0.1', port: site.port('imaps'), rejectUnauthorized: false })
    await once(socket, 'secureConnect')
    const lines = new Lines(socket)
    for (const text of [`LOGIN ${address} ${PASSWORD}`, ...then]) await lines.command(text)
    return lines
  }

  /** What came up to the answer. */
  async command(text: string): Promise<string> {
    const tag = `t${++this.#tag}`
    this.#text = ''
    this.#socket.write(`${tag} ${text}\r\n`)
    const { signal } = this.#ended
    while (!new RegExp(`^${tag} [^\\r]*\\r\\n`, 'm').test(this.#text))
      await once(this.#socket, 'data', { signal })
    assert.match(this.#text, new RegExp(`^${tag} OK`, 'm'), this.#text)
    return this.#text
  }

  end(): void {
    this.#socket.destroy()
  }
}

test('who has the folder open over IMAP hears that the old text went and a new one came', async (t) => {
  const Id = await draft(ann, 'first')
  await draft(ann, 'another')
  const plain = await Lines.signIn('ann@corp.test')
  const quick = await Lines.signIn('ann@corp.test', 'ENABLE QRESYNC')
  t.after(() => [plain, quick].map((lines) => lines.end()))
  const opened = await plain.command('SELECT Drafts')
  const [, validity] = /UIDVALIDITY (\d+)/.exec(opened)!
  const [, modseq] = /HIGHESTMODSEQ (\d+)/.exec(await quick.command('SELECT Drafts'))!
  assert.match(await plain.command('UID FETCH 1 BODY.PEEK[HEADER.FIELDS (SUBJECT)]'), /Subject: first/)

  await retitle(ann, Id, 'second')
  const told = await plain.command('NOOP')
  assert.match(told, /^\* 1 EXPUNGE\r\n/m)
  assert.match(told, /^\* 2 EXISTS\r\n/m)
  assert.match(await quick.command('NOOP'), /^\* VANISHED 1\r\n/m)
  const fetched = await plain.command('UID FETCH 1:* (UID BODY.PEEK[HEADER.FIELDS (SUBJECT)])')
  assert.match(fetched, /UID 3 .*Subject: second/s)
  assert.doesNotMatch(fetched, /UID 1\b|first/)

  await attach(ann, Id, 'a.txt')
  assert.match(await quick.command('NOOP'), /^\* VANISHED 3\r\n/m)
  const { Items } = await ann.one('GetItem', {
    ItemShape: { BaseShape: 'AllProperties' },
    ItemIds: [{ ItemId: { Id } }],
  })
  const [{ AttachmentId }] = shown(Items[0]).Attachments.map(shown)
  await ann.one('DeleteAttachment', { AttachmentIds: [{ Id: AttachmentId.Id }] })
  assert.match(await quick.command('NOOP'), /^\* VANISHED 4\r\n/m)

  await update(ann, Id, 'message:IsRead', { IsRead: false })
  assert.doesNotMatch(await quick.command('NOOP'), /VANISHED|EXISTS/)

  const late = await Lines.signIn('ann@corp.test', 'ENABLE QRESYNC')
  t.after(() => late.end())
  const caughtUp = await late.command(`SELECT Drafts (QRESYNC (${validity} ${modseq} 1:2))`)
  assert.match(caughtUp, /^\* VANISHED \(EARLIER\) 1\r\n/m)
  assert.match(await late.command('STATUS Drafts (MESSAGES UIDNEXT)'), /MESSAGES 2 UIDNEXT 6/)
})

const sync = (client: EwsClient, SyncState: string | undefined, MaxChangesReturned = 100) =>
  client.one('SyncFolderItems', {
    ItemShape: {
      BaseShape: 'IdOnly',
      AdditionalProperties: [{ FieldURI: { FieldURI: 'item:Subject' } }],
    },
    SyncFolderId: folderOf('drafts'),
    MaxChangesReturned,
    ...(SyncState !== undefined && { SyncState }),
  })
const toldOf = ({ Changes }: Message): string[] =>
  (Changes as SyncFolderItemsChangesType).map(
    ({ Create, Update, Delete }) =>
      `${Create ? 'Create' : Update ? 'Update' : Delete ? 'Delete' : 'Read'} ${(Create ?? Update)?.Message?.Subject ?? ''}`,
  )

test('SyncFolderItems tells it as an update, and its ChangeKey holds', async () => {
  const Id = await draft(bob, 'one')
  const { SyncState: state } = await sync(bob, undefined)
  const { Items } = await retitle(bob, Id, 'two')
  const first = await sync(bob, state)
  assert.deepEqual(toldOf(first), ['Update two'])
  assert.equal(first.Changes[0].Update.Message.ItemId.Id, Id)
  assert.equal(first.Changes[0].Update.Message.ItemId.ChangeKey, shown(Items[0]).ItemId.ChangeKey)
  await retitle(bob, Id, 'three')
  await attach(bob, Id, 'a.txt')
  assert.deepEqual(toldOf(await sync(bob, state)), ['Update three'])
  assert.deepEqual(toldOf(await sync(bob, first.SyncState)), ['Update three'])

  const young = await draft(bob, 'young')
  await retitle(bob, young, 'younger')
  assert.deepEqual(toldOf(await sync(bob, first.SyncState)), ['Update three', 'Create younger'])

  await move(bob, Id, 'archive')
  const gone = await sync(bob, first.SyncState)
  assert.deepEqual(toldOf(gone), ['Delete ', 'Create younger'])
  await move(bob, Id, 'drafts')
  await retitle(bob, Id, 'four')
  assert.deepEqual(toldOf(await sync(bob, first.SyncState)), ['Create younger', 'Update four'])
  assert.deepEqual(toldOf(await sync(bob, gone.SyncState)), ['Create four'])
})

test('notifications call it modified', async () => {
  const carl = site.client('carl@corp.test')
  const Id = await draft(carl, 'one')
  const EventTypes = ['CreatedEvent', 'DeletedEvent', 'ModifiedEvent', 'MovedEvent', 'NewMailEvent'] as const
  const { SubscriptionId, Watermark } = await carl.one('Subscribe', {
    PullSubscriptionRequest: { FolderIds: [folderOf('drafts')], EventTypes, Timeout: 10 },
  })
  const events = async (): Promise<Message[]> =>
    (await carl.one('GetEvents', { SubscriptionId, Watermark })).Notification.Events
  const ofItem = (all: Message[]) =>
    all.flatMap((event) => {
      const [kind] = Object.keys(event)
      return shown(event).ItemId?.Id === Id ? [kind] : []
    })
  await retitle(carl, Id, 'two')
  await attach(carl, Id, 'a.txt')
  assert.deepEqual(ofItem(await events()), ['ModifiedEvent'])
  await move(carl, Id, 'archive')
  assert.deepEqual(ofItem(await events()), ['DeletedEvent'])
})

/** Numbers that look random and are the same in each run. */
function dice(seed: number): (sides: number) => number {
  let state = seed
  return (sides) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return (state >>> 8) % sides
  }
}

for (const [name, pageOf] of [
  ['dora', 512],
  ['eve', 2],
] as const)
  test(`a program that hears of ${pageOf} changes at a time knows in the end what is there`, async () => {
    const client = site.client(`${name}@corp.test`)
    const roll = dice(7 + pageOf)
    const where = new Map<string, 'drafts' | 'archive'>()
    const subjects = new Map<string, string>()
    const known = new Map<string, string>()
    let state: string | undefined
    const page = async (): Promise<boolean> => {
      const answer = await sync(client, state, pageOf)
      for (const { Create, Update, ReadFlagChange, Delete } of answer.Changes as SyncFolderItemsChangesType) {
        const { ItemId, Subject } = (Create ?? Update)?.Message ?? {}
        const id = ItemId?.Id ?? ReadFlagChange?.ItemId.Id ?? Delete!.ItemId.Id
        // A list that is whole names nothing as new that is known, and as known what is new.
        if (pageOf > 2) {
          assert.equal(known.has(id), Create === undefined, JSON.stringify([id, Subject]))
          assert.ok(Delete === undefined || where.get(id) !== 'drafts', 'what is there was not deleted')
        }
        if (Delete) known.delete(id)
        else if (Subject !== undefined) known.set(id, Subject)
      }
      state = answer.SyncState
      return answer.IncludesLastItemInRange
    }
    for (let turn = 0; turn < 60; turn++) {
      const ids = [...where.keys()]
      const id = ids[roll(ids.length || 1)]
      const what = id === undefined ? 0 : roll(9)
      const Subject = `s${turn}`
      if (what === 0) {
        const made = await draft(client, Subject)
        where.set(made, 'drafts')
        subjects.set(made, Subject)
      } else if (what <= 3) {
        await retitle(client, id!, Subject)
        subjects.set(id!, Subject)
      } else if (what === 4) await attach(client, id!, `${turn}.txt`)
      else if (what === 5) await update(client, id!, 'message:IsRead', { IsRead: roll(2) === 0 })
      else if (what === 6) {
        const to = where.get(id!) === 'drafts' ? 'archive' : 'drafts'
        await move(client, id!, to)
        where.set(id!, to)
      } else await page()
    }
    while (!(await page())) {}
    const there = [...where].flatMap(([id, folder]) => (folder === 'drafts' ? [[id, subjects.get(id)!]] : []))
    assert.deepEqual([...known].sort(), there.sort())
  })
