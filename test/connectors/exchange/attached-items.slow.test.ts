/** Items that are attached to events, tasks, contacts and notes come over as items: of those that EWS writes as no MIME, what their properties say. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { shown } from '#test/protocols/ews/ews-site.ts'
import { type ExchangeSite, openExchangeSite } from './exchange-site.ts'
import { passesBetween } from './passes-between.ts'

const address = 'ann@corp.test'
let there: ExchangeSite
let here: ExchangeSite
before(async () => {
  ;[there, here] = [await openExchangeSite(), await openExchangeSite()]
  for (const site of [there, here]) await site.user('ann')
})
after(async () => {
  await there?.end()
  await here?.end()
})

const Message = { Subject: 'Inner', Body: { BodyType: 'Text', Value: 'Größe' } }
const attached = [
  { Name: 'Re: 1/2 of it', Message },
  { Name: '', Message },
  {
    Name: 'date',
    CalendarItem: { Subject: 'Date', Start: '2027-01-04T09:00:00Z', End: '2027-01-04T10:00:00Z' },
  },
  { Name: 'card', Contact: { DisplayName: 'Zoë', GivenName: 'Zoë', Surname: 'M' } },
  { Name: 'task', Task: { Subject: 'Do it', DueDate: '2027-02-03T00:00:00Z', PercentComplete: '25' } },
  { Name: 'large', Message: { ...Message, Body: { BodyType: 'Text', Value: 'x'.repeat(1_100_000) } } },
].map((ItemAttachment) => ({ ItemAttachment }))
const file = {
  FileAttachment: {
    Name: 'saved.eml',
    ContentType: 'message/rfc822',
    ContentLocation: 'https://intra.corp.test/Größe der =?utf-8?Q?x?=/saved.eml',
    Content: Buffer.from('Subject: file\r\n\r\n'),
  },
}
const items = {
  calendar: {
    CalendarItem: {
      Subject: 'Event',
      Start: '2027-01-05T09:00:00Z',
      End: '2027-01-05T10:00:00Z',
      Culture: 'de-DE',
    },
  },
  tasks: { Task: { Subject: 'Task' } },
  contacts: { Contact: { DisplayName: 'Card', FileAs: 'Card', Culture: 'ja-JP' } },
  drafts: { Message: { Subject: 'Draft', Culture: 'de-AT', IsResponseRequested: true } },
}

/** Of the only item of a folder what it has, its attachments opened. */
async function only(site: ExchangeSite, Id: string) {
  const client = site.client(address)
  const { RootFolder } = await client.one('FindItem', {
    Traversal: 'Shallow',
    ItemShape: { BaseShape: 'IdOnly' },
    ParentFolderIds: [{ DistinguishedFolderId: { Id: Id as never } }],
  })
  assert.equal(RootFolder.Items.length, 1, `one is in ${Id}`)
  const { ItemId } = shown(RootFolder.Items[0])
  const { Items } = await client.one('GetItem', {
    ItemShape: { BaseShape: 'AllProperties' },
    ItemIds: [{ ItemId } as never],
  })
  const { Culture, IsResponseRequested, Attachments = [] } = shown(Items[0])
  const files: unknown[] = []
  for (const each of Attachments as object[]) {
    const { AttachmentId } = shown(each)
    const answer = await client.one('GetAttachment', { AttachmentIds: [AttachmentId] as never })
    const [kind] = Object.keys(answer.Attachments[0])
    const { Name, ContentType, ContentLocation, Message, CalendarItem, Contact, Task, Content } = shown(
      answer.Attachments[0],
    )
    const { Subject, Body, Start, DisplayName, Surname, DueDate, PercentComplete } =
      Message ?? CalendarItem ?? Contact ?? Task ?? {}
    const said = { Subject, Body, Start, DisplayName, Surname, DueDate, PercentComplete }
    files.push({ kind, Name, ContentType, ContentLocation, ...said, Content: Content && String(Content) })
  }
  return { Culture, IsResponseRequested, files }
}

test('attached messages, events, contacts and tasks are such in the copy, with their names, and files are files', async () => {
  const client = there.client(address)
  for (const [Id, item] of Object.entries(items)) {
    const { Items } = await client.one('CreateItem', {
      ...{ MessageDisposition: 'SaveOnly', SendMeetingInvitations: 'SendToNone' },
      SavedItemFolderId: { DistinguishedFolderId: { Id: Id as never } },
      Items: [item as never],
    })
    if (Id === 'drafts') continue
    const { ItemId } = shown(Items[0])
    await client.ask('CreateAttachment', { ParentItemId: ItemId, Attachments: [...attached, file] as never })
  }
  const { pass, losses } = await passesBetween(here, there.source(address), address)
  await pass()
  assert.deepEqual(await losses(), [])
  for (const Id of Object.keys(items)) {
    const wanted = await only(there, Id)
    assert.equal(wanted.files.length, Id === 'drafts' ? 0 : 7)
    if (Id !== 'drafts')
      assert.equal(
        (wanted.files.at(-1) as typeof file.FileAttachment).ContentLocation,
        file.FileAttachment.ContentLocation,
      )
    assert.deepEqual(await only(here, Id), wanted, Id)
  }
  const { Culture, IsResponseRequested } = await only(here, 'drafts')
  assert.deepEqual([Culture, IsResponseRequested], ['de-AT', true])
})
