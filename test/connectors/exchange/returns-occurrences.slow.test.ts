/** Single occurrences of a series that is put back over Exchange Web Services: when they are, and what lies beside them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EwsSession } from '#connectors/exchange/ews-session.ts'
import { exchangeReturns } from '#connectors/exchange/returns.ts'
import { EwsClient } from '#src/clients/ews/ews-client.ts'
import type { SourceItem } from '#src/domain/migration/source.ts'
import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import { PASSWORD } from '#test/stories/mail-site.ts'
import { returnedItem } from '#test/support/returned-item.ts'
import { allItems, exchangeSiteWith, folderOf, signal } from './exchange-site.ts'
import { bad } from './scripted-exchange.ts'

const site = await exchangeSiteWith('ann')
const mailbox = await site.open('ann@corp.test')

const KEY = '{00062002-0000-0000-c000-000000000046}0x8214:Integer'
const weekly = (uid: string, more: object): CalendarObject =>
  ({
    ...{ '@type': 'Event', uid, title: uid, start: '2026-03-02T09:00:00', duration: 'PT1H' },
    timeZone: 'Europe/Berlin',
    recurrenceRules: [{ frequency: 'weekly' }],
    ...more,
  }) as CalendarObject

const put = async (content: CalendarObject, more: Partial<SourceItem> = {}) =>
  mailbox.returns!.put(
    await folderOf(mailbox, 'calendar'),
    returnedItem({
      ...{ class: 'event', title: content.title!, message: null, content: content as never },
      ...more,
    }),
    { token: content.uid, mark: '', again: false },
    signal,
  )

async function there(uid: string) {
  const { items } = await allItems(mailbox, await folderOf(mailbox, 'calendar'))
  const item = items.find(({ title }) => title === uid)!
  return { item, event: item.content as unknown as CalendarObject }
}

test('an occurrence that alone is of whole days is so there, in its own zone; so is another name, and another category', async () => {
  const day = { start: '2026-03-17T00:00:00', duration: 'P1D', showWithoutTime: true }
  const { losses } = await put(
    weekly('one whole day', {
      recurrenceOverrides: {
        '2026-03-16T09:00:00': day,
        '2026-03-23T09:00:00': { excluded: true },
        '2026-03-30T09:00:00': { title: 'another name', keywords: { ' with a blank': true } },
      },
    }),
  )
  assert.deepEqual(losses, [])
  const { recurrenceOverrides, timeZone } = (await there('one whole day')).event
  assert.equal(timeZone, 'Europe/Berlin')
  assert.deepEqual(recurrenceOverrides!['2026-03-23T09:00:00'], { excluded: true })
  const { start, duration, showWithoutTime, timeZone: other } = recurrenceOverrides!['2026-03-16T09:00:00']!
  assert.deepEqual({ start, duration, showWithoutTime }, day)
  assert.equal(other, undefined)
  const { title, keywords } = recurrenceOverrides!['2026-03-30T09:00:00']!
  assert.deepEqual({ title, keywords }, { title: 'another name', keywords: { ' with a blank': true } })
})

test('whole days stay those of their zone, wherever that is', async () => {
  for (const timeZone of ['Europe/Berlin', 'America/New_York', 'Pacific/Auckland', 'Pacific/Honolulu']) {
    const days = { start: '2026-03-03T00:00:00', duration: 'P2D', showWithoutTime: true, timeZone }
    const { recurrenceRules: _, ...event } = weekly(timeZone, days)
    assert.deepEqual((await put(event as CalendarObject)).losses, [])
    const found = (await there(timeZone)).event
    const { start, duration, showWithoutTime, timeZone: zone } = found
    assert.deepEqual({ start, duration, showWithoutTime, timeZone: zone }, days)
  }
})

test('what lies beside one occurrence comes back with it, and with no other; then it is changed, and taken away', async () => {
  const event = weekly('beside one', { recurrenceOverrides: { '2026-03-16T09:00:00': {} } })
  const [own, another] = ['2026-03-16T09:00:00', '2026-04-06T09:00:00'].map((id) => `${id} ${KEY}`)
  const properties = { [KEY]: '1', [own!]: '2', [another!]: '3' }
  const { losses, key } = await put(event, { properties })
  assert.deepEqual(losses, [])
  const shown = async () =>
    Object.fromEntries(
      Object.entries((await there('beside one')).item.properties).filter(([name]) => name.endsWith(KEY)),
    )
  assert.deepEqual(await shown(), properties)

  const marks = { flags: 0, keywords: [] }
  const change = async (wanted: Record<string, string>) =>
    mailbox.returns!.change(
      ...([
        {
          key,
          match: null,
          title: 'beside one',
          folder: await folderOf(mailbox, 'calendar'),
          class: 'event',
        },
        { marks, to: null, properties: wanted, content: event as never },
        { token: JSON.stringify(wanted), mark: '', again: false },
        signal,
      ] as const),
    )
  const later = { [KEY]: '1', [own!]: '5', [another!]: '3' }
  assert.deepEqual((await change(later)).losses, [])
  assert.deepEqual(await shown(), later)
  const without = { [KEY]: '1', [another!]: '3' }
  assert.deepEqual((await change(without)).losses, [])
  assert.deepEqual(await shown(), without)
})

test('what an occurrence has that EWS has no name for is told', async () => {
  const nowhere = '2026-05-01T12:00:00'
  const { losses } = await put(weekly('no such day', {}), { properties: { [`${nowhere} ${KEY}`]: '2' } })
  assert.deepEqual(
    losses.map(({ property, reason }) => [property, /only days that follow from the rule/.test(reason)]),
    [[`occurrence ${nowhere} ${KEY}`, true]],
  )
})

test('place, text, people and reminder of an event and of one occurrence are there; what iCalendar does not carry is set', async () => {
  const page = { description: '<p>One <b>bold</b> word</p>', descriptionContentType: 'text/html' }
  const series = { description: '<p>All</p>', descriptionContentType: 'text/html' }
  const places = { locations: { a: { name: 'Room 1' }, b: { name: 'Room 2' } } }
  const alert = (offset: string) => ({ alerts: { '1': { trigger: { offset }, action: 'display' } } })
  const { losses } = await put(
    weekly('all of it', {
      ...{ ...places, ...series, ...alert('-PT15M') },
      recurrenceOverrides: {
        '2026-03-16T09:00:00': { ...page, ...alert('-PT30M'), locations: { a: { name: 'Elsewhere' } } },
        '2026-03-23T09:00:00': { busyType: 'free', freeBusyStatus: 'free', privacy: 'private', priority: 1 },
      },
    }),
  )
  assert.deepEqual(losses, [])
  const { event } = await there('all of it')
  assert.deepEqual(Object.values(event.locations!), [{ name: 'Room 1; Room 2' }])
  const [one, other] = ['2026-03-16T09:00:00', '2026-03-23T09:00:00'].map(
    (id) => event.recurrenceOverrides![id]!,
  )
  assert.equal(one!.description, page.description)
  assert.deepEqual(Object.values(one!.locations as object), [{ name: 'Elsewhere' }])
  assert.deepEqual([other!.busyType, other!.privacy, other!.priority], ['free', 'private', 1])
})

test('what a server makes of an event and of one occurrence is named by its property where it refuses to have it set', async () => {
  const changed = { ItemId: { Id: 'one' }, OriginalStart: '2026-03-16T08:00:00Z' }
  const found = { ...changed, Start: '2026-03-16T08:00:00Z', End: '2026-03-16T09:00:00Z' }
  const shown = (Id: string) => ({
    ...{
      ItemId: { Id, ChangeKey: '1' },
      Subject: 'dropped',
      LegacyFreeBusyStatus: 'Busy',
      Location: 'Room 1',
    },
    ...(Id === 'made'
      ? { ModifiedOccurrences: [found] }
      : { Location: '', Body: { BodyType: 'Text', Value: '' } }),
  })
  const changes: number[] = []
  type Request = { ItemIds?: { ItemId: { Id: string } }[]; ItemChanges: { Updates: unknown[] }[] }
  const messages = async (operation: string, request: Request) => {
    if (operation === 'UpdateItem') {
      changes.push(request.ItemChanges[0]!.Updates.length)
      return [{ ResponseClass: 'Error', ResponseCode: 'ErrorInvalidPropertySet', MessageText: 'No.' }]
    }
    return (request.ItemIds ?? [{ ItemId: { Id: 'made' } }]).map(({ ItemId: { Id } }) => ({
      ...{ ResponseClass: 'Success', Items: [{ CalendarItem: shown(Id) }] },
    }))
  }
  const session = { messages, isRecent: true, mailbox: 'ann@corp.test' }
  const guest = {
    roles: { attendee: true },
    email: 'bob@x.example',
    sendTo: { imip: 'mailto:bob@x.example' },
  }
  const own = {
    locations: { a: { name: 'Elsewhere' } },
    description: 'Bring cake',
    participants: { b: guest },
  }
  const content = weekly('dropped', {
    ...{ locations: { a: { name: 'Room 1' } }, recurrenceOverrides: { '2026-03-16T09:00:00': own } },
  })
  const { losses } = await exchangeReturns(session as never, 1_000).put(
    await folderOf(mailbox, 'calendar'),
    returnedItem({ class: 'event', title: 'dropped', message: null, content: content as never }),
    { token: 'dropped', mark: '', again: false },
    signal,
  )
  const named = losses.map(({ property }) => property).filter((property) => property.startsWith('occurrence'))
  assert.deepEqual(
    named,
    ['Body', 'Location', 'attendees'].map((property) => `occurrence 2026-03-16T09:00:00 ${property}`),
  )
  assert.ok(
    losses.every(({ property }) => property !== 'Location'),
    'what is as it was is no loss',
  )
  assert.deepEqual(changes, [2, 1, 1], 'both at once, then each by itself')
})

/** A session with a server that takes of a series of iCalendar its rule alone; `refuses`: changes of single occurrences that it does not take yet. */
function rulesAlone(refuses: (at: number) => boolean = () => false) {
  const login = { user: 'ann@corp.test', password: PASSWORD, scheme: 'basic' as const }
  const client = new EwsClient({ ...site.addressed, login }, '0.0.0')
  const access = 'own-rights' as const
  const session = new EwsSession({
    client,
    mailbox: login.user,
    access,
    authorization: undefined,
    callMs: 60_000,
  })
  const ask = session.ask.bind(session)
  let changes = 0
  session.ask = async (operation, request, ...rest) => {
    if (operation === 'UpdateItem' && refuses(++changes))
      return {
        ResponseMessages: [
          { UpdateItemResponseMessage: bad('ErrorOccurrenceCrossingBoundary', 'It would pass another.') },
        ],
      } as never
    if (operation !== 'CreateItem') return ask(operation, request, ...rest)
    const { Items, ...more } = request as unknown as {
      Items: [{ CalendarItem: { MimeContent: { Value: Buffer } } }]
    }
    const [{ CalendarItem }] = Items
    const text = CalendarItem.MimeContent.Value.toString()
      .replace(/EXDATE[^\r]*\r\n/g, '')
      .replace(/BEGIN:VEVENT[\s\S]*?END:VEVENT\r\n/g, (one) => (one.includes('RECURRENCE-ID') ? '' : one))
    const MimeContent = { CharacterSet: 'UTF-8', Value: Buffer.from(text) }
    return ask(
      operation,
      { ...more, Items: [{ CalendarItem: { ...CalendarItem, MimeContent } }] } as never,
      ...rest,
    )
  }
  return exchangeReturns(session, 60_000)
}

const changedSeries = (uid: string) =>
  weekly(uid, {
    recurrenceOverrides: {
      '2026-03-09T09:00:00': { start: '2026-03-16T08:00:00' },
      '2026-03-16T09:00:00': { start: '2026-03-17T09:00:00', title: 'another name' },
      '2026-03-23T09:00:00': { excluded: true },
      '2026-03-30T09:00:00': { locations: { a: { '@type': 'Location', name: 'Elsewhere' } } },
    },
  })

for (const [how, refuses] of [
  ['one after the other', () => false],
  ['also where one stood in the way of another', (at: number) => at <= 2],
] as const)
  test(`what a server did not take of single occurrences with the series is changed by their number: ${how}`, async () => {
    const content = changedSeries(`rules alone ${how}`)
    const { losses } = await rulesAlone(refuses).put(
      await folderOf(mailbox, 'calendar'),
      returnedItem({ class: 'event', title: content.title!, message: null, content: content as never }),
      { token: content.uid, mark: '', again: false },
      signal,
    )
    assert.deepEqual(losses, [])
    const { recurrenceOverrides = {} } = (await there(content.uid)).event
    assert.deepEqual(Object.keys(recurrenceOverrides).sort(), Object.keys(content.recurrenceOverrides!))
    const [first, second, third, fourth] = Object.keys(content.recurrenceOverrides!).map(
      (id) => recurrenceOverrides[id]!,
    )
    assert.equal(first!.start, '2026-03-16T08:00:00')
    assert.deepEqual([second!.start, second!.title], ['2026-03-17T09:00:00', 'another name'])
    assert.deepEqual(third, { excluded: true })
    assert.match(JSON.stringify(fourth!.locations), /Elsewhere/)
  })

test('a change of one occurrence that the server never takes is named', async () => {
  const content = changedSeries('never')
  const { losses } = await rulesAlone(() => true).put(
    await folderOf(mailbox, 'calendar'),
    returnedItem({ class: 'event', title: 'never', message: null, content: content as never }),
    { token: 'never', mark: '', again: false },
    signal,
  )
  const named = losses.map(({ property }) => property.replace('occurrence ', '')).sort()
  assert.deepEqual(named, [
    '2026-03-09T09:00:00 Start',
    ...['2026-03-16T09:00:00 Start', '2026-03-16T09:00:00 Subject', '2026-03-30T09:00:00 Location'],
  ])
  assert.ok(losses.every(({ reason }) => /It would pass another\./.test(reason)))
})

test('when somebody answered is told as what does not go back, and nothing of who did not', async () => {
  const owner = { roles: { owner: true, attendee: true }, email: 'ann@corp.test' }
  const guest = { roles: { attendee: true }, email: 'bob@x.example', participationStatus: 'accepted' }
  const named = { name: 'Guest', sendTo: { imip: 'mailto:bob@x.example' } }
  const people = (more: object) => ({
    replyTo: { imip: 'mailto:ann@corp.test' },
    participants: {
      a: { ...owner, sendTo: { imip: 'mailto:ann@corp.test' }, scheduleUpdated: '2026-01-01T00:00:00Z' },
      b: { ...guest, ...named, ...more },
    },
  })
  const names = async (uid: string, more: object) =>
    (await put(weekly(uid, people(more)))).losses.map(({ property }) => property)
  assert.deepEqual(await names('answered', { scheduleUpdated: '2026-01-02T00:00:00Z' }), ['LastResponseTime'])
  assert.deepEqual(await names('not answered', {}), [])
})
