/** Single occurrences of a series that is put back over Exchange Web Services: when they are, and what lies beside them. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { SourceItem, SourceMailbox } from '#src/domain/migration/source.ts'
import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import { returnedItem } from '#test/support/returned-item.ts'
import { allItems, type ExchangeSite, folderOf, openExchangeSite, signal } from './exchange-site.ts'

let site: ExchangeSite
let mailbox: SourceMailbox
before(async () => {
  site = await openExchangeSite()
  await site.user('ann')
  mailbox = await site.open('ann@corp.test')
})
after(async () => {
  site?.judge()
  await site?.end()
})

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
    [[`occurrence ${nowhere}`, true]],
  )
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
