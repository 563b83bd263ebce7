/** Scenario 11 of migration.md 5: every series is the same series on the other side. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addCalendarObject } from '#src/domain/calendar/events.ts'
import { parseCalendar } from '#src/formats/ical/calendar.ts'
import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import { occurrencesIn } from '#src/formats/jscalendar/occurrences.ts'
import { utc } from '#src/formats/time-zone/zone.ts'
import { calendarText, recurrenceCases, window } from '#test/support/recurrence-cases.ts'
import { allItems, exchangeSiteWith, folderOf } from './exchange-site.ts'

const site = await exchangeSiteWith('ann')
const { store } = site.service.data
const at = await site.mailboxAt('ann@corp.test')
const calendar = (await store.mailboxes.findFolder(at, { distinguished: 'calendar' }))!.no

const put = (event: CalendarObject) =>
  addCalendarObject(site.service.data.store, at, calendar as never, event, {})

const times = (event: CalendarObject) =>
  [...occurrencesIn(event, window, utc)].map(({ startMs, endMs }) => `${startMs} ${endMs}`).sort()

test('42 series have the same occurrences for ten years, and their UIDs', async () => {
  const before = new Map<string, CalendarObject>()
  for (const [number, one] of recurrenceCases.entries()) {
    const [parsed] = parseCalendar(calendarText(one)).objects
    const uid = `series-${number}@corp.test`
    const event = { ...parsed!, uid, title: one.name }
    before.set(uid, event)
    await put(event)
  }
  const mailbox = await site.open('ann@corp.test')
  const { items, failed } = await allItems(mailbox, await folderOf(mailbox, 'calendar'))
  assert.deepEqual(failed, [])
  assert.equal(items.length, recurrenceCases.length)
  const wrong: string[] = []
  for (const { content, title, losses, class: kind } of items) {
    assert.equal(kind, 'event')
    const after = content as unknown as CalendarObject
    const was = before.get(after.uid)
    assert.ok(was, `${title} has lost its UID`)
    assert.equal(after.title, was.title)
    const [one, other] = [times(was), times(after)]
    if (one.join() !== other.join())
      wrong.push(`${title}: ${one.length} became ${other.length}, ${JSON.stringify(after).slice(0, 600)}`)
    if (losses.length > 0) wrong.push(`${title}: ${JSON.stringify(losses)}`)
  }
  assert.deepEqual(wrong, [])
})
