import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BusyTime } from '#src/domain/calendar/busy-time.ts'
import { utc } from '#src/formats/time-zone/zone.ts'
import { calendarEvents } from '#src/protocols/ews/availability/calendar-events.ts'
import { failureCode } from '#src/protocols/ews/availability/failure-codes.ts'
import { freeBusyView } from '#src/protocols/ews/availability/free-busy-view.ts'
import { mergedDigits } from '#src/protocols/ews/availability/merged-digits.ts'
import { isProxied } from '#src/protocols/ews/availability/proxied.ts'

const HOUR = 3_600_000
const time = (from: number, to: number, busy: BusyTime['busy']): BusyTime => ({
  startMs: from * HOUR,
  endMs: to * HOUR,
  busy,
  private: false,
})
const known = { workingHours: null, detailed: false }

test('the most counts, working elsewhere is free, and 4 only where nothing is known to be', () => {
  const times = [
    time(1, 3, 'tentative'),
    time(2, 4, 'busy'),
    time(5, 6, 'workingElsewhere'),
    time(-5, 1, 'outOfOffice'),
  ]
  const unknown = [{ startMs: 2 * HOUR, endMs: 5.5 * HOUR }]
  const digits = mergedDigits({ ...known, times, unknown }, { from: 0, to: 7 * HOUR, minutes: 60 })
  assert.equal(digits, '3122440')
  assert.equal(mergedDigits({ ...known, times: [] }, { from: 0, to: 61 * 60_000, minutes: 30 }), '000')
})

test('very many events are told as the stretches that they take together, of each kind', () => {
  const many = Array.from({ length: 1_200 }, (_, at) => time(at, at + 1, at < 600 ? 'busy' : 'tentative'))
  const events = calendarEvents(many, utc, false)
  assert.deepEqual(
    events.map(({ StartTime, EndTime, BusyType }) => [StartTime, EndTime, BusyType]),
    [
      ['1970-01-01T00:00:00', '1970-01-26T00:00:00', 'Busy'],
      ['1970-01-26T00:00:00', '1970-02-20T00:00:00', 'Tentative'],
    ],
  )
  assert.equal(calendarEvents(many.slice(0, 1_000), utc, false).length, 1_000)
})

test('a view is the one that may be seen', () => {
  const view = (type: Parameters<typeof freeBusyView>[1]['type'], detailed: boolean) => {
    const shown = freeBusyView(
      { times: [time(0, 1, 'busy')], workingHours: null, detailed },
      { type, zone: utc, from: 0, to: HOUR, minutes: 30 },
    )
    const { MergedFreeBusy: merged, CalendarEventArray: events } = shown
    return [shown.FreeBusyViewType[0], merged, events?.[0]?.CalendarEventDetails !== undefined]
  }
  assert.deepEqual(view('MergedOnly', false), ['MergedOnly', '22', false])
  assert.deepEqual(view('FreeBusy', true), ['FreeBusy', undefined, false])
  assert.deepEqual(view('Detailed', false), ['FreeBusy', undefined, false])
  assert.deepEqual(view('DetailedMerged', false), ['FreeBusyMerged', '22', false])
  assert.deepEqual(view('DetailedMerged', true), ['DetailedMerged', '22', true])
})

test('what another system says is passed on where EWS has the word, and is a failure to tell where it has not', () => {
  const code = (reason: Parameters<typeof failureCode>[0]['reason'], said?: string) =>
    failureCode({ reason, message: '', ...(said !== undefined && { code: said }) })
  assert.equal(code('peer-failed', 'ErrorResponseSchemaValidation'), 'ErrorResponseSchemaValidation')
  assert.equal(code('peer-failed', 'It rains.'), 'ErrorFreeBusyGenerationFailed')
  assert.equal(code('peer-failed', 'HTTP 500'), 'ErrorProxyRequestProcessingFailed')
  assert.equal(code('peer-failed'), 'ErrorProxyRequestProcessingFailed')
  assert.equal(code('loop', 'whatever'), 'ErrorProxyRequestNotAllowed')
})

test('questions of another system are known by their marks', () => {
  assert.ok(isProxied({ 'user-agent': 'ASProxy/CrossForest/EmailDomain/EXCH/08.03.0083.000' }))
  assert.ok(isProxied({ 'x-landbridge-hop': '1' }))
  assert.ok(!isProxied({ 'user-agent': 'Microsoft Office/16.0' }))
  assert.ok(!isProxied({}))
})
