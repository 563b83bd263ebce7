/** Files of single occurrences that are put back at a server over Exchange Web Services. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SourceAttachment, SourceItem } from '#src/domain/migration/source.ts'
import { parseDuration } from '#src/formats/jscalendar/duration.ts'
import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import { allItems, exchangeSiteWith, folderOf, signal } from './exchange-site.ts'

const site = await exchangeSiteWith('ann')
const mailbox = await site.open('ann@corp.test')

const file = (name: string, occurrence: string | null, text = `content of ${name}`): SourceAttachment => ({
  ...{ name, type: 'text/plain', contentId: null, inline: false, occurrence },
  sizeBytes: Buffer.byteLength(text),
  async *open() {
    yield Buffer.from(text)
  },
})

const series = (uid: string, more: object, attachments: SourceAttachment[]): SourceItem => ({
  ...{ key: uid, version: '1', match: null, class: 'event', title: uid, receivedAt: Date.UTC(2026, 5, 1) },
  ...{ flags: 0, keywords: [], properties: {}, message: null, attachments, losses: [] },
  content: {
    ...{ '@type': 'Event', uid, title: uid, start: '2026-03-02T09:00:00', duration: 'PT1H' },
    timeZone: 'Europe/Berlin',
    recurrenceRules: [{ '@type': 'RecurrenceRule', frequency: 'weekly' }],
    ...more,
  } as never,
})

test('each file is on its occurrence alone, once, however often it is put; what cannot be is named', async () => {
  const calendar = await folderOf(mailbox, 'calendar')
  const item = series(
    'with files',
    {
      recurrenceOverrides: {
        '2026-03-16T09:00:00': { start: '2026-03-17T14:00:00' },
        '2026-03-23T09:00:00': { excluded: true },
        '2026-05-01T12:00:00': {},
      },
    },
    [
      file('agenda.txt', null),
      // The same name as one of all, and it is another file.
      file('agenda.txt', '2026-03-16T09:00:00', 'another agenda'),
      file('minutes.txt', '2026-03-16T09:00:00'),
      // Behind one that was deleted, and over the change of the clock.
      file('notes.txt', '2026-04-06T09:00:00'),
      file('nowhere.txt', '2026-05-01T12:00:00'),
    ],
  )
  const put = (again: boolean) =>
    mailbox.returns!.put(calendar, item, { token: 'files', mark: '', again }, signal)
  const first = await put(false)
  assert.deepEqual(
    first.losses.map(({ property, reason }) => [property, reason.split(' ')[0]]),
    [['attachment', '"nowhere.txt"']],
  )
  assert.match(first.losses[0]!.reason, /only days that follow from the rule/)
  const again = await put(true)
  assert.equal(again.key, first.key)
  assert.equal(again.version, first.version, 'nothing was written')

  const { items, failed } = await allItems(mailbox, await folderOf(mailbox, 'calendar'))
  assert.deepEqual(failed, [])
  assert.equal(items.length, 1)
  const [there] = items
  assert.equal(there!.version, first.version)
  assert.deepEqual(
    there!.attachments
      .map(({ name, occurrence }, at) => [occurrence, name, there!.files[at]!.octets.toString()].join(' '))
      .sort(),
    [
      ' agenda.txt content of agenda.txt',
      '2026-03-16T09:00:00 agenda.txt another agenda',
      '2026-03-16T09:00:00 minutes.txt content of minutes.txt',
      '2026-04-06T09:00:00 notes.txt content of notes.txt',
    ],
  )
})

test('of whole days too, and a file that was put before the answer was lost is not put twice', async () => {
  const calendar = await folderOf(mailbox, 'calendar')
  const day = { start: '2026-03-02T00:00:00', duration: 'P1D', showWithoutTime: true, timeZone: null }
  const one = file('one.txt', '2026-03-09T00:00:00')
  const two = file('two.txt', '2026-03-09T00:00:00')
  const put = (files: SourceAttachment[], again: boolean) =>
    mailbox.returns!.put(calendar, series('days', day, files), { token: 'days', mark: '', again }, signal)
  assert.deepEqual((await put([one], false)).losses, [])
  assert.deepEqual((await put([one, two], true)).losses, [])
  const there = (await allItems(mailbox, await folderOf(mailbox, 'calendar'))).items.find(
    ({ title }) => title === 'days',
  )!
  assert.deepEqual(
    there.attachments.map(({ name, occurrence }) => [name, occurrence?.slice(0, 10)]),
    [
      ['one.txt', '2026-03-09'],
      ['two.txt', '2026-03-09'],
    ],
  )
})

test('a reminder comes back as it is, also one at the moment itself', async () => {
  const calendar = await folderOf(mailbox, 'calendar')
  const offsets: Record<string, string | undefined> = {
    'at once': 'PT0S',
    before: '-PT45M',
    'days before': '-P2D',
    none: undefined,
  }
  for (const [uid, offset] of Object.entries(offsets)) {
    const alerts = offset && { alerts: { '1': { trigger: { offset }, action: 'display' } } }
    const how = { token: uid, mark: '', again: false }
    assert.deepEqual(
      (await mailbox.returns!.put(calendar, series(uid, { ...alerts }, []), how, signal)).losses,
      [],
    )
  }
  const { items } = await allItems(mailbox, await folderOf(mailbox, 'calendar'))
  for (const [uid, offset] of Object.entries(offsets)) {
    const { alerts } = items.find(({ title }) => title === uid)!.content as CalendarObject
    const [alert] = Object.values(alerts ?? {})
    const there = alert && 'offset' in alert.trigger ? parseDuration(alert.trigger.offset) : undefined
    const wanted = offset === undefined ? undefined : parseDuration(offset)
    const minutes = (one = wanted) => one && one.sign * (one.days * 1_440 + one.ms / 60_000)
    assert.equal(there && minutes(there), wanted && minutes(wanted), uid)
  }
})
