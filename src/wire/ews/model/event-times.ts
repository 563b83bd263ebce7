/** When events are, as clients set it. */
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { formatVtimezone, parseVtimezone } from '#src/formats/ical/vtimezone.ts'
import { formatDuration, parseDuration } from '#src/formats/jscalendar/duration.ts'
import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import { keptZone } from '#src/formats/jscalendar/kept-zone.ts'
import { DAY_MS, formatLocal, parseLocal } from '#src/formats/recurrence/civil.ts'
import { expandRule } from '#src/formats/recurrence/expand.ts'
import type { RecurrenceRule } from '#src/formats/recurrence/rule.ts'
import { findIanaZone } from '#src/formats/time-zone/iana-zone.ts'
import { zoneYear } from '#src/formats/time-zone/yearly-change.ts'
import { type TimeZone, toEpoch, toLocal } from '#src/formats/time-zone/zone.ts'
import { ianaOfRules } from '#src/formats/time-zone/zone-of-rules.ts'
import { InvalidValue } from '../invalid-value.ts'
import type { RecurrenceType, TimeZoneDefinitionType, TimeZoneType } from '../schema-types.ts'
import { dateOf, ruleOf } from './recurrence.ts'
import { epochOf, zoneNamed, zoneOfDefinition, zoneOfMeetingTimeZone } from './time-zones.ts'
import type { ItemUpdates } from './updates.ts'
import { without } from './without.ts'

type Values = ItemUpdates['values']

/** What times without a zone mean: `zone`, and whether whoever set them said so. */
type SaidIn = { zone: TimeZone; said: boolean }

/** When it begins and ends, in epoch milliseconds. */
export type EventTimes = { startMs: number; endMs: number }

export const zoneOfEvent = (event: CalendarObject, fallback: TimeZone): TimeZone =>
  keptZone(event.timeZone, event.timeZones) ?? fallback

export function timesOf(event: CalendarObject, fallback: TimeZone): EventTimes | undefined {
  if (event.start === undefined) return undefined
  const zone = zoneOfEvent(event, fallback)
  const local = parseLocal(event.start)
  const startMs = toEpoch(zone, local)
  const length = parseDuration(event.duration ?? 'PT0S')
  if (length === undefined) return { startMs, endMs: startMs }
  // Days are days of the clock, the rest is time that passes (RFC 8984 §1.4.6).
  const endMs =
    length.days > 0 ? toEpoch(zone, local + length.days * DAY_MS) + length.ms : startMs + length.ms
  return { startMs, endMs }
}

/** The zone that a request means for an event: its own, else that of the whole request. */
function givenZone(saidIn: SaidIn, values: Values): TimeZone | undefined {
  const definition = values.StartTimeZone as TimeZoneDefinitionType | null | undefined
  if (definition) return zoneDefined(definition)
  if (typeof values.StartTimeZoneId === 'string') return zoneNamed(values.StartTimeZoneId)
  const meeting = values.MeetingTimeZone as TimeZoneType | null | undefined
  const old = meeting ? zoneOfMeetingTimeZone(meeting) : undefined
  return old ?? (saidIn.said ? saidIn.zone : undefined)
}

function zoneDefined(definition: TimeZoneDefinitionType): TimeZone {
  const zone = zoneOfDefinition(definition)
  if (zone === undefined)
    throw new InvalidValue('ErrorTimeZone', `The time zone "${definition.Id ?? ''}" is not known.`)
  return zone
}

/** The event with the zone in which its end is shown, where it is another than that of the start. */
function withEndZone(event: CalendarObject, values: Values): CalendarObject {
  const { EndTimeZone: definition } = values as { EndTimeZone?: TimeZoneDefinitionType | null }
  if (definition === undefined || event.start === undefined) return event
  const { endTimeZone: _, ...plain } = event
  if (definition === null) return plain
  const { timeZone, timeZones } = keptAs(zoneDefined(definition), Number(event.start.slice(0, 4)))
  if (timeZone == null || timeZone === event.timeZone) return plain
  const all = timeZones && { timeZones: { ...event.timeZones, ...timeZones } }
  return { ...plain, endTimeZone: timeZone, ...all }
}

/** How a zone is kept: by its IANA name, else with its definition. */
export function keptAs(zone: TimeZone, year: number): Pick<CalendarObject, 'timeZone' | 'timeZones'> {
  if (findIanaZone(zone.id) !== undefined) return { timeZone: zone.id }
  const iana = ianaOfRules(zoneYear(zone, year), year)
  if (iana !== undefined) return { timeZone: iana }
  const definition = parseVtimezone(formatVtimezone(zone, year))
  const id = `/${zone.id}`
  return definition === undefined
    ? { timeZone: 'Etc/UTC' }
    : { timeZone: id, timeZones: { [id]: definition } }
}

/** The event with its times, zone and recurrence; of an occurrence the recurrence stays. */
export function withTimes(
  saidIn: SaidIn,
  before: CalendarObject,
  values: Values,
  occurrence: boolean,
): CalendarObject {
  const { Start, End, IsAllDayEvent, Recurrence } = values as {
    Start?: string | null
    End?: string | null
    IsAllDayEvent?: boolean | null
    Recurrence?: RecurrenceType | null
  }
  const wanted = givenZone(saidIn, values)
  const explicit =
    values.StartTimeZone !== undefined ||
    values.StartTimeZoneId !== undefined ||
    values.MeetingTimeZone !== undefined
  const moves =
    Start !== undefined ||
    End !== undefined ||
    IsAllDayEvent !== undefined ||
    (explicit && before.start !== undefined)
  let event = before
  if (moves) event = placed(saidIn, before, { Start, End, IsAllDayEvent }, wanted, explicit)
  event = withEndZone(event, values)
  if (occurrence || Recurrence === undefined) return moves && !occurrence ? afterMove(before, event) : event
  if (Recurrence === null)
    return without(event, 'recurrenceRules', 'recurrenceOverrides', 'excludedRecurrenceRules')
  return withRule(event, Recurrence)
}

type Given = {
  Start: string | null | undefined
  End: string | null | undefined
  IsAllDayEvent: boolean | null | undefined
}

function placed(
  saidIn: SaidIn,
  before: CalendarObject,
  { Start, End, IsAllDayEvent }: Given,
  wanted: TimeZone | undefined,
  explicit: boolean,
): CalendarObject {
  const isNew = before.start === undefined
  const zone = (explicit || isNew ? wanted : undefined) ?? zoneOfEvent(before, wanted ?? saidIn.zone)
  const old = timesOf(before, saidIn.zone)
  const startMs = Start ? epochOf(Start, zone) : (old?.startMs ?? missing('Start'))
  const length = old === undefined ? undefined : old.endMs - old.startMs
  let endMs = End ? epochOf(End, zone) : (old?.endMs ?? missing('End'))
  // A client that moves only the start means the whole event where it would end before it begins.
  if (!End && endMs < startMs && length !== undefined) endMs = startMs + length
  if (endMs < startMs)
    throw new InvalidValue('ErrorCalendarEndDateIsEarlierThanStartDate', 'The event ends before it begins.')
  const allDay = IsAllDayEvent ?? before.showWithoutTime ?? false
  const year = new Date(startMs).getUTCFullYear()
  const plain = without(
    before,
    'showWithoutTime',
    'timeZone',
    'timeZones',
    ...(explicit ? (['endTimeZone'] as const) : []),
    'start',
    'duration',
  )
  const floating = before.timeZone == null && !isNew && !explicit && before.showWithoutTime === true
  const kept = floating ? { timeZone: null } : keptAs(zone, year)
  if (allDay) {
    const [from, to] = [nearestDay(toLocal(zone, startMs)), nearestDay(toLocal(zone, endMs))]
    const days = Math.max(1, Math.round((to - from) / DAY_MS))
    return {
      ...plain,
      ...kept,
      start: formatLocal(from),
      duration: formatDuration({ days }),
      showWithoutTime: true,
    }
  }
  const local = Math.floor(toLocal(zone, startMs) / 1_000) * 1_000
  return {
    ...plain,
    ...kept,
    start: formatLocal(local),
    duration: formatDuration({ ms: Math.round((endMs - startMs) / 1_000) * 1_000 }),
  }
}

const nearestDay = (localMs: number): number => Math.floor((localMs + 12 * 3_600_000 - 1) / DAY_MS) * DAY_MS

function missing(what: string): never {
  throw new SyntaxFault(`An event needs ${what}`)
}

/** A series that was moved: its changed and deleted occurrences are named by times that it has no more. */
function afterMove(before: CalendarObject, event: CalendarObject): CalendarObject {
  if (event.recurrenceRules === undefined || event.start === before.start) return event
  const [from, to] = [parseLocal(before.start!), parseLocal(event.start!)]
  const shift = to - from
  const rules = event.recurrenceRules.map((rule) => ({
    ...rule,
    ...(rule.until && { until: formatLocal(parseLocal(rule.until) + (shift % DAY_MS)) }),
  }))
  return { ...without(event, 'recurrenceOverrides'), recurrenceRules: rules }
}

function withRule(event: CalendarObject, recurrence: RecurrenceType): CalendarObject {
  const range = recurrence.EndDateRecurrence ?? recurrence.NumberedRecurrence ?? recurrence.NoEndRecurrence
  const begins = range === undefined ? event.start! : `${dateOf(range.StartDate)}T${event.start!.slice(11)}`
  const rule = ruleOf(recurrence, begins)
  const start = firstOf(rule, begins) ?? event.start!
  const same = event.start === start && sameRule(event.recurrenceRules, rule)
  return {
    ...(same ? event : without(event, 'recurrenceOverrides')),
    start,
    recurrenceRules: [rule],
  }
}

const sameRule = (rules: readonly RecurrenceRule[] | undefined, rule: RecurrenceRule): boolean =>
  rules?.length === 1 && JSON.stringify(rules[0]) === JSON.stringify(rule)

/** The first day on or after the start that the pattern has: Exchange begins there, JSCalendar would begin with the start itself. */
function firstOf(rule: RecurrenceRule, begins: string): string | undefined {
  const { count: _, ...endless } = rule
  for (const local of expandRule(parseLocal(begins), endless)) return formatLocal(local)
  return undefined
}
