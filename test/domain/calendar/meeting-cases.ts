/** Who sends what to whom, and what becomes of it: cases of meeting messages, and the people and events in them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decideMeeting } from '#src/domain/calendar/scheduling/decide-meeting.ts'
import type { Change, Kept } from '#src/domain/calendar/scheduling/meeting-facts.ts'
import type { MeetingMethod } from '#src/domain/calendar/scheduling/meeting-message.ts'
import type { CalendarObject, Participant } from '#src/formats/jscalendar/event.ts'

export const ANN = 'ann@corp.example'
export const BOB = 'bob@corp.example'
export const EVE = 'eve@evil.example'

export const organizer = (email: string, more: Partial<Participant> = {}): Participant => ({
  email,
  sendTo: { imip: `mailto:${email}` },
  roles: { owner: true },
  ...more,
})
export const attendee = (email: string, more: Partial<Participant> = {}): Participant => ({
  email,
  sendTo: { imip: `mailto:${email}` },
  roles: { attendee: true },
  ...more,
})
export const meeting = (more: Partial<CalendarObject> = {}): CalendarObject => ({
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
export const kept = (event: CalendarObject): Kept<string>[] => [{ item: 'item', event }]
/** As it stands in Bob's calendar after Ann's invitation. */
export const inBobs = (more: Partial<CalendarObject> = {}): CalendarObject =>
  meeting({
    busyType: 'busy',
    freeBusyStatus: 'busy',
    participants: {
      1: organizer(ANN, { scheduleSequence: 1, scheduleUpdated: '2026-11-20T12:00:00Z' }),
      2: attendee(BOB, { participationStatus: 'accepted' }),
    },
    ...more,
  })
export const newer = { updated: '2026-11-21T12:00:00Z', sequence: 2 }
export type Case = {
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

export const event = (changes: readonly Change<string>[]): CalendarObject => {
  const [one] = changes
  assert.ok(one && one.do !== 'remove' && changes.length === 1, JSON.stringify(changes))
  return one.event
}
export const mine = ({ participants }: CalendarObject, who = BOB) =>
  Object.values(participants ?? {}).find(({ email }) => email === who)?.participationStatus
export const proposedBy = ({ participants }: CalendarObject) => {
  const found = Object.values(participants ?? {}).find(({ email }) => email === BOB)?.proposed
  return found && `${found.start}/${found.end}`
}
export const series = { recurrenceRules: [{ frequency: 'weekly' as const }] }
export const SECOND = '2026-12-14T09:00:00'
export const occurrence = (more: Partial<CalendarObject> = {}) =>
  meeting({ recurrenceId: SECOND, recurrenceIdTimeZone: 'Europe/Berlin', start: SECOND, ...newer, ...more })

/** A test of each case. */
export function decides(cases: readonly Case[]): void {
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
}
