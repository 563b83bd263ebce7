import { freeBusyOf } from '#src/formats/jscalendar/busy-type.ts'
import { formatDuration, parseDuration } from '#src/formats/jscalendar/duration.ts'
import type { BusyType, CalendarObject, RawProperty } from '#src/formats/jscalendar/event.ts'
import type { BodyType, EnhancedLocationType, LegacyFreeBusyType } from '../schema-types.ts'
import { lineValue } from './line-value.ts'
import type { ItemUpdates } from './updates.ts'
import { without } from './without.ts'

const DAY_MS = 86_400_000

type Values = ItemUpdates['values']

/** How a time counts, by the words of EWS. */
export const busyTypes = {
  Free: 'free',
  Tentative: 'tentative',
  Busy: 'busy',
  OOF: 'outOfOffice',
  WorkingElsewhere: 'workingElsewhere',
  NoData: 'free',
} as const satisfies Record<LegacyFreeBusyType, BusyType>

const CANCELED = 'Canceled: '

/** The subject of an event as Exchange shows it: of one that was called off it says so. */
export const shownTitle = ({ '@type': type, title, status }: CalendarObject): string | undefined =>
  type === 'Event' && status === 'cancelled' && title && !title.startsWith(CANCELED)
    ? `${CANCELED}${title}`
    : title

/** What a client gives back of it. */
const titleIn = (subject: string, isCancelled: boolean): string =>
  isCancelled && subject.startsWith(CANCELED) ? subject.slice(CANCELED.length) : subject

/** Title and text of an event or task. */
export function withText(object: CalendarObject, values: Values, appended: Values): CalendarObject {
  let made = object
  if (values.Subject !== undefined) {
    const isCancelled = object.status === 'cancelled' || values.IsCancelled === true
    made = { ...made, title: titleIn(lineValue('subject', values.Subject), isCancelled) }
  }
  if (values.Body !== undefined) {
    const body = values.Body as BodyType | null
    made = without(made, 'description', 'descriptionContentType')
    if (body?.Value)
      made = {
        ...made,
        description: body.Value,
        ...(body.BodyType === 'HTML' && { descriptionContentType: 'text/html' }),
      }
  }
  const more = appended.Body as BodyType | undefined
  if (more !== undefined) made = { ...made, description: `${made.description ?? ''}${more.Value}` }
  if (values.Categories !== undefined) {
    const words = (values.Categories as readonly string[] | null) ?? []
    made = without(made, 'keywords')
    if (words.length > 0)
      made = { ...made, keywords: Object.fromEntries(words.map((word) => [word, true as const])) }
  }
  if (values.Importance !== undefined) {
    const priority = { High: 1, Low: 9 }[values.Importance as string]
    made = priority === undefined ? without(made, 'priority') : { ...made, priority }
  }
  if (values.Sensitivity !== undefined) {
    const word = values.Sensitivity as string | null
    made = without(made, 'privacy')
    if (word === 'Private' || word === 'Personal') made = { ...made, privacy: 'private' }
    if (word === 'Confidential') made = { ...made, privacy: 'secret' }
  }
  return withReminder(made, values)
}

/** Minutes between the reminder and the start; undefined without one. */
export function reminderMinutes({ alerts }: CalendarObject): number | undefined {
  for (const { trigger } of Object.values(alerts ?? {})) {
    if (!('offset' in trigger) || trigger.relativeTo === 'end') continue
    const offset = parseDuration(trigger.offset)
    if (offset !== undefined)
      return Math.max(0, Math.round((-offset.sign * (offset.days * DAY_MS + offset.ms)) / 60_000))
  }
  return undefined
}

function withReminder(object: CalendarObject, values: Values): CalendarObject {
  const { ReminderIsSet: set, ReminderMinutesBeforeStart: minutes } = values
  if (set === undefined && minutes === undefined) return object
  if (set === false || set === null) return without(object, 'alerts')
  // Minutes alone change a reminder that is there, and a new event gets one by saying so.
  if (set === undefined && reminderMinutes(object) === undefined && object.uid !== '') return object
  const before = Number(minutes ?? reminderMinutes(object) ?? 15)
  const offset = before === 0 ? 'PT0S' : `-${formatDuration({ ms: before * 60_000 })}`
  return { ...object, alerts: { '1': { trigger: { offset }, action: 'display' } } }
}

/** What of an event is neither text nor time nor people. */
export function withPlainValues(before: CalendarObject, values: Values): CalendarObject {
  let event = before
  if (typeof values.UID === 'string' && values.UID !== '') event = { ...event, uid: values.UID }
  if (values.LegacyFreeBusyStatus !== undefined) {
    const busy = (values.LegacyFreeBusyStatus ?? 'Busy') as LegacyFreeBusyType
    event = { ...event, ...freeBusyOf(busyTypes[busy]) }
  }
  const enhanced = values.EnhancedLocation as EnhancedLocationType | null | undefined
  const location = lineValue('location', values.Location ?? enhanced?.DisplayName)
  if (values.Location !== undefined || enhanced !== undefined) {
    event = without(event, 'locations')
    if (location) event = { ...event, locations: { '1': { name: location } } }
  }
  const online = values.JoinOnlineMeetingUrl ?? values.NetShowUrl ?? values.MeetingWorkspaceUrl
  if (typeof online === 'string' && online !== '')
    event = { ...event, virtualLocations: { '1': { uri: online } } }
  if (values.AllowNewTimeProposal !== undefined)
    event = withForbidden(event, forbidding.AllowNewTimeProposal, values.AllowNewTimeProposal === false)
  if (values.DoNotForwardMeeting !== undefined)
    event = withForbidden(event, forbidding.DoNotForwardMeeting, values.DoNotForwardMeeting === true)
  if (values.IsCancelled === true) event = { ...event, status: 'cancelled' }
  return event
}

/** What the organizer forbids (MS-OXCICAL §2.1.3.1.1.20); it goes with invitations. */
const forbidding = {
  AllowNewTimeProposal: 'X-MICROSOFT-DISALLOW-COUNTER',
  DoNotForwardMeeting: 'X-MICROSOFT-DONOTFORWARDMEETING',
} as const
type Forbidding = (typeof forbidding)[keyof typeof forbidding]

const forbids = ({ iCalendar }: CalendarObject, what: Forbidding): boolean =>
  (iCalendar?.properties ?? []).some(
    ([name, , value]) => name === what && value.trim().toUpperCase() === 'TRUE',
  )

/** Whether those invited may propose other times. */
export const allowsNewTimes = (event: CalendarObject): boolean =>
  !forbids(event, forbidding.AllowNewTimeProposal)

/** Whether those invited are asked to pass it on to nobody. */
export const isNotForwarded = (event: CalendarObject): boolean =>
  forbids(event, forbidding.DoNotForwardMeeting)

function withForbidden(event: CalendarObject, what: Forbidding, forbidden: boolean): CalendarObject {
  if (forbidden === forbids(event, what)) return event
  const others = (event.iCalendar?.properties ?? []).filter(([name]) => name !== what)
  const properties: RawProperty[] = forbidden ? [...others, [what, {}, 'TRUE']] : others
  return { ...event, iCalendar: { ...event.iCalendar, properties } }
}
