import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { parseDuration } from '#src/formats/jscalendar/duration.ts'
import { formatLocal, parseLocal } from '#src/formats/recurrence/civil.ts'
import { findIanaZone } from '#src/formats/time-zone/iana-zone.ts'
import { ianaOfWindows, windowsOfIana } from '#src/formats/time-zone/windows-names.ts'
import { windowsZones } from '#src/formats/time-zone/windows-zones.ts'
import {
  type YearlyChange,
  yearlyZone,
  type ZoneYear,
  zoneYear,
} from '#src/formats/time-zone/yearly-change.ts'
import { fixedZone, type TimeZone, toEpoch, toLocal, utc } from '#src/formats/time-zone/zone.ts'
import { formatInstant, instantOf, parseDateTime } from '../date-time.ts'
import type {
  DayOfWeekType,
  TimeZoneContextType,
  TimeZoneDefinitionType,
  TimeZoneType,
} from '../schema-types.ts'

const weekdayNames = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const
const MINUTE = 60_000

/** The zone of a request: that of its TimeZoneContext, else UTC. */
export const zoneOfContext = (context: TimeZoneContextType | undefined): TimeZone =>
  (context && zoneOfDefinition(context.TimeZoneDefinition)) ?? utc

/** By its Windows or IANA name, else by its rules; undefined when it has neither. */
export function zoneOfDefinition(definition: TimeZoneDefinitionType): TimeZone | undefined {
  return zoneNamed(definition.Id) ?? zoneNamed(definition.Name) ?? zoneOfRules(definition)
}

/** The zone of a Windows or IANA name. */
export function zoneNamed(name: string | undefined): TimeZone | undefined {
  if (name === undefined || name === '') return undefined
  if (/^(?:tzone:\/\/Microsoft\/)?(?:UTC|Utc|GMT)$/.test(name)) return utc
  const iana = ianaOfWindows(name)
  return findIanaZone(iana ?? name)
}

/** The zone of MeetingTimeZone, which clients of 2007 send: by name, else by its offset and changes. */
export function zoneOfMeetingTimeZone(zone: TimeZoneType): TimeZone | undefined {
  const named = zoneNamed(zone.TimeZoneName)
  if (named !== undefined || zone.BaseOffset === undefined) return named
  // Offsets there are from local time to UTC.
  const base = -durationMs(zone.BaseOffset)
  const { Standard, Daylight } = zone
  const [begins, ends] = [Daylight && yearlyOf(Daylight), Standard && yearlyOf(Standard)]
  if (!Standard || !Daylight || !begins || !ends) return fixedZone(zone.TimeZoneName ?? 'Custom', base)
  return yearlyZone(zone.TimeZoneName ?? 'Custom', {
    standardOffsetMs: base - durationMs(Standard.Offset),
    daylight: { offsetMs: base - durationMs(Daylight.Offset), begins, ends },
  })
}

type TimeChange = NonNullable<TimeZoneType['Standard']>

function yearlyOf({ RelativeYearlyRecurrence: rule, Time }: TimeChange): YearlyChange | undefined {
  if (rule === undefined) return undefined
  const weekday = weekdayNames.indexOf(rule.DaysOfWeek as (typeof weekdayNames)[number])
  if (weekday < 0) return undefined
  const week = { First: 1, Second: 2, Third: 3, Fourth: 4, Last: 5 }[rule.DayOfWeekIndex]
  return {
    month: monthNames.indexOf(rule.Month) + 1,
    week,
    weekday,
    timeMs: parseLocal(`1970-01-01T${Time.slice(0, 8)}`),
  }
}

export const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const

/** A zone that only its rules describe: those of its last group hold for ever. */
function zoneOfRules({
  Periods,
  TransitionsGroups,
  Transitions,
  Id,
}: TimeZoneDefinitionType): TimeZone | undefined {
  if (Periods === undefined || Periods.length === 0) return undefined
  const bias = new Map(Periods.map((period) => [period.Id ?? '', -durationMs(period.Bias ?? 'PT0S')]))
  const only = fixedZone(Id ?? 'Custom', bias.values().next().value!)
  const target = Transitions?.Transitions.at(-1)
  const to = Object.values(target ?? {})[0]?.To
  const group = TransitionsGroups?.find((each) => each.Id === to?.Value) ?? TransitionsGroups?.at(-1)
  const rules = (group?.Transitions ?? []).flatMap(({ RecurringDayTransition: rule }) => rule ?? [])
  const first = rules.map((rule) => ({ rule, offset: bias.get(rule.To.Value) }))
  const [one, other] = first
  if (one?.offset === undefined || other?.offset === undefined) return only
  const [daylight, standard] = one.offset > other.offset ? [one, other] : [other, one]
  return yearlyZone(Id ?? 'Custom', {
    standardOffsetMs: standard.offset!,
    daylight: {
      offsetMs: daylight.offset!,
      begins: changeOf(daylight.rule),
      ends: changeOf(standard.rule),
    },
  })
}

type DayTransition = { TimeOffset: string; Month: number; DayOfWeek: DayOfWeekType; Occurrence: number }

function changeOf({ TimeOffset, Month, DayOfWeek, Occurrence }: DayTransition): YearlyChange {
  return {
    month: Month,
    week: Occurrence < 0 ? 5 : Occurrence,
    weekday: Math.max(0, weekdayNames.indexOf(DayOfWeek as (typeof weekdayNames)[number])),
    timeMs: durationMs(TimeOffset),
  }
}

function durationMs(text: string): number {
  const found = parseDuration(text.replace(/\.\d+S$/, 'S'))
  if (found === undefined) throw new SyntaxFault(`'${text.slice(0, 40)}' is no offset`)
  return found.sign * (found.days * 86_400_000 + found.ms)
}

function formatOffset(ms: number): string {
  const minutes = Math.abs(Math.round(ms / MINUTE))
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60]
  return `${ms < 0 && minutes > 0 ? '-' : ''}PT${hours}H${rest === 0 ? '' : `${rest}M`}`
}

/** Windows ids of all zones that are known. */
export const serverZones: readonly string[] = [
  'UTC',
  ...Object.keys(windowsZones).filter((name) => name !== 'UTC'),
]

/** The id that clients know a zone by: the Windows one, else its own. */
export const idOfZone = (zone: TimeZone): string =>
  zone.id === utc.id || zone.id === 'UTC' ? 'UTC' : (windowsOfIana(zone.id) ?? zone.id.replace(/^\//, ''))

/** What names a zone in an item. */
export function shortDefinition(zone: TimeZone, year: number): TimeZoneDefinitionType {
  const id = idOfZone(zone)
  return { Id: id, Name: nameOf(zone, id, year) }
}

function nameOf(zone: TimeZone, id: string, year: number): string {
  const offset = zoneYear(zone, year).standardOffsetMs
  const minutes = Math.abs(offset / MINUTE)
  const two = (n: number) => String(Math.floor(n)).padStart(2, '0')
  return `(UTC${offset === 0 ? '' : `${offset < 0 ? '-' : '+'}${two(minutes / 60)}:${two(minutes % 60)}`}) ${id}`
}

/** The rules of a zone as they are in a year, as clients of 2010 and later take them. */
export function fullDefinition(zone: TimeZone, year: number): TimeZoneDefinitionType {
  const rules: ZoneYear = zoneYear(zone, year)
  const id = idOfZone(zone)
  const standard = `trule:Microsoft/Registry/${id}/${year}-Standard`
  const daylight = `trule:Microsoft/Registry/${id}/${year}-Daylight`
  const transition = (kind: 'Group' | 'Period', value: string) => ({ To: { Kind: kind, Value: value } })
  const periods = [{ Bias: formatOffset(-rules.standardOffsetMs), Name: 'Standard', Id: standard }]
  const change = (to: string, { month, week, weekday, timeMs }: YearlyChange) => ({
    RecurringDayTransition: {
      ...transition('Period', to),
      TimeOffset: formatOffset(timeMs),
      Month: month,
      DayOfWeek: weekdayNames[weekday]!,
      Occurrence: week === 5 ? -1 : week,
    },
  })
  if (rules.daylight !== null)
    periods.push({ Bias: formatOffset(-rules.daylight.offsetMs), Name: 'Daylight', Id: daylight })
  return {
    Id: id,
    Name: nameOf(zone, id, year),
    Periods: periods,
    TransitionsGroups: [
      {
        Id: '0',
        Transitions:
          rules.daylight === null
            ? [{ Transition: transition('Period', standard) }]
            : [change(daylight, rules.daylight.begins), change(standard, rules.daylight.ends)],
      },
    ],
    Transitions: { Transitions: [{ Transition: transition('Group', '0') }] },
  }
}

/** As far from 1970 as Date goes (ECMA-262 §21.4.1.1). */
const LAST_DATE_MS = 8.64e15

/** Epoch milliseconds of an xs:dateTime; without an offset it is meant in `zone`. SyntaxFault for what is none. */
export function epochOf(text: string, zone: TimeZone): number {
  const instant = instantOf(parseDateTime(text), (wall) =>
    Temporal.Instant.fromEpochMilliseconds(
      toEpoch(zone, parseLocal(wall.toString({ smallestUnit: 'second' }))),
    ),
  )
  return instant.epochMilliseconds
}

export function formatTime(epochMs: number): string {
  const written = Math.abs(epochMs) <= LAST_DATE_MS ? new Date(Math.round(epochMs)).toISOString() : ''
  // Every item has several of them, and in the years that people live in this is the same, sooner.
  if (written.length === 'YYYY-MM-DDTHH:MM:SS.000Z'.length) return `${written.slice(0, 19)}Z`
  return formatInstant(Temporal.Instant.fromEpochMilliseconds(Math.round(epochMs)))
}

/** The local date-time (`2026-11-21T09:00:00`) that a zone's clock shows. */
export const localOf = (epochMs: number, zone: TimeZone): string =>
  formatLocal(Math.floor(toLocal(zone, epochMs) / 1000) * 1000)
