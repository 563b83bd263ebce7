import type { RecurrenceRule } from '../recurrence/rule.ts'

/**
 * Events and tasks as they are kept: JSCalendar (RFC 8984), with the few things of ours that Exchange has and it has
 * not (`busyType`, `endTimeZone`), and beside it what iCalendar said and the model cannot (`iCalendar`).
 */
export type CalendarObject = {
  '@type': 'Event' | 'Task'
  uid: string
  /** UTC date-times, `2026-11-21T09:00:00Z`. */
  created?: string
  updated?: string
  sequence?: number
  method?: string
  prodId?: string
  title?: string
  description?: string
  /** `text/plain` (default) or `text/html`. */
  descriptionContentType?: string
  locations?: Readonly<Record<string, Location>>
  virtualLocations?: Readonly<Record<string, VirtualLocation>>
  links?: Readonly<Record<string, Link>>
  keywords?: Readonly<Record<string, true>>
  color?: string
  priority?: number
  freeBusyStatus?: 'free' | 'busy'
  /** Finer than `freeBusyStatus`; says the same where that is given too. */
  busyType?: BusyType
  privacy?: 'public' | 'private' | 'secret'
  status?: 'confirmed' | 'cancelled' | 'tentative'
  replyTo?: Readonly<Record<string, string>>
  participants?: Readonly<Record<string, Participant>>
  alerts?: Readonly<Record<string, Alert>>
  useDefaultAlerts?: boolean

  /** Local date-time in `timeZone`; floating without one. A task may have none. */
  start?: string
  timeZone?: string | null
  /** Where it ends by another clock than it begins. */
  endTimeZone?: string
  /** Default `PT0S`. */
  duration?: string
  /** Whole days: `start` at midnight, floating. */
  showWithoutTime?: boolean
  /** Definitions of zones whose id begins with `/` (RFC 8984 §4.7.2). */
  timeZones?: Readonly<Record<string, TimeZoneDefinition>>

  recurrenceRules?: readonly RecurrenceRule[]
  excludedRecurrenceRules?: readonly RecurrenceRule[]
  /** By the local date-time at which the occurrence would begin; `{}` adds one there. */
  recurrenceOverrides?: Readonly<Record<string, Patch>>
  /** This object is one occurrence of a series that is not here. */
  recurrenceId?: string
  recurrenceIdTimeZone?: string | null
  /** Of an occurrence by itself: what it says goes for those after it too (RFC 5545 §3.2.13). */
  recurrenceRange?: 'this-and-future'

  /** Tasks. */
  due?: string
  estimatedDuration?: string
  percentComplete?: number
  progress?: 'needs-action' | 'in-process' | 'completed' | 'failed' | 'cancelled'
  progressUpdated?: string
  /** The next one is made when this one is done, so long after that day. Not of RFC 8984; there are no `recurrenceRules` beside it. */
  regenerates?: Regeneration

  iCalendar?: IcalendarRest
}

/** `count`: this one and those to come. `until`: local date. */
export type Regeneration = {
  frequency: 'daily' | 'weekly' | 'monthly' | 'yearly'
  interval?: number
  count?: number
  until?: string
}

export type BusyType = 'free' | 'tentative' | 'busy' | 'outOfOffice' | 'workingElsewhere'

/** Top-level properties of the occurrence that differ; null takes one away; `excluded` takes the occurrence away. */
export type Patch = { readonly [property: string]: unknown; readonly excluded?: boolean }

type Location = { name?: string; description?: string; coordinates?: string }
type VirtualLocation = { uri: string; name?: string; features?: Readonly<Record<string, true>> }
export type Link = { href: string; contentType?: string; title?: string; rel?: string; sizeBytes?: number }

export type Participant = {
  name?: string
  email?: string
  sendTo?: Readonly<Record<string, string>>
  kind?: 'individual' | 'group' | 'location' | 'resource'
  roles: Readonly<Record<string, true>>
  participationStatus?: 'needs-action' | 'accepted' | 'declined' | 'tentative' | 'delegated'
  participationComment?: string
  expectReply?: boolean
  scheduleAgent?: 'server' | 'client' | 'none'
  scheduleSequence?: number
  scheduleUpdated?: string
  /** The other times that an attendee has asked for, in UTC; kept by the organizer alone. */
  proposed?: { start: string; end: string }
  /** Calendar addresses. */
  sentBy?: string
  delegatedTo?: Readonly<Record<string, true>>
  delegatedFrom?: Readonly<Record<string, true>>
  memberOf?: Readonly<Record<string, true>>
  /** Parameters of ATTENDEE or ORGANIZER that have no place above. */
  iCalendarParameters?: Readonly<Record<string, readonly string[]>>
}

export type Alert = {
  /** `offset` is signed and from the start unless told otherwise; `when` is UTC. */
  trigger: { offset: string; relativeTo?: 'start' | 'end' } | { when: string }
  action?: 'display' | 'email'
  acknowledged?: string
}

export type TimeZoneDefinition = {
  tzId: string
  standard?: readonly ZoneRule[]
  daylight?: readonly ZoneRule[]
}

export type ZoneRule = {
  /** Local date-time of the first onset, with the offset before it. */
  start: string
  /** `+0530`. */
  offsetFrom: string
  offsetTo: string
  recurrenceRules?: readonly RecurrenceRule[]
  recurrenceOverrides?: Readonly<Record<string, Patch>>
  names?: Readonly<Record<string, true>>
}

/** `[name, parameters, value]` as they stood. */
export type RawProperty = readonly [string, Readonly<Record<string, readonly string[]>>, string]
export type RawComponent = {
  name: string
  properties: readonly RawProperty[]
  components?: readonly RawComponent[]
}

/** What iCalendar said beyond the model, given back when it is written again. */
export type IcalendarRest = {
  properties?: readonly RawProperty[]
  components?: readonly RawComponent[]
  /** Further parameters of properties that the model has, by property. */
  parameters?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>
}
