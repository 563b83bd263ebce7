/** exchangelib, the Python client: folders, items of every class, synchronisation, notifications, rules, bulk transfer. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type EwsSite, openEwsSite } from '#test/protocols/ews/ews-site.ts'
import { exchangelib, said } from '#test/support/exchangelib.ts'
import { PASSWORD } from './mail-site.ts'

const { skip } = exchangelib

let site: EwsSite
before(async () => {
  if (skip) return
  site = await openEwsSite()
  for (const name of ['ann', 'bob']) await site.user(name)
})
after(async () => {
  if (skip) return
  await site.end()
})

const preamble = `
import json, sys, urllib3
from decimal import Decimal
from datetime import timedelta, datetime
urllib3.disable_warnings()
from exchangelib import *
from exchangelib.protocol import BaseProtocol, NoVerifyHTTPAdapter
from exchangelib.folders import *
from exchangelib.indexed_properties import EmailAddress, PhoneNumber
BaseProtocol.HTTP_ADAPTER_CLS = NoVerifyHTTPAdapter
url, password = sys.argv[1], sys.argv[2]
def account(name):
    address = name + '@corp.test'
    config = Configuration(service_endpoint=url, credentials=Credentials(address, password), auth_type=BASIC, version=Version(build=Build(15, 1)))
    return Account(primary_smtp_address=address, config=config, autodiscover=False, access_type=DELEGATE, default_timezone=EWSTimeZone('Europe/Berlin'))
ann, bob = account('ann'), account('bob')
said = {}
`

/** Runs a program and gives what it put into \`said\`. */
const run = (program: string) => said(`${preamble}${program}`, [site.url, PASSWORD])

test('folders are found, made, renamed and deleted', { skip }, async () => {
  const said = await run(`
said['inbox'] = ann.inbox.name
said['known'] = [f.__class__.__name__ for f in (ann.sent, ann.drafts, ann.trash, ann.calendar, ann.contacts, ann.tasks, ann.junk)]
made = Messages(parent=ann.inbox, name='Projects')
made.save()
said['classes'] = made.folder_class
made.name = 'Old projects'
made.save(update_fields=['name'])
ann.root.refresh()
said['names'] = [f.name for f in ann.inbox.children]
made.delete()
ann.root.refresh()
said['after'] = [f.name for f in ann.inbox.children]
said['total'] = ann.inbox.total_count
`)
  assert.deepEqual(said, {
    inbox: 'Inbox',
    known: ['SentItems', 'Drafts', 'DeletedItems', 'Calendar', 'Contacts', 'Tasks', 'JunkEmail'],
    classes: 'IPF.Note',
    names: ['Old projects'],
    after: [],
    total: 0,
  })
})

test('messages are sent, found, answered, moved and deleted', { skip }, async () => {
  const said = await run(`
m = Message(account=ann, subject='Hello from Python', body=HTMLBody('<p>Grüße</p>'), to_recipients=['bob@corp.test'], categories=['Red'])
m.attach(FileAttachment(name='notes.txt', content=b'some notes'))
m.attach(ItemAttachment(name='inner', item=Message(subject='Inner', body='inner text')))
m.attach(ItemAttachment(name='date', item=CalendarItem(subject='Attached', start=EWSDateTime(2031, 1, 6, 9, tzinfo=UTC), end=EWSDateTime(2031, 1, 6, 10, tzinfo=UTC))))
m.send_and_save()
import time
for _ in range(600):
    if bob.inbox.all().count(): break
    time.sleep(0.05)
got = bob.inbox.get(subject='Hello from Python')
said['from'] = got.sender.email_address
files = {a.name: a for a in got.attachments}
said['files'] = sorted(files)
said['content'] = files['notes.txt'].content.decode()
said['inner'] = files['inner'].item.subject
said['attached'] = str(files['date'].item.start)
said['mime'] = b'Subject: Hello from Python' in got.mime_content
got.is_read = True
got.importance = 'High'
got.save(update_fields=['is_read', 'importance'])
said['read'] = bob.inbox.filter(is_read=True, importance='High').count()
said['contains'] = bob.inbox.filter(subject__icontains='from python', has_attachments=True).count()
said['ordered'] = [i.subject for i in bob.inbox.all().order_by('-datetime_received').only('subject')]
got.reply(subject='Re: Hello', body='Thanks', to_recipients=['ann@corp.test'])
got.move(to_folder=bob.trash)
said['moved'] = [bob.inbox.all().count(), bob.trash.all().count()]
got.delete()
said['deleted'] = bob.trash.all().count()
said['sent'] = ann.sent.all().count()
for _ in range(600):
    if ann.inbox.all().count(): break
    time.sleep(0.05)
said['answer'] = ann.inbox.get(subject='Re: Hello').text_body.splitlines()[0]
`)
  assert.deepEqual(said, {
    from: 'ann@corp.test',
    files: ['date', 'inner', 'notes.txt'],
    content: 'some notes',
    inner: 'Inner',
    attached: '2031-01-06 09:00:00+00:00',
    mime: true,
    read: 1,
    contains: 1,
    ordered: ['Hello from Python'],
    moved: [0, 1],
    deleted: 0,
    sent: 1,
    answer: 'Thanks',
  })
})

test('events, tasks and contacts keep what they are given', { skip }, async () => {
  const said = await run(`
from exchangelib.recurrence import DailyRegeneration, Recurrence, TaskRecurrence, WeeklyPattern
from exchangelib.fields import MONDAY
tz = ann.default_timezone
start = EWSDateTime(2031, 3, 24, 9, tzinfo=tz)
item = CalendarItem(account=ann, folder=ann.calendar, subject='Weekly', start=start, end=start + timedelta(hours=1), location='Room',
    recurrence=Recurrence(pattern=WeeklyPattern(interval=1, weekdays=[MONDAY]), start=start.date(), number=4))
item.save()
view = ann.calendar.view(start=start - timedelta(days=1), end=start + timedelta(days=30))
said['view'] = [str(i.start) for i in view]
second = item.occurrence(index=2)
second.refresh()
second.subject = 'Changed'
second.save(update_fields=['subject'])
item.occurrence(index=3).delete()
item.refresh()
said['changed'] = [str(o.start) for o in item.modified_occurrences]
said['gone'] = [str(o.start) for o in item.deleted_occurrences]
task = Task(account=ann, folder=ann.tasks, subject='To do', due_date=EWSDate(2031, 2, 3), percent_complete=Decimal(50), status='InProgress')
task.save()
task = ann.tasks.get(subject='To do')
said['task'] = [str(task.due_date), str(int(task.percent_complete)), task.status]
task.complete()
said['complete'] = ann.tasks.get(subject='To do').is_complete
again = Task(account=ann, folder=ann.tasks, subject='Again', start_date=EWSDate(2031, 2, 3), due_date=EWSDate(2031, 2, 4),
    recurrence=TaskRecurrence(pattern=DailyRegeneration(interval=2), start=EWSDate(2031, 2, 3), number=3))
again.save()
again = ann.tasks.get(subject='Again')
again.status = 'Completed'
again.percent_complete = Decimal(100)
again.save()
said['again'] = sorted([t.status, t.is_recurring, t.recurrence.boundary.number if t.recurrence else 0] for t in ann.tasks.filter(subject='Again'))
c = Contact(account=ann, folder=ann.contacts, given_name='Zoë', surname='Müller', display_name='Zoë Müller',
    email_addresses=[EmailAddress(label='EmailAddress1', email='zoe@example.com')], phone_numbers=[PhoneNumber(label='MobilePhone', phone_number='+49 1')])
c.save()
c = ann.contacts.get(display_name='Zoë Müller')
said['contact'] = [c.surname, c.email_addresses[0].email, [p.phone_number for p in c.phone_numbers if p.phone_number]]
said['names'] = [m.email_address for m in ann.protocol.resolve_names(['bob'])]
free = list(ann.protocol.get_free_busy_info(accounts=[(ann, 'Organizer', False)], start=start, end=start + timedelta(days=1)))
said['busy'] = [e.busy_type for e in free[0].calendar_events or []]
`)
  assert.deepEqual(said, {
    view: [
      '2031-03-24 08:00:00+00:00',
      '2031-03-31 07:00:00+00:00',
      '2031-04-07 07:00:00+00:00',
      '2031-04-14 07:00:00+00:00',
    ],
    changed: ['2031-03-31 07:00:00+00:00'],
    gone: ['2031-04-07 07:00:00+00:00'],
    task: ['2031-02-03', '50', 'InProgress'],
    complete: true,
    again: [
      ['Completed', false, 0],
      ['NotStarted', true, 2],
    ],
    contact: ['Müller', 'zoe@example.com', ['+49 1']],
    names: ['bob@corp.test'],
    busy: ['Busy'],
  })
})

test('what changes is synchronised and told, and items go from one mailbox to another', {
  skip,
}, async () => {
  const said = await run(`
said['hierarchy'] = len(list(ann.root.sync_hierarchy())) > 5
folder = Messages(parent=ann.inbox, name='Synced')
folder.save()
said['all'] = [k for k, _ in folder.sync_items()]
for n in range(3): Message(account=ann, folder=folder, subject='m%d' % n).save()
said['created'] = [k for k, _ in folder.sync_items()]
one = folder.get(subject='m1')
one.is_read = True
one.save(update_fields=['is_read'])
folder.get(subject='m0').delete()
said['changed'] = sorted('update' if k == 'read_flag_change' else k for k, _ in folder.sync_items())
sub, mark = folder.subscribe_to_pull()
Message(account=ann, folder=folder, subject='told').save()
said['events'] = sorted({e.ELEMENT_NAME for n in folder.get_events(sub, mark) for e in n.events})
folder.unsubscribe(sub)
data = list(ann.export(list(folder.all().only('id', 'changekey'))))
ids = list(bob.upload([(bob.inbox, d) for d in data]))
said['uploaded'] = sorted(i.subject for i in bob.fetch(ids))
said['bulk'] = len(list(ann.bulk_delete(folder.all().only('id', 'changekey'))))
ann.oof_settings = OofSettings(state='Enabled', external_audience='All', internal_reply='in', external_reply='out',
    start=EWSDateTime(2031, 1, 1, tzinfo=UTC), end=EWSDateTime(2031, 1, 2, tzinfo=UTC))
said['oof'] = [ann.oof_settings.state, ann.oof_settings.internal_reply]
ann.oof_settings = OofSettings(state='Disabled', external_audience='None', internal_reply='in', external_reply='out',
    start=EWSDateTime(2031, 1, 1, tzinfo=UTC), end=EWSDateTime(2031, 1, 2, tzinfo=UTC))
`)
  assert.deepEqual(said, {
    hierarchy: true,
    all: [],
    created: ['create', 'create', 'create'],
    changed: ['delete', 'update'],
    events: ['CreatedEvent'],
    uploaded: ['m1', 'm2', 'told'],
    bulk: 3,
    oof: ['Enabled', 'in'],
  })
})
