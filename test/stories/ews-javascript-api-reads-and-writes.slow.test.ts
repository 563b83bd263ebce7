import assert from 'node:assert/strict'
import { globalAgent } from 'node:https'
import { after, before, test } from 'node:test'
import { type MailSite, openMailSite, PASSWORD } from './mail-site.ts'

// The library is loaded when it is needed: it is thousands of modules.
type Ews = typeof import('ews-javascript-api')
let ews: Ews
let site: MailSite
let ann: InstanceType<Ews['ExchangeService']>
let bob: typeof ann

before(async () => {
  ews = await import('ews-javascript-api')
  site = await openMailSite()
  await site.user('ann')
  await site.user('bob')
  // Its client has no setting of its own for certificates that nobody vouches for.
  globalAgent.options.rejectUnauthorized = false
  const as = (address: string) => {
    const service = new ews.ExchangeService(ews.ExchangeVersion.Exchange2013)
    service.Credentials = new ews.WebCredentials(address, PASSWORD)
    service.Url = new ews.Uri(`https://127.0.0.1:${site.port('web')}/EWS/Exchange.asmx`)
    return service
  }
  ann = as('ann@corp.test')
  bob = as('bob@corp.test')
})
after(async () => {
  globalAgent.destroy()
  await site.end()
})

test('folders are bound, found, made and deleted', async () => {
  const inbox = await ews.Folder.Bind(ann, ews.WellKnownFolderName.Inbox)
  assert.equal(inbox.DisplayName, 'Inbox')
  const folder = new ews.Folder(ann)
  folder.DisplayName = 'From outside'
  await folder.Save(ews.WellKnownFolderName.Inbox)
  const found = await ann.FindFolders(ews.WellKnownFolderName.Inbox, new ews.FolderView(10))
  assert.deepEqual(
    found.Folders.map(({ DisplayName }) => DisplayName),
    ['From outside'],
  )
  await folder.Delete(ews.DeleteMode.HardDelete)
  const after = await ann.FindFolders(ews.WellKnownFolderName.Inbox, new ews.FolderView(10))
  assert.equal(after.TotalCount, 0)
})

test('a message is sent with an attachment, found, read, changed and moved', async () => {
  const message = new ews.EmailMessage(ann)
  message.Subject = 'Über ews-javascript-api'
  message.Body = new ews.MessageBody(ews.BodyType.Text, 'Hi Bob')
  message.ToRecipients.Add('bob@corp.test')
  message.Attachments.AddFileAttachment('note.txt', Buffer.from('attached').toString('base64'))
  await message.SendAndSaveCopy()
  const view = new ews.ItemView(10)
  const filter = new ews.SearchFilter.ContainsSubstring(ews.ItemSchema.Subject, 'über')
  const found = await bob.FindItems(ews.WellKnownFolderName.Inbox, filter, view)
  assert.equal(found.TotalCount, 1)
  const got = await ews.EmailMessage.Bind(bob, found.Items[0]!.Id)
  assert.equal(got.Subject, 'Über ews-javascript-api')
  assert.equal(got.From.Address, 'ann@corp.test')
  assert.match(got.Body.Text, /Hi Bob/)
  assert.equal(got.IsRead, false)
  const attachment = got.Attachments._getItem(0) as InstanceType<Ews['FileAttachment']>
  assert.equal(got.Attachments.Count, 1)
  await attachment.Load()
  assert.equal(Buffer.from(attachment.Base64Content, 'base64').toString(), 'attached')
  got.IsRead = true
  await got.Update(ews.ConflictResolutionMode.AutoResolve)
  const moved = await got.Move(ews.WellKnownFolderName.DeletedItems)
  assert.ok(moved.Id.UniqueId)
  const sync = await bob.SyncFolderItems(
    new ews.FolderId(ews.WellKnownFolderName.DeletedItems),
    ews.PropertySet.IdOnly,
    null as never,
    10,
    ews.SyncFolderItemsScope.NormalItems,
    null as never,
  )
  assert.equal(sync.Count, 1)
})

test('appointments are made, seen in a view, changed and deleted; a series too', async () => {
  const at = (text: string) => ews.DateTime.Parse(text)
  const appointment = new ews.Appointment(ann)
  appointment.Subject = 'Lunch'
  appointment.Start = at('2026-12-07T11:00:00Z')
  appointment.End = at('2026-12-07T12:00:00Z')
  appointment.Location = 'Canteen'
  await appointment.Save(ews.SendInvitationsMode.SendToNone)
  const series = new ews.Appointment(ann)
  series.Subject = 'Yoga'
  series.Start = at('2026-12-08T06:00:00Z')
  series.End = at('2026-12-08T07:00:00Z')
  // Its types know only one of the constructors.
  const Weekly = ews.Recurrence.WeeklyPattern as unknown as new (
    ...args: unknown[]
  ) => InstanceType<Ews['Recurrence']['WeeklyPattern']>
  series.Recurrence = new Weekly(series.Start, 1, [ews.DayOfTheWeek.Tuesday])
  series.Recurrence.StartDate = series.Start
  series.Recurrence.NumberOfOccurrences = 3
  await series.Save(ews.SendInvitationsMode.SendToNone)
  const seen = async () => {
    const view = new ews.CalendarView(at('2026-12-01T00:00:00Z'), at('2027-01-01T00:00:00Z'))
    const { Items } = await ann.FindAppointments(ews.WellKnownFolderName.Calendar, view)
    return Items.map(({ Subject, Start }) => `${Subject} ${Start.MomentDate.toISOString()}`)
  }
  assert.deepEqual(await seen(), [
    'Lunch 2026-12-07T11:00:00.000Z',
    'Yoga 2026-12-08T06:00:00.000Z',
    'Yoga 2026-12-15T06:00:00.000Z',
    'Yoga 2026-12-22T06:00:00.000Z',
  ])
  const second = await ews.Appointment.BindToOccurrence(ann, series.Id, 2)
  await second.Delete(ews.DeleteMode.MoveToDeletedItems, ews.SendCancellationsMode.SendToNone)
  const bound = await ews.Appointment.Bind(ann, appointment.Id)
  assert.equal(bound.Location, 'Canteen')
  bound.Subject = 'Late lunch'
  await bound.Update(
    ews.ConflictResolutionMode.AlwaysOverwrite,
    ews.SendInvitationsOrCancellationsMode.SendToNone,
  )
  assert.deepEqual(await seen(), [
    'Late lunch 2026-12-07T11:00:00.000Z',
    'Yoga 2026-12-08T06:00:00.000Z',
    'Yoga 2026-12-22T06:00:00.000Z',
  ])
})

test('names are resolved, and events are told', async () => {
  const names = await ann.ResolveName('bob')
  assert.equal(names._getItem(0).Mailbox.Address, 'bob@corp.test')
  const subscription = await bob.SubscribeToPullNotifications(
    [new ews.FolderId(ews.WellKnownFolderName.Inbox)],
    5,
    null as never,
    ews.EventType.NewMail,
  )
  const message = new ews.EmailMessage(ann)
  message.Subject = 'news'
  message.Body = new ews.MessageBody('x')
  message.ToRecipients.Add('bob@corp.test')
  await message.Send()
  const events = await subscription.GetEvents()
  assert.equal([...events.ItemEvents].length, 1)
})
