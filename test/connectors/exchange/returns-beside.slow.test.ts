/** What lies beside items that are put back at a server over Exchange Web Services. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isSame } from '#connectors/exchange/put-properties.ts'
import { exchangeReturns } from '#connectors/exchange/returns.ts'
import { Flag } from '#src/domain/mailbox/item.ts'
import type { SourceItem } from '#src/domain/migration/source.ts'
import { givenOctets, returnedItem } from '#test/support/returned-item.ts'
import { exchangeSiteWith, folderOf, itemTitled, signal } from './exchange-site.ts'

const site = await exchangeSiteWith('ann')
const mailbox = await site.open('ann@corp.test')

let tokens = 0
const how = () => ({ token: `token-${++tokens}`, mark: '', again: false })

/** Puts a message into the inbox and answers how the source knows it. */
async function known(title: string, given: Partial<SourceItem>) {
  const folder = await folderOf(mailbox, 'inbox')
  const message = givenOctets(Buffer.from(`Subject: ${title}\r\n\r\nText\r\n`))
  const { key, match } = await mailbox.returns!.put(
    folder,
    returnedItem({ title, message, ...given }),
    how(),
    signal,
  )
  return { key, match, title, folder, class: 'message' } as const
}

const [due, request, noteColour] = [
  '{00062003-0000-0000-c000-000000000046}0x8105:SystemTime',
  '{00062008-0000-0000-c000-000000000046}0x8530:String',
  '{0006200e-0000-0000-c000-000000000046}0x8b00:Integer',
]

test('what lies beside a message comes back with it: follow-up, importance, class, what programs put there', async () => {
  const properties = {
    ...{ '0x001a:String': 'IPM.Note.SMIME', '0x0017:Integer': '2', '0x0036:Integer': '3' },
    ...{ '0x3019:Binary': 'AQIDBA==', [due!]: '2027-01-02T00:00:00Z', [request!]: 'Call back' },
    ...{ '0x1081:Integer': '103', '0x1082:SystemTime': '2026-01-02T03:04:05Z' },
    // Made by the server.
    '0x3007:SystemTime': '2020-01-02T03:04:05Z',
  }
  const message = givenOctets(Buffer.from('Subject: beside\r\n\r\nText\r\n'))
  const flags = Flag.seen | Flag.flagged | Flag.answered
  const given = returnedItem({ title: 'beside', message, properties, flags })
  const put = await mailbox.returns!.put(await folderOf(mailbox, 'inbox'), given, how(), signal)
  assert.deepEqual(put.losses, [])
  const there = (await itemTitled(mailbox, 'inbox', 'beside'))!
  assert.equal(there.flags, flags)
  const { '0x3007:SystemTime': _, ...wanted } = properties
  for (const [key, value] of Object.entries(wanted)) assert.equal(there.properties[key], value, key)
  assert.equal(there.version, put.version)
})

test('a follow-up that was set, changed or done here is so there; what was taken away is gone', async () => {
  const marked = await known('follow-up', {
    properties: { [due!]: '2027-01-02T00:00:00Z', [request!]: 'Call' },
  })
  const change = (flags: number, properties: SourceItem['properties']) =>
    mailbox.returns!.change(marked, { marks: { flags, keywords: [] }, to: null, properties }, how(), signal)
  const later = { [due!]: '2027-02-03T00:00:00Z', '0x0017:Integer': '2' }
  assert.deepEqual((await change(Flag.flagged, later)).losses, [])
  const there = (await itemTitled(mailbox, 'inbox', 'follow-up'))!
  assert.equal(there.flags, Flag.flagged)
  assert.deepEqual(
    [there.properties[due!], there.properties['0x0017:Integer'], there.properties[request!]],
    ['2027-02-03T00:00:00Z', '2', undefined],
  )
  assert.deepEqual((await change(0, { '0x1090:Integer': '1' })).losses, [])
  const done = (await itemTitled(mailbox, 'inbox', 'follow-up'))!
  assert.deepEqual(
    [done.flags, done.properties['0x1090:Integer'], done.properties[due!]],
    [0, '1', undefined],
  )
})

test('importance and sensitivity that a mark said otherwise here are there what the octets say, or stay', async () => {
  const [importance, sensitivity] = ['0x0017:Integer', '0x0036:Integer']
  const wanted = { marks: { flags: 0, keywords: [] }, to: null, properties: {} }
  const filler = `X-Filler: ${'a'.repeat(120_000)}\r\n`
  for (const [no, [said, marked, shown]] of (
    [
      ['X-Priority: 5\r\n', { [importance]: '0' }, ['0', undefined]],
      ['Importance: high\r\n', { [importance]: '1' }, ['2', undefined]],
      [`${filler}Sensitivity: Private\r\n`, { [sensitivity]: '0' }, [undefined, '2']],
      ['\r\nImportance: high\r\n', { [importance]: '2' }, [undefined, undefined]],
    ] as const
  ).entries()) {
    const title = `said ${no}`
    const message = givenOctets(Buffer.from(`Subject: ${title}\r\n${said}\r\nText\r\n`))
    const item = await known(title, { message, properties: marked })
    const changed = await mailbox.returns!.change(item, { ...wanted, message }, how(), signal)
    assert.deepEqual(changed.losses, [])
    const { properties } = (await itemTitled(mailbox, 'inbox', title))!
    // Whether what is normal is said at all the server decides.
    const now = [properties[importance] ?? '1', properties[sensitivity] ?? '0']
    assert.deepEqual(now, [shown[0] ?? '1', shown[1] ?? '0'], said.slice(-30))
  }
})

test('the colour of a note, and what programs put beside an event, come back', async () => {
  const [ticket, colour] = [
    '{00020329-0000-0000-c000-000000000046}"OnlineMeetingConfLink:String',
    noteColour!,
  ]
  const note = { class: 'note', title: 'green', content: { title: 'green', text: 'green' } } as const
  const put = await mailbox.returns!.put(
    await folderOf(mailbox, 'notes'),
    returnedItem({ ...note, properties: { [colour]: '1' } }),
    how(),
    signal,
  )
  assert.deepEqual(put.losses, [])
  assert.equal((await itemTitled(mailbox, 'notes', 'green'))!.properties[colour], '1')
  const content = {
    ...{ '@type': 'Event', uid: 'beside@here', title: 'beside', start: '2026-06-02T10:00:00' },
    ...{ duration: 'PT1H', timeZone: 'Europe/Berlin' },
  }
  const event = returnedItem({
    class: 'event',
    title: 'beside',
    content,
    properties: { [ticket]: 'conf:sip:x' },
  })
  assert.deepEqual(
    (await mailbox.returns!.put(await folderOf(mailbox, 'calendar'), event, how(), signal)).losses,
    [],
  )
  assert.equal((await itemTitled(mailbox, 'calendar', 'beside'))!.properties[ticket], 'conf:sip:x')
})

test('a class that was taken away here is the usual one there; one that the octets say stays, and is named', async () => {
  const classThere = async (key: string) => {
    const { Items } = await site.client('ann@corp.test').one('GetItem', {
      ItemShape: { BaseShape: 'AllProperties' },
      ItemIds: [{ ItemId: { Id: key } }],
    })
    return (Object.values(Items[0])[0] as { ItemClass: string }).ItemClass
  }
  const wanted = { marks: { flags: 0, keywords: [] }, to: null, properties: {} }
  for (const [itemClass, now, losses] of [
    ['IPM.Note.Custom', 'IPM.Note', []],
    ['IPM.Note.SMIME', 'IPM.Note.SMIME', ['0x001a:String']],
    ['IPM.Note', 'IPM.Note', []],
  ] as const) {
    const item = await known(`of class ${itemClass}`, { properties: { '0x001a:String': itemClass } })
    assert.equal(await classThere(item.key), itemClass)
    const changed = await mailbox.returns!.change(item, wanted, how(), signal)
    assert.deepEqual(
      changed.losses.map(({ property }) => property),
      losses,
    )
    assert.equal(await classThere(changed.key), now)
  }
  const contacts = await folderOf(mailbox, 'contacts')
  const content = { '@type': 'Card', version: '1.0', uid: 'of-a-class', name: { full: 'Classy' } } as never
  const card = { title: 'Classy', class: 'contact', content, message: null } as const
  const properties = { '0x001a:String': 'IPM.Contact.Custom' }
  const { key, match } = await mailbox.returns!.put(
    contacts,
    returnedItem({ ...card, properties }),
    how(),
    signal,
  )
  assert.equal(await classThere(key), 'IPM.Contact.Custom')
  const contact = { key, match, title: 'Classy', folder: contacts, class: 'contact' } as const
  assert.deepEqual((await mailbox.returns!.change(contact, wanted, how(), signal)).losses, [])
  assert.equal(await classThere(key), 'IPM.Contact')
})

test('a task that waits, or waits no more, does so there', async () => {
  const tasks = await folderOf(mailbox, 'tasks')
  const content = { '@type': 'Task', uid: 'waits', title: 'waits' } as never
  const of = { title: 'waits', class: 'task', content, message: null } as const
  const { key, match } = await mailbox.returns!.put(tasks, returnedItem(of), how(), signal)
  const task = { key, match, title: 'waits', folder: tasks, class: 'task' } as const
  const STATUS = '{00062003-0000-0000-c000-000000000046}0x8101:Integer'
  for (const [properties, status] of [
    [{ [STATUS]: '3' }, 'WaitingOnOthers'],
    [{ [STATUS]: '4' }, 'Deferred'],
    [{}, 'NotStarted'],
  ] as const) {
    const wanted = { marks: { flags: 0, keywords: [] }, to: null, properties, content }
    assert.deepEqual((await mailbox.returns!.change(task, wanted, how(), signal)).losses, [])
    const { Items } = await site.client('ann@corp.test').one('GetItem', {
      ItemShape: { BaseShape: 'AllProperties' },
      ItemIds: [{ ItemId: { Id: key } }],
    })
    assert.equal((Object.values(Items[0])[0] as { Status: string }).Status, status)
  }
})

test('an event that is marked here stays as private and as important there as it is', async () => {
  const calendar = await folderOf(mailbox, 'calendar')
  const content = {
    ...{ '@type': 'Event', uid: 'private@here', title: 'private', start: '2026-06-03T10:00:00' },
    ...{ duration: 'PT1H', timeZone: 'Europe/Berlin', privacy: 'private', priority: 1 },
  }
  const isPrivate = '{00062008-0000-0000-c000-000000000046}0x8506:Boolean'
  const event = returnedItem({
    class: 'event',
    title: 'private',
    content,
    properties: { [isPrivate]: 'true' },
  })
  const { key, match } = await mailbox.returns!.put(calendar, event, how(), signal)
  const before = (await itemTitled(mailbox, 'calendar', 'private'))!
  assert.deepEqual([before.content!.privacy, before.content!.priority], ['private', 1])
  const known = { key, match, title: 'private', folder: calendar, class: 'event' } as const
  const marks = { flags: 0, keywords: ['Red'] }
  const wanted = { marks, to: null, properties: {} }
  assert.deepEqual((await mailbox.returns!.change(known, wanted, how(), signal)).losses, [])
  const there = (await itemTitled(mailbox, 'calendar', 'private'))!
  assert.deepEqual(there.keywords, ['Red'])
  assert.deepEqual([there.content!.privacy, there.content!.priority], ['private', 1])
  assert.equal(there.properties[isPrivate], 'true')
})

test('truths are the same in either of their forms', () => {
  const key = '{00062008-0000-0000-c000-000000000046}0x8506:Boolean'
  for (const [one, other, same] of [
    ['true', '1', true],
    ['0', 'false', true],
    ['True', 'true', true],
    ['1', '0', false],
    ['true', 'false', false],
  ] as const)
    assert.equal(isSame(key, one, other), same, `${one} ${other}`)
  assert.equal(isSame('0x0017:Integer', '1', 'true'), false)
})

test('a follow-up that is done stays so where the server takes nothing of what lies beside its message', async () => {
  const created: string[] = []
  const messages = async (operation: string, request: unknown) => {
    if (operation === 'CreateItem') created.push(JSON.stringify((request as { Items: unknown }).Items))
    const isRefused = operation === 'UpdateItem' || (operation === 'CreateItem' && created.length === 1)
    return isRefused
      ? [{ ResponseClass: 'Error', ResponseCode: 'ErrorInvalidExtendedProperty', MessageText: 'No.' }]
      : [{ ResponseClass: 'Success', Items: [{ Message: { ItemId: { Id: 'made', ChangeKey: '1' } } }] }]
  }
  const session = { messages, isRecent: true } as unknown as Parameters<typeof exchangeReturns>[0]
  const message = givenOctets(Buffer.from('Subject: done\r\n\r\nText\r\n'))
  const given = returnedItem({
    title: 'done',
    message,
    properties: { '0x1090:Integer': '1', [request!]: 'Call' },
  })
  const folder = await folderOf(mailbox, 'inbox')
  const put = await exchangeReturns(session, 1_000).put(folder, given, how(), signal)
  const isDone = /"0x1090"[^}]*\}+,"Value":"1"/
  assert.equal(created.length, 2)
  for (const each of created) assert.match(each, isDone)
  assert.ok(
    put.losses.some(({ property }) => property === request),
    'what was refused is named',
  )
})

test('mail that is as it came is put as such, and named where a server shows it as changed', async () => {
  const put = async (MessageFlags: string, properties: Record<string, string> = {}) => {
    const ExtendedProperty = [
      { ExtendedFieldURI: { PropertyTag: '0xe07', PropertyType: 'Integer' }, Value: MessageFlags },
    ]
    const shown = { ItemId: { Id: 'made', ChangeKey: '1' }, ExtendedProperty }
    const sent: string[] = []
    const messages = async (operation: string, request: object) => {
      if (operation === 'CreateItem') sent.push(JSON.stringify(request))
      return [{ ResponseClass: 'Success', Items: [{ Message: shown }] }]
    }
    const message = givenOctets(Buffer.from('Subject: as it came\r\n\r\nText\r\n'))
    const session = { messages, isRecent: true } as never
    const given = returnedItem({ title: 'as it came', message, flags: 0, properties })
    const folder = await folderOf(mailbox, 'inbox')
    const { losses } = await exchangeReturns(session, 1_000).put(folder, given, how(), signal)
    const [, flags] = /"0xe07"[^}]*\},"Value":"(\d+)"/.exec(sent[0]!)!
    return [flags, losses.map(({ property }) => property)]
  }
  assert.deepEqual(await put('2'), ['2', []])
  assert.deepEqual(await put('0'), ['2', ['IsUnmodified']])
  assert.deepEqual(await put('0', { '0x3008:SystemTime': '2026-01-01T00:00:00Z' }), ['0', []])
})

test('of mail that came from a server, a thread that was taken away here is named; of mail that did not, the server says it', async () => {
  const [topic, created] = ['0x0070:String', '0x3007:SystemTime']
  const named = async (title: string, properties: Record<string, string>) => {
    const item = await known(title, { properties: { [topic]: 'A topic' } })
    const wanted = { marks: { flags: 0, keywords: [] }, to: null, properties }
    const { losses } = await mailbox.returns!.change(item, wanted, how(), signal)
    return losses.map(({ property }) => property)
  }
  assert.deepEqual(await named('thread 1', { [created]: '2026-01-01T00:00:00Z' }), [topic])
  assert.deepEqual(await named('thread 2', {}), [])
})

test('the flag of a contact, and what an event says beside its text of where and how people meet, come back', async () => {
  const flagged = { '0x1090:Integer': '2', [due!]: '2027-01-02T00:00:00Z' }
  const contact: Partial<SourceItem> = {
    ...{ class: 'contact' as const, title: 'Vera', properties: flagged },
    content: { '@type': 'Card', version: '1.0', uid: 'urn:uuid:vera', name: { full: 'Vera' } },
  }
  const contacts = await folderOf(mailbox, 'contacts')
  assert.deepEqual((await mailbox.returns!.put(contacts, returnedItem(contact), how(), signal)).losses, [])
  const appointment = '{00062002-0000-0000-c000-000000000046}'
  const links = {
    [`${appointment}0x8209:String`]: 'https://workspace.example/1',
    [`${appointment}0x8248:String`]: 'https://show.example/1',
    [`${appointment}0x8241:Integer`]: '2',
  }
  const content = {
    ...{ '@type': 'Event', uid: 'links@here', title: 'links', start: '2026-06-02T10:00:00' },
    ...{ duration: 'PT1H', timeZone: 'Europe/Berlin' },
  }
  const event = returnedItem({ class: 'event', title: 'links', content, properties: links })
  const calendar = await folderOf(mailbox, 'calendar')
  assert.deepEqual((await mailbox.returns!.put(calendar, event, how(), signal)).losses, [])
  for (const [role, title, wanted] of [
    ['contacts', 'Vera', flagged],
    ['calendar', 'links', links],
  ] as const) {
    const { properties } = (await itemTitled(mailbox, role, title))!
    for (const [key, value] of Object.entries(wanted)) assert.equal(properties[key], value, `${title} ${key}`)
  }
})
