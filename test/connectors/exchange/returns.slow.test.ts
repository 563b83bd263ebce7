/** Items that are put back at a server over Exchange Web Services. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Flag } from '#src/domain/mailbox/item.ts'
import type {
  KnownItem,
  RuleOrder,
  SourceItem,
  SourceOutOfOffice,
  SourceRule,
} from '#src/domain/migration/source.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { givenOctets, returnedItem } from '#test/support/returned-item.ts'
import { allItems, exchangeSiteWith, folderOf, itemTitled, signal } from './exchange-site.ts'

const site = await exchangeSiteWith('ann')
const mailbox = await site.open('ann@corp.test')

let tokens = 0
const how = (token = `token-${++tokens}`, again = false) => ({ token, mark: '', again })

test('a message comes back as it is: octets, marks, when it came; no draft, and nothing is sent', async () => {
  const inbox = await folderOf(mailbox, 'inbox')
  const octets = Buffer.from(
    `From: b@elsewhere.example\r\nTo: anna@x.example\r\nSubject: since\r\nMessage-ID: <since@elsewhere.example>\r\n\r\n${'A line.\r\n'.repeat(60_000)}`,
  )
  const flags = Flag.seen | Flag.flagged | Flag.answered
  const given = returnedItem({ message: givenOctets(octets), flags, keywords: ['Rote Kategorie'] })
  const put = await mailbox.returns!.put(inbox, given, how(), signal)
  assert.deepEqual(put.losses, [])
  const [found] = (await allItems(mailbox, await folderOf(mailbox, 'inbox'))).items
  assert.equal(found!.key, put.key)
  assert.ok(found!.octets.equals(octets))
  assert.equal(found!.flags, flags)
  assert.deepEqual(found!.keywords, ['Rote Kategorie'])
  assert.equal(found!.receivedAt, given.receivedAt)
})

test('what was put there already is found by its token, and by no other one', async () => {
  const inbox = await folderOf(mailbox, 'inbox')
  const message = givenOctets(Buffer.from('Subject: twice\r\n\r\nText\r\n'))
  const first = await mailbox.returns!.put(inbox, returnedItem({ message }), how('mine'), signal)
  const again = await mailbox.returns!.put(inbox, returnedItem({ message }), how('mine', true), signal)
  assert.equal(again.key, first.key)
  const other = await mailbox.returns!.put(inbox, returnedItem({ message }), how('another', true), signal)
  assert.notEqual(other.key, first.key)
})

test('an event with its attendees, a task and a note', async () => {
  const calendar = await folderOf(mailbox, 'calendar')
  const event = {
    '@type': 'Event',
    uid: 'returned@here',
    title: 'meeting',
    start: '2026-06-02T10:00:00',
    duration: 'PT1H',
    timeZone: 'Europe/Berlin',
    participants: {
      a: { '@type': 'Participant', sendTo: { imip: 'mailto:x@elsewhere.example' }, roles: { owner: true } },
      b: { '@type': 'Participant', sendTo: { imip: 'mailto:anna@x.example' }, roles: { attendee: true } },
    },
  }
  await mailbox.returns!.put(
    calendar,
    returnedItem({ class: 'event', title: 'meeting', content: event }),
    how(),
    signal,
  )
  const [there] = (await allItems(mailbox, await folderOf(mailbox, 'calendar'))).items
  const content = there!.content as Record<string, unknown>
  assert.deepEqual([content.uid, content.title, content.duration], ['returned@here', 'meeting', 'PT1H'])

  const tasks = await folderOf(mailbox, 'tasks')
  const task = {
    '@type': 'Task',
    uid: 't',
    title: 'do it',
    description: 'all of it',
    due: '2026-06-03T00:00:00',
  }
  const put = await mailbox.returns!.put(
    tasks,
    returnedItem({
      class: 'task',
      title: 'do it',
      content: { ...task, recurrenceRules: [{ frequency: 'daily' }] },
    }),
    how(),
    signal,
  )
  assert.deepEqual(
    put.losses.map(({ property }) => property),
    [],
  )
  const done = (await allItems(mailbox, await folderOf(mailbox, 'tasks'))).items[0]!.content as Record<
    string,
    unknown
  >
  assert.deepEqual([done.title, String(done.due).slice(0, 10)], ['do it', '2026-06-03'])
  assert.deepEqual(done.recurrenceRules, [{ frequency: 'daily' }])

  const notes = await folderOf(mailbox, 'notes')
  const note = { title: 'note', text: 'Remember' }
  await mailbox.returns!.put(
    notes,
    returnedItem({ class: 'note', title: 'note', content: note }),
    how(),
    signal,
  )
  assert.equal((await allItems(mailbox, await folderOf(mailbox, 'notes'))).items[0]!.title, 'note')
})

test('a list that EWS does not take as text is named, and a folder that is gone is a reason of this item', async () => {
  const contacts = await folderOf(mailbox, 'contacts')
  const list = returnedItem({ class: 'contact', title: 'Board', content: { '@type': 'Card', kind: 'group' } })
  const isOfItem = (error: unknown) => error instanceof SourceFailure && error.kind === 'item-permanent'
  await assert.rejects(mailbox.returns!.put(contacts, list, how(), signal), isOfItem)
  const message = givenOctets(Buffer.from('Subject: lost\r\n\r\nText\r\n'))
  const nowhere = { ...contacts, key: `${contacts.key.slice(0, -4)}AAA=` }
  await assert.rejects(mailbox.returns!.put(nowhere, returnedItem({ message }), how(), signal), isOfItem)
})

test('what cannot be written as EWS wants it is a reason of this item at once, and nothing is sent', async () => {
  const calendar = await folderOf(mailbox, 'calendar')
  const before = (await allItems(mailbox, calendar)).items.length
  const broken = { '@type': 'Event', uid: 'b', title: 'broken', start: 'some day', timeZone: 'Europe/Berlin' }
  await assert.rejects(
    mailbox.returns!.put(
      calendar,
      returnedItem({ class: 'event', title: 'broken', content: broken }),
      how(),
      signal,
    ),
    (error: unknown) =>
      error instanceof SourceFailure &&
      error.kind === 'item-permanent' &&
      error.code === 'not-written' &&
      /"broken" cannot be written for EWS/.test(error.message),
  )
  assert.equal((await allItems(mailbox, calendar)).items.length, before)
})

const contents = async (role: string, title: string) => {
  const { items } = await allItems(mailbox, await folderOf(mailbox, role))
  return items.find((each) => each.title === title)?.content as Record<string, string | object> | undefined
}

test('a contact comes back with all that it says, and what EWS has no property for is named', async () => {
  const card = {
    '@type': 'Card',
    version: '1.0',
    uid: 'urn:uuid:0d6d7d0c-2f6f-4c0e-9e93-7e0b5a0f2f11',
    name: {
      full: 'Zoë Returned',
      components: [
        { kind: 'given', value: 'Zoë' },
        { kind: 'surname', value: 'Returned' },
      ],
    },
    organizations: { o: { name: 'Corp', units: [{ name: 'Sales' }] } },
    emails: { a: { address: 'zoe@corp.test' }, b: { address: 'zoe@home.test' } },
    phones: { a: { number: '+49 30 1', features: { mobile: true } } },
    addresses: {
      Business: {
        components: [
          { kind: 'name', value: 'Street 1' },
          { kind: 'locality', value: 'Berlin' },
          { kind: 'postcode', value: '10115' },
        ],
      },
    },
    anniversaries: { a: { kind: 'birth', date: { year: 1980, month: 2, day: 15 } } },
    notes: { n: { note: 'Met at the fair' } },
    media: { p: { kind: 'photo', uri: 'data:image/png;base64,iVBORw0KGgo=' } },
    links: { w: { uri: 'https://zoe.test' } },
  }
  const given = returnedItem({ class: 'contact', title: 'Zoë Returned', content: card })
  const put = await mailbox.returns!.put(await folderOf(mailbox, 'contacts'), given, how(), signal)
  assert.deepEqual(put.losses.map(({ property, weight }) => `${property} ${weight}`).sort(), [
    'photo visible',
    'web page visible',
  ])
  const back = (await contents('contacts', 'Zoë Returned'))!
  const all = (name: string, key: string) =>
    Object.values((back[name] ?? {}) as Record<string, Record<string, unknown>>).map((each) => each[key])
  assert.deepEqual(all('emails', 'address'), ['zoe@corp.test', 'zoe@home.test'])
  assert.deepEqual(all('phones', 'number'), ['+49 30 1'])
  assert.deepEqual(all('organizations', 'name'), ['Corp'])
  assert.deepEqual(all('notes', 'note'), ['Met at the fair'])
  assert.deepEqual(
    (all('addresses', 'components')[0] as { value: string }[]).map(({ value }) => value).sort(),
    ['10115', 'Berlin', 'Street 1'],
  )
  assert.match(JSON.stringify(back.anniversaries), /1980-02-15/)
})

test('a task keeps its state, its share and its page', async () => {
  const content = {
    ...{ '@type': 'Task', uid: 't2', title: 'half', percentComplete: 50 },
    ...{ description: '<p>Half <b>done</b></p>', descriptionContentType: 'text/html' },
  }
  const given = returnedItem({ class: 'task', title: 'half', content })
  const put = await mailbox.returns!.put(await folderOf(mailbox, 'tasks'), given, how(), signal)
  assert.deepEqual(put.losses, [])
  const back = (await contents('tasks', 'half'))!
  assert.deepEqual([back.progress, back.percentComplete], ['in-process', 50])
  assert.match(String(back.descriptionContentType), /html/)
  assert.match(String(back.description), /<b>done<\/b>/)
})

test('a series whose text is a page comes back as a page', async () => {
  const content = {
    ...{ '@type': 'Event', uid: 's1', title: 'series', start: '2026-06-02T10:00:00', duration: 'PT1H' },
    ...{ timeZone: 'Europe/Berlin', recurrenceRules: [{ frequency: 'daily', count: 3 }] },
    ...{ description: '<p>Bring <b>it</b></p>', descriptionContentType: 'text/html' },
  }
  const given = returnedItem({ class: 'event', title: 'series', content })
  const put = await mailbox.returns!.put(await folderOf(mailbox, 'calendar'), given, how(), signal)
  assert.deepEqual(put.losses, [])
  const back = (await contents('calendar', 'series'))!
  assert.match(String(back.descriptionContentType), /html/)
  assert.match(String(back.description), /<b>it<\/b>/)
  assert.deepEqual(back.recurrenceRules, [{ frequency: 'daily', count: 3 }])
})

test('a folder is made below another and at the top, and what comes into it lies there', async () => {
  const inbox = await folderOf(mailbox, 'inbox')
  const make = mailbox.returns!.makeFolder!
  const top = await make({ name: 'Top', class: 'message' }, null, signal)
  const below = await make({ name: 'Below', class: 'message' }, inbox, signal)
  const message = givenOctets(Buffer.from('Subject: within\r\n\r\nText\r\n'))
  await mailbox.returns!.put(below, returnedItem({ message, title: 'within' }), how(), signal)
  const listed = await Array.fromAsync(mailbox.folders(signal))
  const [one, other] = [top, below].map(({ key }) => listed.find((each) => each.key === key)!)
  assert.deepEqual([one!.name, other!.name, other!.parent, other!.items], ['Top', 'Below', inbox.key, 1])
  const isOfItem = (error: unknown) => error instanceof SourceFailure && error.kind === 'item-permanent'
  await assert.rejects(make({ name: 'Top', class: 'message' }, null, signal), isOfItem)
})

/** Puts a message into the inbox and answers how the source knows it. */
async function known(title: string, given: Partial<SourceItem> = {}): Promise<KnownItem> {
  const folder = await folderOf(mailbox, 'inbox')
  const message = givenOctets(Buffer.from(`Subject: ${title}\r\n\r\nText\r\n`))
  const { key, match } = await mailbox.returns!.put(
    folder,
    returnedItem({ title, message, ...given }),
    how(),
    signal,
  )
  return { key, match, title, folder, class: 'message' }
}

test('marks of a message that is there are as they are here, and taken away again', async () => {
  const marked = await known('marked')
  const flags = Flag.seen | Flag.flagged | Flag.answered
  const marks = { flags, keywords: ['Blaue Kategorie'] }
  const told = await mailbox.returns!.change(marked, { marks, to: null }, how(), signal)
  assert.deepEqual(told.losses, [])
  const there = (await itemTitled(mailbox, 'inbox', 'marked'))!
  assert.deepEqual(
    [there.key, there.version, there.match, there.flags, there.keywords],
    [told.key, told.version, told.match, flags, ['Blaue Kategorie']],
  )
  const bare = { marks: { flags: 0, keywords: [] }, to: null }
  const again = await mailbox.returns!.change(marked, bare, how(), signal)
  // What somebody did with a message cannot be undone over EWS.
  assert.deepEqual(
    again.losses.map(({ property }) => property),
    ['answered'],
  )
  assert.deepEqual((await itemTitled(mailbox, 'inbox', 'marked'))!.keywords, [])
})

test('a message moves, once, whether or not the answer was heard; one that is gone is told as gone', async () => {
  const moving = await known('moving')
  const to = await folderOf(mailbox, 'deleteditems')
  const order = how('moving')
  const first = await mailbox.returns!.change(moving, { marks: null, to }, order, signal)
  const again = await mailbox.returns!.change(moving, { marks: null, to }, { ...order, again: true }, signal)
  assert.equal(again.key, first.key)
  assert.equal(await itemTitled(mailbox, 'inbox', 'moving'), undefined)
  assert.equal((await itemTitled(mailbox, 'deleteditems', 'moving'))!.key, first.key)
  const ann = site.client('ann@corp.test')
  await ann.one('DeleteItem', { ItemIds: [{ ItemId: { Id: first.key } }], DeleteType: 'HardDelete' })
  await assert.rejects(
    mailbox.returns!.change({ ...moving, key: first.key }, { marks: null, to }, how(), signal),
    (error: unknown) =>
      error instanceof SourceFailure && error.kind === 'item-permanent' && error.code === 'gone',
  )
})

test('an event takes categories and goes where it is put, and nobody is told', async () => {
  const folder = await folderOf(mailbox, 'calendar')
  const content = {
    ...{ '@type': 'Event', uid: 'changed@here', title: 'changed', start: '2026-06-02T10:00:00' },
    ...{ duration: 'PT1H', timeZone: 'Europe/Berlin' },
  }
  const given = returnedItem({ class: 'event', title: 'changed', content })
  const { key, match } = await mailbox.returns!.put(folder, given, how(), signal)
  const event = { key, match, title: 'changed', folder, class: 'event' } as const
  const to = await folderOf(mailbox, 'deleteditems')
  const marks = { flags: 0, keywords: ['Work'] }
  const told = await mailbox.returns!.change(event, { marks, to }, how(), signal)
  assert.deepEqual(told.losses, [])
  assert.deepEqual((await itemTitled(mailbox, 'deleteditems', 'changed'))!.keywords, ['Work'])
})

test('a folder gets its name and its place, and one that cannot have them is a reason of its own', async () => {
  const { makeFolder: make, placeFolder: place } = mailbox.returns!
  const [a, b] = [
    await make!({ name: 'Here', class: 'message' }, null, signal),
    await make!({ name: 'Days', class: 'event' }, null, signal),
  ]
  assert.equal((await place!(b, { name: 'Old days', parent: a }, signal)).key, b.key)
  const there = async () => (await Array.fromAsync(mailbox.folders(signal))).find(({ key }) => key === b.key)
  assert.deepEqual([(await there())?.name, (await there())?.parent], ['Old days', a.key])
  await place!((await there())!, { name: 'Old days', parent: null }, signal)
  assert.equal((await there())?.parent, null)
  await assert.rejects(
    place!((await there())!, { name: 'Here', parent: null }, signal),
    (error) => error instanceof SourceFailure && error.kind === 'item-permanent',
  )
})

test('the absence of its owner is the one that was set here', async () => {
  const from = Date.UTC(2027, 0, 12, 10)
  const absence: SourceOutOfOffice = {
    ...{ state: 'scheduled', audience: 'known', from, to: from + 86_400_000 },
    ...{ inside: '<p>am Meer</p>', outside: 'away' },
  }
  await mailbox.returns!.setOutOfOffice!(absence, signal)
  assert.deepEqual((await mailbox.settings(signal)).outOfOffice, absence)
  await assert.rejects(
    mailbox.returns!.setOutOfOffice!({ ...absence, inside: 'x'.repeat(200_000) }, signal),
    (error) => error instanceof SourceFailure && error.kind === 'item-permanent',
  )
})

test('where the name of now is taken, a folder has its new one before it moves', async () => {
  const { makeFolder: make, placeFolder: place } = mailbox.returns!
  const [from, to] = [
    await make!({ name: 'From', class: 'message' }, null, signal),
    await make!({ name: 'To', class: 'message' }, null, signal),
  ]
  const moving = await make!({ name: 'Same', class: 'message' }, from, signal)
  await make!({ name: 'Same', class: 'message' }, to, signal)
  await place!(moving, { name: 'Other', parent: to }, signal)
  const found = (await Array.fromAsync(mailbox.folders(signal))).find(({ key }) => key === moving.key)
  assert.deepEqual([found?.name, found?.parent], ['Other', to.key])
})

const rule = (name: string, more: Partial<SourceRule> = {}): SourceRule => ({
  ...{ name, enabled: true, conditions: {}, exceptions: {}, actions: { assignCategories: [name] } },
  ...more,
})

test('rules are made behind others, changed and deleted; those that are so already stay, whatever was heard', async () => {
  const change = mailbox.returns!.changeRules!
  const inbox = await folderOf(mailbox, 'inbox')
  const whole = rule('whole', {
    enabled: false,
    conditions: {
      ...{ contains: { subject: ['a', 'ü'], header: ['X'] }, marks: ['sent-to-me', 'has-attachments'] },
      ...{ from: [{ name: 'Zoë', address: 'zoe@elsewhere.example' }], importance: 'High' },
      ...{ received: { from: Date.UTC(2026, 0, 1), to: Date.UTC(2026, 1, 1) }, size: { from: 2_048 } },
    },
    exceptions: { categories: ['Rot'], sensitivity: 'Private' },
    actions: { moveTo: { key: inbox.key }, forwardTo: [{ address: 'b@elsewhere.example' }], stop: true },
  })
  const orders: RuleOrder[] = [
    { kind: 'make', rule: rule('one'), behind: null },
    { kind: 'make', rule: whole, behind: rule('one') },
    { kind: 'make', rule: rule('two'), behind: rule('one') },
  ]
  assert.deepEqual(await change(orders, signal), [null, null, null])
  assert.deepEqual(await change(orders, signal), [null, null, null])
  const names = async () => (await mailbox.settings(signal)).rules.map(({ name }) => name)
  assert.deepEqual(await names(), ['one', 'two', 'whole'])
  const plain = rule('whole')
  const told = await change(
    [
      { kind: 'set', was: whole, rule: plain },
      { kind: 'delete', was: rule('one') },
      { kind: 'delete', was: rule('two', { enabled: false }) },
      { kind: 'make', rule: rule('bad', { actions: { moveTo: { key: 'nothing' } } }), behind: null },
      { kind: 'set', was: rule('never', { enabled: false }), rule: rule('never') },
    ],
    signal,
  )
  assert.deepEqual(told.slice(0, 3), [null, null, 'It was changed there too.'])
  assert.match(told[3]!, /Changing the rule "bad": .*Action:MoveToFolder/)
  assert.equal(told[4], 'It was changed or deleted there too.')
  assert.deepEqual((await mailbox.settings(signal)).rules, [rule('two'), plain])
})
