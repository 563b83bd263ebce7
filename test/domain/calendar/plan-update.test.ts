/** Who is told what when a meeting is changed. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { planUpdate } from '#src/domain/calendar/scheduling/plan-update.ts'
import type { CalendarObject, Participant } from '#src/formats/jscalendar/event.ts'

const ANN = { name: 'Ann', address: 'ann@corp.example' }
const who = (name: string, more: Partial<Participant> = {}): Participant => ({
  email: `${name}@corp.example`,
  roles: { attendee: true },
  participationStatus: 'accepted',
  ...more,
})
const people = (...names: string[]) => ({
  o: { email: ANN.address, roles: { owner: true as const } },
  ...Object.fromEntries(names.map((name) => [name, who(name)])),
})
const KEY = '2026-12-14T09:00:00'
const LAST = '2026-12-21T09:00:00'
const meeting = (more: Partial<CalendarObject> = {}): CalendarObject => ({
  '@type': 'Event',
  uid: 'U',
  title: 'Talk',
  start: '2026-12-07T09:00:00',
  timeZone: 'Europe/Berlin',
  duration: 'PT1H',
  sequence: 3,
  updated: '2026-11-21T12:00:00Z',
  recurrenceRules: [{ frequency: 'weekly', count: 3 }],
  participants: people('bob', 'carl'),
  ...more,
})
const told = (before: CalendarObject, after: CalendarObject, changedOnly = false) => {
  const { event, notes } = planUpdate(before, after, {
    organizer: ANN,
    now: Date.UTC(2026, 10, 21, 12),
    changedOnly,
  })
  return {
    event,
    notes: notes.map(({ method, object, to }) =>
      [
        method,
        object.recurrenceId?.slice(5, 10) ?? 'all',
        object.sequence,
        to.map(({ address }) => address.split('@')[0]).join('+'),
      ].join(' '),
    ),
  }
}
const override = (patch: Record<string, unknown>, key = KEY) =>
  meeting({ recurrenceOverrides: { [key]: patch } })

const cases: [
  what: string,
  before: CalendarObject,
  after: CalendarObject,
  notes: string[],
  changedOnly?: boolean,
][] = [
  ['nothing', meeting(), meeting(), ['REQUEST all 3 bob+carl']],
  ['nothing, and only who is concerned is told', meeting(), meeting(), [], true],
  ["what is one's own", meeting(), meeting({ keywords: { Red: true }, color: 'red', alerts: {} }), []],
  ['the title', meeting(), meeting({ title: 'Walk' }), ['REQUEST all 3 bob+carl']],
  ['the place', meeting(), meeting({ locations: { 1: { name: 'Room' } } }), ['REQUEST all 4 bob+carl']],
  ['the time', meeting(), meeting({ start: '2026-12-07T10:00:00' }), ['REQUEST all 4 bob+carl']],
  [
    'the pattern',
    meeting(),
    meeting({ recurrenceRules: [{ frequency: 'daily', count: 3 }] }),
    ['REQUEST all 4 bob+carl'],
  ],
  [
    'somebody more',
    meeting(),
    meeting({ participants: people('bob', 'carl', 'dora') }),
    ['REQUEST all 3 bob+carl+dora'],
  ],
  [
    'somebody more, told alone',
    meeting(),
    meeting({ participants: people('bob', 'carl', 'dora') }),
    ['REQUEST all 3 dora'],
    true,
  ],
  [
    'somebody less',
    meeting(),
    meeting({ participants: people('bob') }),
    ['REQUEST all 3 bob', 'CANCEL all 4 carl'],
  ],
  [
    'somebody less, told alone',
    meeting(),
    meeting({ participants: people('bob') }),
    ['CANCEL all 4 carl'],
    true,
  ],
  [
    'one for another, and the time',
    meeting(),
    meeting({ participants: people('bob', 'dora'), start: '2026-12-08T09:00:00' }),
    ['REQUEST all 4 bob+dora', 'CANCEL all 5 carl'],
    true,
  ],
  ['the title of one occurrence', meeting(), override({ title: 'Walk' }), ['REQUEST 12-14 3 bob+carl']],
  [
    'the time of one occurrence',
    meeting(),
    override({ start: '2026-12-15T09:00:00' }),
    ['REQUEST 12-14 4 bob+carl'],
  ],
  ['one occurrence less', meeting(), override({ excluded: true }), ['CANCEL 12-14 4 bob+carl']],
  [
    'two occurrences',
    override({ title: 'Walk' }),
    meeting({ recurrenceOverrides: { [KEY]: { title: 'Walk' }, [LAST]: { excluded: true } } }),
    ['CANCEL 12-21 4 bob+carl'],
  ],
  [
    'a guest of one occurrence',
    meeting(),
    override({ participants: people('bob', 'carl', 'dora') }),
    ['REQUEST 12-14 3 bob+carl+dora'],
  ],
  [
    'one occurrence without somebody',
    meeting(),
    override({ participants: people('bob') }),
    ['REQUEST 12-14 3 bob', 'CANCEL 12-14 4 carl'],
  ],
  [
    'the time of a series with a guest',
    override({ participants: people('bob', 'dora') }),
    { ...override({ participants: people('bob', 'dora') }), duration: 'PT2H' },
    ['REQUEST all 4 bob+carl', 'REQUEST 12-14 4 dora'],
  ],
]
for (const [what, before, after, notes, changedOnly] of cases) {
  test(`changed: ${what}`, () => {
    assert.deepEqual(told(before, after, changedOnly).notes, notes)
  })
}

test('answers count no more for another time, and stamps only rise', () => {
  const statusOf = ({ participants }: CalendarObject) => participants?.bob?.participationStatus
  const kept = told(meeting(), meeting({ title: 'Walk' })).event
  assert.deepEqual([statusOf(kept), kept.updated], ['accepted', '2026-11-21T12:00:01Z'])
  assert.equal(statusOf(told(meeting(), meeting({ duration: 'PT2H' })).event), 'needs-action')
  const moved = told(meeting(), override({ start: '2026-12-15T09:00:00' })).event
  assert.equal(statusOf(moved), 'accepted')
  assert.equal(
    (moved.recurrenceOverrides?.[KEY]?.participants as CalendarObject['participants'])?.bob
      ?.participationStatus,
    'needs-action',
  )
})
