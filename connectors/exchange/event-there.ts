/** What an event that was put is at its server, word by word, and how what is otherwise there is set. */
import { isDeepStrictEqual } from 'node:util'
import { busyOf } from '#src/domain/calendar/event-entry.ts'
import { addressesOf, attendeesOf, isPerson, organizerOf } from '#src/domain/calendar/scheduling/people.ts'
import type { CalendarObject, Participant } from '#src/formats/jscalendar/event.ts'
import { htmlToText } from '#src/formats/text/html-text.ts'
import { kindOfAttendee } from '#src/wire/ews/model/attendee-kind.ts'
import { allowsNewTimes, busyTypes, reminderMinutes, shownTitle } from '#src/wire/ews/model/event-fields.ts'
import type {
  CalendarItemType,
  LegacyFreeBusyType,
  UnindexedFieldURIType,
} from '#src/wire/ews/schema-types.ts'
import { peopleOf } from './participants.ts'
import { bodyOf, isHtml } from './put-typed.ts'

type Root = keyof CalendarObject & string
type Values = Partial<CalendarItemType>
export type EventField = {
  /** As losses name it. */
  property: string
  uris: readonly UnindexedFieldURIType[]
  /** What of JSCalendar it is made of. */
  from: readonly Root[]
  isSame(one: CalendarObject, there: CalendarItemType, mailbox: string): boolean
  /** What it is set to, by the elements of `uris`; those undefined are taken away. Absent: the server sets it. */
  values?(one: CalendarObject): Values
  isUnseen?: true
}

const bare = (text = ''): string => text.replace(/\s+/g, '')
const isMarked = (text = ''): boolean => /<[a-z!]/i.test(text)
const textOf = (isPage: boolean, text = ''): string => bare(isPage ? htmlToText(text) : text)

export const titleOf = (one: CalendarObject): string => shownTitle(one) ?? ''
export const categoriesOf = ({ keywords = {} }: CalendarObject): string[] => Object.keys(keywords)
const placesOf = ({ locations }: CalendarObject): string =>
  Object.values(locations ?? {})
    .flatMap(({ name }) => name || [])
    .join('; ')
/** Above the middle, in it, or below it (RFC 5545 §3.8.1.9). */
const importanceOf = ({ priority = 0 }: CalendarObject): 'High' | 'Normal' | 'Low' =>
  priority === 0 || priority === 5 ? 'Normal' : priority < 5 ? 'High' : 'Low'
const sensitivityOf = ({ privacy }: CalendarObject): 'Normal' | 'Private' | 'Confidential' =>
  privacy === 'private' ? 'Private' : privacy === 'secret' ? 'Confidential' : 'Normal'
const linkOf = ({ virtualLocations }: CalendarObject): string | undefined =>
  Object.values(virtualLocations ?? {})[0]?.uri

const isReached = (one: Participant, other: Participant): boolean =>
  isPerson(one, new Set(addressesOf(other)))

const lists = {
  RequiredAttendees: 'required',
  OptionalAttendees: 'optional',
  Resources: 'resource',
} as const
const listUris = Object.keys(lists).map((name) => `calendar:${name as keyof typeof lists}` as const)

/** Those who are invited, in each list the same people. */
function areInvited(one: CalendarObject, there: CalendarItemType, mailbox: string): boolean {
  const [wanted, found] = [one, peopleOf(there, mailbox, [])].map((of) =>
    attendeesOf(of as CalendarObject),
  ) as [Participant[], Participant[]]
  const isIn = (all: readonly Participant[]) => (each: Participant) =>
    all.some((other) => isReached(each, other) && kindOfAttendee(each) === kindOfAttendee(other))
  return wanted.every(isIn(found)) && found.every(isIn(wanted))
}

/** What they answered, of those who are in both. */
function answeredSo(one: CalendarObject, there: CalendarItemType, mailbox: string): boolean {
  const found = attendeesOf(peopleOf(there, mailbox, []) as CalendarObject)
  return attendeesOf(one).every((each) => {
    const other = found.find((candidate) => isReached(each, candidate))
    return (
      other === undefined ||
      (each.participationStatus ?? 'needs-action') === (other.participationStatus ?? 'needs-action')
    )
  })
}

export const eventFields: readonly EventField[] = [
  {
    property: 'Subject',
    uris: ['item:Subject'],
    from: ['title', 'status'],
    isSame: (one, { Subject = '' }) => Subject === titleOf(one),
    values: (one) => ({ Subject: titleOf(one) }),
  },
  {
    property: 'Categories',
    uris: ['item:Categories'],
    from: ['keywords'],
    isSame: (one, { Categories = [] }) => isDeepStrictEqual([...Categories].sort(), categoriesOf(one).sort()),
    values: (one) => {
      const [first, ...others] = categoriesOf(one)
      return { Categories: first === undefined ? undefined : [first, ...others] }
    },
  },
  {
    property: 'Body',
    uris: ['item:Body'],
    from: ['description', 'descriptionContentType'],
    isSame({ description, descriptionContentType: type }, { Body }) {
      const wantsPage = isHtml(type) && textOf(true, description) !== ''
      const isPage = Body?.BodyType === 'HTML'
      // An occurrence whose text alone went may be told as a page since its series is one.
      const hasPage = isPage && (isMarked(Body.Value) || !isMarked(description))
      return (hasPage || !wantsPage) && textOf(isHtml(type), description) === textOf(isPage, Body?.Value)
    },
    values: (one) => ({ Body: bodyOf(one) ?? { BodyType: 'Text', Value: '' } }),
  },
  {
    property: 'Location',
    uris: ['calendar:Location'],
    from: ['locations'],
    isSame: (one, { Location }) => bare(Location) === bare(placesOf(one)),
    values: (one) => ({ Location: placesOf(one) || undefined }),
  },
  {
    property: 'LegacyFreeBusyStatus',
    uris: ['calendar:LegacyFreeBusyStatus'],
    from: ['busyType', 'freeBusyStatus', 'status'],
    isSame: (one, { LegacyFreeBusyStatus: told }) => told === undefined || busyTypes[told] === busyOf(one),
    values(one) {
      const [word] = Object.entries(busyTypes).find(([, type]) => type === busyOf(one)) ?? []
      return { LegacyFreeBusyStatus: word as LegacyFreeBusyType }
    },
  },
  {
    property: 'ReminderMinutesBeforeStart',
    uris: ['item:ReminderIsSet', 'item:ReminderMinutesBeforeStart'],
    from: ['alerts'],
    isSame(one, { ReminderIsSet, ReminderMinutesBeforeStart: minutes }) {
      const wanted = reminderMinutes(one)
      return wanted === undefined ? ReminderIsSet !== true : ReminderIsSet === true && minutes === wanted
    },
    values(one) {
      const minutes = reminderMinutes(one)
      if (minutes === undefined) return { ReminderIsSet: false }
      return { ReminderIsSet: true, ReminderMinutesBeforeStart: minutes }
    },
  },
  {
    property: 'Sensitivity',
    uris: ['item:Sensitivity'],
    from: ['privacy'],
    isSame: (one, { Sensitivity = 'Normal' }) =>
      (Sensitivity === 'Personal' ? 'Private' : Sensitivity) === sensitivityOf(one),
    values: (one) => ({ Sensitivity: sensitivityOf(one) }),
  },
  {
    property: 'Importance',
    uris: ['item:Importance'],
    from: ['priority'],
    isSame: (one, { Importance = 'Normal' }) => Importance === importanceOf(one),
    values: (one) => ({ Importance: importanceOf(one) }),
    isUnseen: true,
  },
  { property: 'attendees', uris: listUris, from: ['participants'], isSame: areInvited },
  {
    property: 'ResponseType',
    uris: ['calendar:MyResponseType'],
    from: ['participants'],
    isSame: answeredSo,
  },
  {
    property: 'Organizer',
    uris: ['calendar:Organizer', 'calendar:IsMeeting'],
    from: ['participants', 'replyTo'],
    isSame(one, there, mailbox) {
      const wanted = organizerOf(one)
      if (wanted === undefined || attendeesOf(one).length === 0) return true
      const found = organizerOf(peopleOf(there, mailbox, []) as CalendarObject)
      return found !== undefined && isReached(wanted, found)
    },
  },
  {
    property: 'IsAllDayEvent',
    uris: ['calendar:IsAllDayEvent'],
    from: ['showWithoutTime'],
    isSame: ({ showWithoutTime = false }, { IsAllDayEvent = false }) => showWithoutTime === IsAllDayEvent,
  },
  {
    property: 'AllowNewTimeProposal',
    uris: ['calendar:AllowNewTimeProposal'],
    from: ['iCalendar'],
    isSame: (one, { AllowNewTimeProposal: told }) => told === undefined || told === allowsNewTimes(one),
    values: (one) => ({ AllowNewTimeProposal: allowsNewTimes(one) }),
    isUnseen: true,
  },
  {
    property: 'IsCancelled',
    uris: ['calendar:IsCancelled'],
    from: ['status'],
    isSame: ({ status }, { IsCancelled }) => (status === 'cancelled') === (IsCancelled === true),
  },
  {
    property: 'JoinOnlineMeetingUrl',
    uris: ['calendar:JoinOnlineMeetingUrl', 'calendar:NetShowUrl', 'calendar:MeetingWorkspaceUrl'],
    from: ['virtualLocations'],
    isSame(one, { JoinOnlineMeetingUrl, NetShowUrl, MeetingWorkspaceUrl }) {
      const wanted = linkOf(one)
      return wanted === undefined || [JoinOnlineMeetingUrl, NetShowUrl, MeetingWorkspaceUrl].includes(wanted)
    },
  },
]

export const isOfEvent = (property: string): boolean =>
  eventFields.some((field) => field.property === property)
