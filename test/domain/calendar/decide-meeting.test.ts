// one thing: a table of who sends what to whom, and what becomes of it
/** What a meeting message may do to a calendar. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decideMeeting } from '#src/domain/calendar/scheduling/decide-meeting.ts'
import type { Change, Kept } from '#src/domain/calendar/scheduling/meeting-facts.ts'
import { type MeetingMethod, readMeeting } from '#src/domain/calendar/scheduling/meeting-message.ts'
import type { CalendarObject, Participant } from '#src/formats/jscalendar/event.ts'

const ANN = 'ann@corp.example'
const BOB = 'bob@corp.example'
const EVE = 'eve@evil.example'

const organizer = (email: string, more: Partial<Participant> = {}): Participant => ({
  email,
  sendTo: { imip: `mailto:${email}` },
  roles: { owner: true },
  ...more,
})
const attendee = (email: string, more: Partial<Participant> = {}): Participant => ({
  email,
  sendTo: { imip: `mailto:${email}` },
  roles: { attendee: true },
  ...more,
})
const meeting = (more: Partial<CalendarObject> = {}): CalendarObject => ({
  '@type': 'Event',
  uid: 'U-1',
  title: 'Talk',
  start: '2026-12-07T09:00:00',
  timeZone: 'Europe/Berlin',
  duration: 'PT1H',
  sequence: 1,
  updated: '2026-11-20T12:00:00Z',
  participants: { 1: organizer(ANN), 2: attendee(BOB) },
  ...more,
})
const kept = (event: CalendarObject): Kept<string>[] => [{ item: 'item', event }]
/** As it stands in Bob's calendar after Ann's invitation. */
const inBobs = (more: Partial<CalendarObject> = {}): CalendarObject =>
  meeting({
    busyType: 'busy',
    freeBusyStatus: 'busy',
    participants: {
      1: organizer(ANN, { scheduleSequence: 1, scheduleUpdated: '2026-11-20T12:00:00Z' }),
      2: attendee(BOB, { participationStatus: 'accepted' }),
    },
    ...more,
  })
const newer = { updated: '2026-11-21T12:00:00Z', sequence: 2 }
const reply = (
  status: Participant['participationStatus'],
  more: Partial<CalendarObject> = {},
  who = BOB,
): CalendarObject =>
  meeting({
    updated: '2026-11-21T12:00:00Z',
    participants: { 1: attendee(who, { participationStatus: status! }) },
    ...more,
  })

type Case = {
  what: string
  method: MeetingMethod
  object: CalendarObject | readonly CalendarObject[]
  from: string
  /** Whose calendar; default Bob's. */
  owner?: string
  kept?: readonly Kept<string>[]
  groups?: readonly string[]
  addRequests?: boolean
  outcome: string
  check?: (changes: readonly Change<string>[]) => unknown
  gives?: unknown
}

const event = (changes: readonly Change<string>[]): CalendarObject => {
  const [one] = changes
  assert.ok(one && one.do !== 'remove' && changes.length === 1, JSON.stringify(changes))
  return one.event
}
const mine = ({ participants }: CalendarObject, who = BOB) =>
  Object.values(participants ?? {}).find(({ email }) => email === who)?.participationStatus
const proposedBy = ({ participants }: CalendarObject) => {
  const found = Object.values(participants ?? {}).find(({ email }) => email === BOB)?.proposed
  return found && `${found.start}/${found.end}`
}
const series = { recurrenceRules: [{ frequency: 'weekly' as const }] }
const SECOND = '2026-12-14T09:00:00'
const occurrence = (more: Partial<CalendarObject> = {}) =>
  meeting({ recurrenceId: SECOND, recurrenceIdTimeZone: 'Europe/Berlin', start: SECOND, ...newer, ...more })

const cases: Case[] = [
  {
    what: 'a new invitation',
    method: 'REQUEST',
    object: meeting(),
    from: ANN,
    outcome: 'added',
    check: (c) => [event(c).busyType, mine(event(c))],
    gives: ['tentative', 'needs-action'],
  },
  {
    what: 'a new one where none is wanted',
    method: 'REQUEST',
    object: meeting(),
    from: ANN,
    addRequests: false,
    outcome: 'shown',
    gives: [],
  },
  {
    what: 'a new one of a free time',
    method: 'REQUEST',
    object: meeting({ busyType: 'free', freeBusyStatus: 'free' }),
    from: ANN,
    outcome: 'added',
    check: (c) => event(c).busyType,
    gives: 'free',
  },
  {
    what: 'a forwarded one',
    method: 'REQUEST',
    object: meeting({ participants: { 1: organizer(ANN) } }),
    from: EVE,
    outcome: 'added',
    check: (c) => mine(event(c)),
    gives: 'needs-action',
  },
  {
    what: 'one without organizer',
    method: 'REQUEST',
    object: meeting({ participants: {} }),
    from: ANN,
    outcome: 'shown',
    gives: [],
  },
  {
    what: 'the own one',
    method: 'REQUEST',
    object: meeting(),
    from: ANN,
    owner: ANN,
    outcome: 'own-meeting',
    gives: [],
  },
  {
    what: 'an update that keeps the time',
    method: 'REQUEST',
    object: meeting({ title: 'Walk', ...newer }),
    from: ANN,
    kept: kept(inBobs()),
    outcome: 'updated',
    check: (c) => [event(c).title, event(c).busyType, mine(event(c))],
    gives: ['Walk', 'busy', 'accepted'],
  },
  {
    what: 'an update to another time',
    method: 'REQUEST',
    object: meeting({ start: '2026-12-07T10:00:00', ...newer }),
    from: ANN,
    kept: kept(inBobs()),
    outcome: 'updated',
    check: (c) => [event(c).busyType, mine(event(c))],
    gives: ['tentative', 'needs-action'],
  },
  {
    what: "an update keeps what is one's own",
    method: 'REQUEST',
    object: meeting({ title: 'Walk', ...newer }),
    from: ANN,
    kept: kept(inBobs({ keywords: { Red: true }, privacy: 'private' })),
    outcome: 'updated',
    check: (c) => [event(c).keywords, event(c).privacy],
    gives: [{ Red: true }, 'private'],
  },
  {
    what: 'the same again',
    method: 'REQUEST',
    object: meeting(),
    from: ANN,
    kept: kept(inBobs()),
    outcome: 'unchanged',
    gives: [],
  },
  {
    what: 'a lower sequence',
    method: 'REQUEST',
    object: meeting({ sequence: 0, updated: '2027-01-01T00:00:00Z' }),
    from: ANN,
    kept: kept(inBobs()),
    outcome: 'outdated',
    gives: [],
  },
  {
    what: 'an older stamp',
    method: 'REQUEST',
    object: meeting({ updated: '2026-11-01T00:00:00Z' }),
    from: ANN,
    kept: kept(inBobs()),
    outcome: 'outdated',
    gives: [],
  },
  {
    what: 'an update by a stranger',
    method: 'REQUEST',
    object: meeting({ title: 'Gotcha', ...newer }),
    from: EVE,
    kept: kept(inBobs()),
    outcome: 'not-organizer',
    gives: [],
  },
  {
    what: 'one by a stranger who says that Ann let him',
    method: 'REQUEST',
    object: meeting({
      ...newer,
      participants: { 1: organizer(ANN, { sentBy: `mailto:${EVE}` }), 2: attendee(BOB) },
    }),
    from: EVE,
    kept: kept(inBobs()),
    outcome: 'not-organizer',
    gives: [],
  },
  {
    what: 'one by whom Ann named before',
    method: 'REQUEST',
    object: meeting({ title: 'Walk', ...newer }),
    from: 'carl@corp.example',
    kept: kept(
      inBobs({
        participants: { 1: organizer(ANN, { sentBy: 'mailto:Carl@corp.example' }), 2: attendee(BOB) },
      }),
    ),
    outcome: 'updated',
    check: (c) => event(c).title,
    gives: 'Walk',
  },
  {
    what: 'a new organizer takes over',
    method: 'REQUEST',
    object: meeting({ ...newer, participants: { 1: organizer(EVE), 2: attendee(BOB) } }),
    from: EVE,
    kept: kept(inBobs()),
    outcome: 'not-organizer',
    gives: [],
  },
  {
    what: 'one occurrence of a series',
    method: 'REQUEST',
    object: occurrence({ start: '2026-12-15T09:00:00' }),
    from: ANN,
    kept: kept(inBobs(series)),
    outcome: 'updated',
    check: (c) => event(c).recurrenceOverrides?.[SECOND]?.start,
    gives: '2026-12-15T09:00:00',
  },
  {
    what: 'an occurrence written in UTC',
    method: 'REQUEST',
    object: occurrence({
      recurrenceId: '2026-12-14T08:00:00',
      recurrenceIdTimeZone: 'Etc/UTC',
      title: 'Walk',
    }),
    from: ANN,
    kept: kept(inBobs(series)),
    outcome: 'updated',
    check: (c) => event(c).recurrenceOverrides?.[SECOND]?.title,
    gives: 'Walk',
  },
  {
    what: 'an occurrence alone',
    method: 'REQUEST',
    object: occurrence(),
    from: ANN,
    outcome: 'added',
    check: (c) => event(c).recurrenceId,
    gives: SECOND,
  },
  {
    what: 'the series of an occurrence that came before',
    method: 'REQUEST',
    object: meeting({ ...series, sequence: 3 }),
    from: ANN,
    kept: kept(
      inBobs({ recurrenceId: SECOND, recurrenceIdTimeZone: 'Europe/Berlin', start: '2026-12-14T12:00:00' }),
    ),
    outcome: 'updated',
    check: (c) =>
      c.map((one) => (one.do === 'add' ? one.event.recurrenceOverrides?.[SECOND]?.start : one.do)),
    gives: ['remove', '2026-12-14T12:00:00'],
  },
  {
    what: 'a series without its pattern changed keeps what was declined',
    method: 'REQUEST',
    object: meeting({ ...series, title: 'Walk', ...newer }),
    from: ANN,
    kept: kept(inBobs({ ...series, recurrenceOverrides: { [SECOND]: { excluded: true } } })),
    outcome: 'updated',
    check: (c) => event(c).recurrenceOverrides,
    gives: { [SECOND]: { excluded: true } },
  },
  {
    what: 'a series with another pattern forgets it',
    method: 'REQUEST',
    object: meeting({ recurrenceRules: [{ frequency: 'daily' }], ...newer }),
    from: ANN,
    kept: kept(inBobs({ ...series, recurrenceOverrides: { [SECOND]: { excluded: true } } })),
    outcome: 'updated',
    check: (c) => event(c).recurrenceOverrides,
    gives: undefined,
  },
  {
    what: 'one more occurrence',
    method: 'ADD',
    object: meeting({ start: '2026-12-09T18:00:00', ...newer }),
    from: ANN,
    kept: kept(inBobs(series)),
    outcome: 'updated',
    check: (c) => Object.keys(event(c).recurrenceOverrides ?? {}),
    gives: ['2026-12-09T18:00:00'],
  },
  {
    what: 'one more of what is not here',
    method: 'ADD',
    object: meeting(),
    from: ANN,
    outcome: 'unknown-meeting',
    gives: [],
  },

  {
    what: 'calling off',
    method: 'CANCEL',
    object: meeting({ sequence: 2 }),
    from: ANN,
    kept: kept(inBobs()),
    outcome: 'cancelled',
    check: (c) => [event(c).status, event(c).busyType],
    gives: ['cancelled', 'free'],
  },
  {
    what: 'calling off one occurrence',
    method: 'CANCEL',
    object: occurrence(),
    from: ANN,
    kept: kept(inBobs(series)),
    outcome: 'cancelled',
    check: (c) => [event(c).status, event(c).recurrenceOverrides?.[SECOND]?.status],
    gives: [undefined, 'cancelled'],
  },
  {
    what: 'calling off two occurrences at once',
    method: 'CANCEL',
    object: [occurrence(), occurrence({ recurrenceId: '2026-12-21T09:00:00' })],
    from: ANN,
    kept: kept(inBobs(series)),
    outcome: 'cancelled',
    check: (c) => Object.keys(event(c).recurrenceOverrides ?? {}).length,
    gives: 2,
  },
  {
    what: 'calling off an occurrence that there is not',
    method: 'CANCEL',
    object: occurrence({ recurrenceId: '2026-12-15T09:00:00' }),
    from: ANN,
    kept: kept(inBobs(series)),
    outcome: 'unknown-meeting',
    gives: [],
  },
  {
    what: 'calling off by a stranger',
    method: 'CANCEL',
    object: meeting({ sequence: 9 }),
    from: EVE,
    kept: kept(inBobs()),
    outcome: 'not-organizer',
    gives: [],
  },
  {
    what: 'calling off too late',
    method: 'CANCEL',
    object: meeting({ sequence: 0 }),
    from: ANN,
    kept: kept(inBobs()),
    outcome: 'outdated',
    gives: [],
  },
  {
    what: 'calling off twice',
    method: 'CANCEL',
    object: meeting({ sequence: 3 }),
    from: ANN,
    kept: kept(inBobs({ status: 'cancelled' })),
    outcome: 'unchanged',
    gives: [],
  },
  {
    what: 'calling off what is not here',
    method: 'CANCEL',
    object: meeting(),
    from: ANN,
    outcome: 'unknown-meeting',
    gives: [],
  },

  {
    what: 'an answer',
    method: 'REPLY',
    object: reply('accepted'),
    from: BOB,
    owner: ANN,
    kept: kept(meeting()),
    outcome: 'recorded',
    check: (c) => mine(event(c)),
    gives: 'accepted',
  },
  {
    what: 'an answer of which only From can be believed',
    method: 'REPLY',
    object: reply('accepted', {}, 'x500-of-bob@exchange.example'),
    from: BOB,
    owner: ANN,
    kept: kept(meeting()),
    outcome: 'recorded',
    check: (c) => mine(event(c)),
    gives: 'accepted',
  },
  {
    what: 'an answer in the name of somebody else',
    method: 'REPLY',
    object: reply('declined'),
    from: EVE,
    owner: ANN,
    kept: kept(meeting()),
    outcome: 'not-invited',
    gives: [],
  },
  {
    what: 'a party crasher',
    method: 'REPLY',
    object: reply('accepted', {}, EVE),
    from: EVE,
    owner: ANN,
    kept: kept(meeting()),
    outcome: 'not-invited',
    gives: [],
  },
  {
    what: 'a member of a group that was invited',
    method: 'REPLY',
    object: reply('accepted', {}, 'dora@corp.example'),
    from: 'dora@corp.example',
    groups: ['team@corp.example'],
    owner: ANN,
    kept: kept(meeting({ participants: { 1: organizer(ANN), 2: attendee('team@corp.example') } })),
    outcome: 'recorded',
    check: (c) => mine(event(c), 'dora@corp.example'),
    gives: 'accepted',
  },
  {
    what: 'whom an attendee sends instead',
    method: 'REPLY',
    object: meeting({
      participants: {
        1: attendee('dora@corp.example', {
          participationStatus: 'accepted',
          delegatedFrom: { [`mailto:${BOB}`]: true },
        }),
      },
    }),
    from: 'dora@corp.example',
    owner: ANN,
    kept: kept(
      meeting({
        participants: {
          1: organizer(ANN),
          2: attendee(BOB, {
            participationStatus: 'delegated',
            delegatedTo: { 'mailto:dora@corp.example': true },
          }),
        },
      }),
    ),
    outcome: 'recorded',
    check: (c) => mine(event(c), 'dora@corp.example'),
    gives: 'accepted',
  },
  {
    what: 'an answer to an older time',
    method: 'REPLY',
    object: reply('accepted', { sequence: 0 }),
    from: BOB,
    owner: ANN,
    kept: kept(meeting()),
    outcome: 'outdated',
    gives: [],
  },
  {
    what: 'an answer that was overtaken',
    method: 'REPLY',
    object: reply('accepted', { updated: '2026-11-20T13:00:00Z' }),
    from: BOB,
    owner: ANN,
    kept: kept(
      meeting({
        participants: {
          1: organizer(ANN),
          2: attendee(BOB, { participationStatus: 'declined', scheduleUpdated: '2026-11-20T14:00:00Z' }),
        },
      }),
    ),
    outcome: 'outdated',
    gives: [],
  },
  {
    what: 'an answer for one occurrence',
    method: 'REPLY',
    object: reply('declined', { recurrenceId: SECOND, recurrenceIdTimeZone: 'Europe/Berlin' }),
    from: BOB,
    owner: ANN,
    kept: kept(meeting(series)),
    outcome: 'recorded',
    check: (c) => [
      mine(event(c)),
      mine({ participants: event(c).recurrenceOverrides?.[SECOND]?.participants } as never),
    ],
    gives: [undefined, 'declined'],
  },
  {
    what: 'an answer to a meeting of somebody else',
    method: 'REPLY',
    object: reply('accepted'),
    from: BOB,
    owner: 'carl@corp.example',
    kept: kept(meeting()),
    outcome: 'not-organizer',
    gives: [],
  },
  {
    what: 'the organizer answers itself',
    method: 'REPLY',
    object: reply('declined', {}, ANN),
    from: ANN,
    owner: ANN,
    kept: kept(meeting()),
    outcome: 'not-invited',
    gives: [],
  },
  {
    what: 'another time proposed',
    method: 'COUNTER',
    object: reply('tentative', { start: '2026-12-08T09:00:00' }),
    from: BOB,
    owner: ANN,
    kept: kept(meeting()),
    outcome: 'recorded',
    check: (c) => [event(c).start, mine(event(c)), proposedBy(event(c))],
    gives: ['2026-12-07T09:00:00', 'tentative', '2026-12-08T08:00:00Z/2026-12-08T09:00:00Z'],
  },
  {
    what: 'another time proposed by who has not answered',
    method: 'COUNTER',
    object: reply('needs-action', { start: '2026-12-08T08:00:00', timeZone: 'Etc/UTC' }),
    from: BOB,
    owner: ANN,
    kept: kept(meeting()),
    outcome: 'recorded',
    check: (c) => [event(c).start, mine(event(c)), proposedBy(event(c))],
    gives: ['2026-12-07T09:00:00', undefined, '2026-12-08T08:00:00Z/2026-12-08T09:00:00Z'],
  },
  {
    what: 'another time proposed that no clock has',
    method: 'COUNTER',
    object: reply('tentative', { start: '9999-12-31T09:00:00', duration: 'P999999999D' }),
    from: BOB,
    owner: ANN,
    kept: kept(meeting()),
    outcome: 'recorded',
    check: (c) => [mine(event(c)), proposedBy(event(c))],
    gives: ['tentative', undefined],
  },
  {
    what: 'an answer after another time was proposed',
    method: 'REPLY',
    object: reply('accepted'),
    from: BOB,
    owner: ANN,
    kept: kept(
      meeting({
        participants: {
          1: organizer(ANN),
          2: attendee(BOB, {
            participationStatus: 'tentative',
            proposed: { start: '2026-12-08T08:00:00Z', end: '2026-12-08T09:00:00Z' },
          }),
        },
      }),
    ),
    outcome: 'recorded',
    check: (c) => [mine(event(c)), proposedBy(event(c))],
    gives: ['accepted', undefined],
  },
  {
    what: 'a proposal declined',
    method: 'DECLINECOUNTER',
    object: meeting(),
    from: ANN,
    kept: kept(inBobs()),
    outcome: 'shown',
    gives: [],
  },
  {
    what: 'asked for it again',
    method: 'REFRESH',
    object: reply('needs-action'),
    from: BOB,
    owner: ANN,
    kept: kept(meeting()),
    outcome: 'asked-again',
    gives: [],
  },
  {
    what: 'asked for it by a stranger',
    method: 'REFRESH',
    object: reply('needs-action', {}, EVE),
    from: EVE,
    owner: ANN,
    kept: kept(meeting()),
    outcome: 'not-invited',
    gives: [],
  },
]

for (const one of cases) {
  test(`${one.method}: ${one.what}`, () => {
    const owner = one.owner ?? BOB
    const objects = (Array.isArray(one.object) ? one.object : [one.object]) as [CalendarObject]
    const decision = decideMeeting<string>({
      meeting: { method: one.method, objects },
      sender: new Set([one.from]),
      senderGroups: new Set(one.groups ?? []),
      owner: { addresses: new Set([owner]), self: { email: owner } },
      kept: one.kept ?? [],
      addRequests: one.addRequests ?? true,
    })
    assert.equal(decision.outcome, one.outcome)
    assert.deepEqual(one.check ? one.check(decision.changes) : decision.changes, one.gives)
  })
}

test('what is no meeting is read as none', () => {
  const text = (lines: string) =>
    `BEGIN:VCALENDAR\r\n${lines}BEGIN:VEVENT\r\nUID:1\r\nDTSTART:20260101T000000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`
  assert.equal(readMeeting(text('METHOD:PUBLISH\r\n')), undefined)
  assert.equal(readMeeting(text('')), undefined)
  assert.equal(readMeeting('Dear all,'), undefined)
  assert.equal(readMeeting(text(''), 'request')?.method, 'REQUEST')
  assert.equal(
    readMeeting(text('METHOD:CANCEL\r\n'), 'REQUEST')?.method,
    'CANCEL',
    'what the calendar says counts',
  )
})
