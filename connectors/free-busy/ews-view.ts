import { SyntaxFault } from '#src/base/syntax-fault.ts'
import type { FreeBusy } from '#src/domain/availability/free-busy-source.ts'
import type { BusyTime } from '#src/domain/calendar/busy-time.ts'
import type { Busy } from '#src/domain/mailbox/event-index.ts'
import { instantOf, parseDateTime } from '#src/wire/ews/date-time.ts'
import type { CalendarEvent, FreeBusyView, LegacyFreeBusyType } from '#src/wire/ews/schema-types.ts'
import { ewsHours } from './ews-hours.ts'

/** A stretch of a question, and the minutes that each digit of the answer stands for. */
export type AskedWindow = { from: number; to: number; minutes: number }

const busyOfType: Readonly<Record<LegacyFreeBusyType, Busy | undefined>> = {
  Free: undefined,
  NoData: undefined,
  Tentative: 'tentative',
  Busy: 'busy',
  OOF: 'outOfOffice',
  WorkingElsewhere: 'workingElsewhere',
}
const busyOfDigit: Readonly<Record<string, Busy>> = { 1: 'tentative', 2: 'busy', 3: 'outOfOffice' }

/**
 * What a view says of one window. Events are exact, so digits count only where there are none (a caller who may see no
 * more), and for what the server does not know (4), which is never taken for free. SyntaxFault for times that cannot be read.
 */
export function freeBusyOfView(view: FreeBusyView, window: AskedWindow): FreeBusy {
  const types = view.FreeBusyViewType
  const events = view.CalendarEventArray ?? []
  const digits = view.MergedFreeBusy ?? ''
  const exact = events.length > 0 || types.some((type) => /^(FreeBusy|Detailed)/.test(type))
  const unknown = [
    ...events.filter(({ BusyType }) => BusyType === 'NoData').map(stretchOf),
    ...runs(digits, window, '4').map(({ startMs, endMs }) => ({ startMs, endMs })),
  ]
  return {
    times: exact ? events.flatMap(timesOf) : timesOfDigits(digits, window),
    workingHours: view.WorkingHours === undefined ? null : ewsHours(view.WorkingHours, window.from),
    detailed: types.some((type) => type.startsWith('Detailed')),
    ...(unknown.length > 0 && { unknown }),
  }
}

function timesOf(event: CalendarEvent): BusyTime[] {
  const busy = busyOfType[event.BusyType]
  if (busy === undefined) return []
  const said = event.CalendarEventDetails
  const hidden = said?.IsPrivate === true
  return [
    {
      ...stretchOf(event),
      busy,
      private: hidden,
      // Exchange leaves it to programs to keep what is private to themselves.
      ...(said !== undefined &&
        !hidden && {
          details: {
            item: null,
            subject: said.Subject ?? '',
            location: said.Location === undefined || said.Location === '' ? null : said.Location,
            isMeeting: said.IsMeeting,
            isRecurring: said.IsRecurring,
            isException: said.IsException,
            isReminderSet: said.IsReminderSet,
          },
        }),
    },
  ]
}

/** Times without an offset are those of the zone that was asked in, which is UTC. */
function stretchOf({ StartTime, EndTime }: CalendarEvent): { startMs: number; endMs: number } {
  const moment = (text: string): number =>
    instantOf(parseDateTime(text), (wall) => wall.toZonedDateTime('UTC').toInstant()).epochMilliseconds
  const startMs = moment(StartTime)
  const endMs = moment(EndTime)
  if (endMs < startMs) throw new SyntaxFault('An event ends before it begins')
  return { startMs, endMs }
}

const timesOfDigits = (digits: string, window: AskedWindow): BusyTime[] =>
  Object.keys(busyOfDigit)
    .flatMap((digit) => runs(digits, window, digit))
    .sort((a, b) => a.startMs - b.startMs)
    .map(({ startMs, endMs, digit }) => ({ startMs, endMs, busy: busyOfDigit[digit]!, private: false }))

function runs(digits: string, { from, to, minutes }: AskedWindow, digit: string) {
  const step = minutes * 60_000
  return [...digits.matchAll(new RegExp(`${digit}+`, 'g'))].map((run) => ({
    digit,
    startMs: from + run.index * step,
    endMs: Math.min(to, from + (run.index + run[0].length) * step),
  }))
}
