import type { FreeBusy } from '#src/domain/availability/free-busy-source.ts'
import type { Stretches } from '#src/domain/calendar/busy-times.ts'
import type { WorkingHours } from '#src/domain/calendar/working-hours.ts'
import { findIanaZone } from '#src/formats/time-zone/iana-zone.ts'
import { zoneYear } from '#src/formats/time-zone/yearly-change.ts'
import { type TimeZone, utc } from '#src/formats/time-zone/zone.ts'
import { dayNames } from '#src/wire/ews/model/recurrence.ts'
import type {
  FreeBusyView,
  FreeBusyViewType,
  SerializableTimeZone,
  WorkingHours as WrittenHours,
} from '#src/wire/ews/schema-types.ts'
import { formatSerializableZone } from '#src/wire/ews/serializable-zone.ts'
import { calendarEvents } from './calendar-events.ts'
import { mergedDigits } from './merged-digits.ts'

/** What is asked to be shown, and on whose clock. */
export type WantedView = Stretches & { type: FreeBusyViewType; zone: TimeZone }

/** What whoever asked may see of it, and says so: subjects and places only where they may be seen (FBI-03). */
export function freeBusyView(freeBusy: FreeBusy, wanted: WantedView): FreeBusyView {
  const type = freeBusy.detailed ? wanted.type : lesser[wanted.type]
  if (type === 'None') return { FreeBusyViewType: ['None'] }
  return {
    FreeBusyViewType: [type],
    ...(/Merged/.test(type) && { MergedFreeBusy: mergedDigits(freeBusy, wanted) }),
    ...(type !== 'MergedOnly' && {
      CalendarEventArray: calendarEvents(freeBusy.times, wanted.zone, /^Detailed/.test(type)),
    }),
    ...(freeBusy.workingHours !== null && {
      WorkingHours: formatHours(freeBusy.workingHours, new Date(wanted.from).getUTCFullYear()),
    }),
  }
}

const lesser = {
  None: 'None',
  MergedOnly: 'MergedOnly',
  FreeBusy: 'FreeBusy',
  FreeBusyMerged: 'FreeBusyMerged',
  Detailed: 'FreeBusy',
  DetailedMerged: 'FreeBusyMerged',
} as const satisfies Record<FreeBusyViewType, FreeBusyViewType>

/** With their zone by its rules in that year. No period goes over midnight: Exchange's suggestions fail over such (interop 2.2). */
function formatHours({ timeZone, periods }: WorkingHours, year: number): WrittenHours {
  return {
    TimeZone: writtenZone(timeZone, year),
    WorkingPeriodArray: periods.map(({ days, startMinutes, endMinutes }) => ({
      DayOfWeek: days.map((day) => dayNames[day]),
      StartTimeInMinutes: startMinutes,
      EndTimeInMinutes: endMinutes,
    })),
  }
}

const ZONES_KEPT = 1_000
const zones = new Map<string, SerializableTimeZone>()

/** Looking through a year for its changes costs more than all the rest of an answer. */
function writtenZone(name: string, year: number): SerializableTimeZone {
  const key = `${name} ${year}`
  const known = zones.get(key)
  if (known !== undefined) return known
  const made = formatSerializableZone(zoneYear(findIanaZone(name) ?? utc, year))
  if (zones.size >= ZONES_KEPT) zones.clear()
  zones.set(key, made)
  return made
}
