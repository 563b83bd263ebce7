/** Suggestions of times for a meeting, asked and answered in the words of EWS (MS-OXWAVLS 3.1.4.1). */
import type { FreeBusyAnswer } from '#src/domain/availability/free-busy-source.ts'
import {
  type Attendee,
  type AttendeeRole,
  type Conflict,
  localDay,
  type SuggestionDay,
  type SuggestionOptions,
  type SuggestionQuality,
  suggestionQualities,
  suggestTimes,
} from '#src/domain/availability/suggest-times.ts'
import type { TimeZone } from '#src/formats/time-zone/zone.ts'
import { readGlobalObjectId } from '#src/formats/tnef/global-object-id.ts'
import { epochOf, localOf } from '#src/wire/ews/model/time-zones.ts'
import type {
  ArrayOfAttendeeConflictData,
  MailboxData,
  MeetingAttendeeType,
  SuggestionDayResult,
  SuggestionsViewOptionsType,
  SuggestionQuality as WrittenQuality,
} from '#src/wire/ews/schema-types.ts'
import { EwsRefusal } from '../refusal-codes.ts'
import { checkWindow } from './asked-window.ts'
import { freeBusyTypeOf } from './calendar-events.ts'

const words = {
  excellent: 'Excellent',
  good: 'Good',
  fair: 'Fair',
  poor: 'Poor',
} as const satisfies Record<SuggestionQuality, WrittenQuality>

/** What is asked, with the defaults of Exchange. Refuses ErrorInvalidTimeInterval, ErrorTimeIntervalTooBig, ErrorInvalidArgument. */
export function wantedSuggestions(options: SuggestionsViewOptionsType, zone: TimeZone): SuggestionOptions {
  const { DetailedSuggestionsWindow: window, CurrentMeetingTime: current } = options
  const { from, to } = checkWindow(window, zone)
  return {
    from,
    to,
    zone,
    durationMinutes: within('MeetingDurationInMinutes', options.MeetingDurationInMinutes ?? 60, 1, 1_440),
    goodThreshold: within('GoodThreshold', options.GoodThreshold ?? 25, 0, 50),
    mostPerDay: within('MaximumResultsByDay', options.MaximumResultsByDay ?? 10, 0, 48),
    mostOutsideWork: within(
      'MaximumNonWorkHourResultsByDay',
      options.MaximumNonWorkHourResultsByDay ?? 0,
      0,
      48,
    ),
    leastQuality:
      suggestionQualities.find((one) => words[one] === options.MinimumSuggestionQuality) ?? 'fair',
    ...(current !== undefined && { currentMs: epochOf(current, zone) }),
  }
}

function within(name: string, value: number, least: number, most: number): number {
  if (value >= least && value <= most) return value
  throw new EwsRefusal('ErrorInvalidArgument', 'invalid-parameter', `${name} is from ${least} to ${most}.`)
}

/** The UID of the meeting that is to be moved, from its GlobalObjectId in hex or base64. */
export function movedMeeting({ GlobalObjectId: id }: SuggestionsViewOptionsType): string | undefined {
  if (id === undefined) return undefined
  return readGlobalObjectId(Buffer.from(id, /^[0-9a-f]+$/i.test(id) ? 'hex' : 'base64'))?.uid
}

const roles = {
  Organizer: 'required',
  Required: 'required',
  Optional: 'optional',
  Room: 'room',
  Resource: 'required',
} as const satisfies Record<MeetingAttendeeType, AttendeeRole>

/** The days of a window with the times that suit best; `answers` in the order of the mailboxes. */
export function suggestionDays(
  mailboxes: readonly (MailboxData | null)[],
  answers: readonly FreeBusyAnswer[],
  wanted: SuggestionOptions,
): SuggestionDayResult[] {
  const attendees = answers.map((answer, at): Attendee => {
    const asked = mailboxes[at]
    return {
      role: roles[asked?.AttendeeType ?? 'Required'],
      excludeConflicts: asked?.ExcludeConflicts ?? false,
      answer,
    }
  })
  return suggestTimes(attendees, wanted).map((day) => shownDay(day, wanted.zone))
}

const shownDay = ({ startMs, quality, suggestions }: SuggestionDay, zone: TimeZone): SuggestionDayResult => ({
  Date: localDay(startMs, zone),
  DayQuality: words[quality],
  SuggestionArray: suggestions.map((one) => ({
    MeetingTime: localOf(one.atMs, zone),
    IsWorkTime: one.workTime,
    SuggestionQuality: words[one.quality],
    AttendeeConflictDataArray: one.conflicts.map(shownConflict),
  })),
})

function shownConflict(conflict: Conflict): ArrayOfAttendeeConflictData[number] {
  switch (conflict.kind) {
    case 'one':
      return { IndividualAttendeeConflictData: { BusyType: freeBusyTypeOf[conflict.busy] } }
    case 'group':
      return {
        GroupAttendeeConflictData: {
          NumberOfMembers: conflict.members,
          NumberOfMembersAvailable: conflict.free,
          NumberOfMembersWithConflict: conflict.taken,
          NumberOfMembersWithNoData: conflict.unknown,
        },
      }
    case 'too-many-members':
      return { TooBigGroupAttendeeConflictData: {} }
    case 'unknown':
      return { UnknownAttendeeConflictData: {} }
  }
}
