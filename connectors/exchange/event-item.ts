/** Events of Exchange as JSCalendar: the series, what differs of single occurrences, and what was deleted of it, as one unit. */
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import type { Loss } from '#src/domain/migration/source.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { parseCalendar } from '#src/formats/ical/calendar.ts'
import type { CalendarObject, Patch } from '#src/formats/jscalendar/event.ts'
import { isOfSeries, repeats } from '#src/formats/jscalendar/occurrences.ts'
import { patchBetween } from '#src/formats/jscalendar/patch.ts'
import { utc } from '#src/formats/time-zone/zone.ts'
import { withPlainValues, withText } from '#src/wire/ews/model/event-fields.ts'
import { keptAs, withTimes, zoneOfEvent } from '#src/wire/ews/model/event-times.ts'
import { epochOf, localOf } from '#src/wire/ews/model/time-zones.ts'
import type { CalendarItemType, ItemInfoResponseMessageType, ItemType } from '#src/wire/ews/schema-types.ts'
import { gather } from '#src/wire/xml/octets.ts'
import { zoneOfEventItem } from './event-zone.ts'
import type { EwsSession } from './ews-session.ts'
import { failureOfMessage } from './failures.ts'
import { shapeOf } from './item-shapes.ts'
import { peopleOf, utcOf } from './participants.ts'

const TOGETHER = 25

export type ReadEvent = {
  event: CalendarObject
  /** Changed occurrences as they were read, by the recurrence id. */
  occurrences: readonly { recurrenceId: string; item: CalendarItemType }[]
}

/** The event of a calendar item with everything of its series. Rejects with SourceFailure. */
export async function readEvent(
  session: EwsSession,
  item: CalendarItemType,
  losses: Loss[],
  signal: AbortSignal,
): Promise<ReadEvent> {
  let event: CalendarObject
  const isSeries = item.Recurrence !== undefined || item.CalendarItemType === 'RecurringMaster'
  try {
    event = eventOf(item, session.mailbox, losses)
  } catch (error) {
    if (!(error instanceof SyntaxFault)) throw error
    event = eventOf({ ...item, Recurrence: undefined }, session.mailbox, losses)
  }
  // A rule that EWS has no pattern for, as other programs write it.
  if (isSeries && !repeats(event))
    return { event: await fromCalendar(session, item, event, losses, signal), occurrences: [] }
  if (!isSeries) return { event: asLone(item, event), occurrences: [] }
  return withExceptions(session, item, event, losses, signal)
}

/** Of who is invited to one occurrence alone, that it is one: updates of it are told by when the series has it. */
function asLone({ RecurrenceId }: CalendarItemType, event: CalendarObject): CalendarObject {
  if (RecurrenceId === undefined) return event
  const zone = zoneOfEvent(event, utc)
  const recurrenceId = localOf(epochOf(RecurrenceId, zone), zone)
  return event.showWithoutTime
    ? { ...event, recurrenceId: `${recurrenceId.slice(0, 10)}T00:00:00` }
    : { ...event, recurrenceId, recurrenceIdTimeZone: event.timeZone ?? 'Etc/UTC' }
}

/** What an item says of itself, without its exceptions. SyntaxFault for times and patterns that mean nothing. */
function eventOf(item: CalendarItemType, mailbox: string, losses: Loss[]): CalendarObject {
  const { Start, End, IsAllDayEvent, Recurrence, StartTimeZone, EndTimeZone, Body, ...rest } = item
  if (Start === undefined || End === undefined)
    throw new SourceFailure(
      'item-permanent',
      'ErrorCorruptData',
      `The event "${item.Subject ?? ''}" has no time.`,
    )
  const values = { ...rest, ...(Body?.Value && { Body }) } as Record<string, unknown>
  const year = Number(Start.slice(0, 4))
  const zone = zoneOfEventItem(StartTimeZone, year)
  let event: CalendarObject = {
    '@type': 'Event',
    uid: item.UID ?? '',
    freeBusyStatus: 'busy',
    busyType: 'busy',
  }
  event = withPlainValues(withText(event, values, {}), values)
  event = withTimes(
    { zone: zone ?? utc, said: true },
    event,
    { Start, End, IsAllDayEvent, Recurrence },
    false,
  )
  if (zone === undefined && IsAllDayEvent === true) event = { ...event, timeZone: null }
  else if (zone === undefined && Recurrence !== undefined)
    losses.push({
      property: 'time zone',
      reason: 'the series has none that is known; its times are kept in UTC',
      weight: 'visible',
    })
  const endZone = zoneOfEventItem(EndTimeZone, year)
  if (endZone !== undefined && zone !== undefined && endZone.id !== zone.id && IsAllDayEvent !== true) {
    const kept = keptAs(endZone, year)
    event = {
      ...event,
      endTimeZone: kept.timeZone!,
      ...(kept.timeZones && { timeZones: { ...event.timeZones, ...kept.timeZones } }),
    }
  }
  return {
    ...event,
    ...(item.AppointmentSequenceNumber !== undefined && { sequence: item.AppointmentSequenceNumber }),
    ...(item.DateTimeCreated && { created: utcOf(item.DateTimeCreated) }),
    ...((item.DateTimeStamp ?? item.LastModifiedTime) && {
      updated: utcOf((item.DateTimeStamp ?? item.LastModifiedTime)!),
    }),
    ...peopleOf(item, mailbox, losses),
  }
}

async function withExceptions(
  session: EwsSession,
  item: CalendarItemType,
  series: CalendarObject,
  losses: Loss[],
  signal: AbortSignal,
): Promise<ReadEvent> {
  const overrides: Record<string, Patch> = {}
  for (const { Start } of item.DeletedOccurrences ?? []) overrides[idOf(series, Start)] = { excluded: true }
  const occurrences: { recurrenceId: string; item: CalendarItemType }[] = []
  const modified = item.ModifiedOccurrences ?? []
  for (let from = 0; from < modified.length; from += TOGETHER) {
    const some = modified.slice(from, from + TOGETHER)
    const answers = await session.messages<'GetItem', ItemInfoResponseMessageType>(
      'GetItem',
      {
        ItemShape: shapeOf('event', session.isRecent),
        ItemIds: some.map(({ ItemId: { Id } }) => ({ ItemId: { Id } })),
      },
      signal,
    )
    for (const [at, { OriginalStart, Start, End }] of some.entries()) {
      const recurrenceId = idOf(series, OriginalStart)
      const answer = answers[at]
      const found =
        answer?.ResponseClass === 'Error'
          ? undefined
          : (answer?.Items?.[0]?.CalendarItem as CalendarItemType | undefined)
      if (found === undefined) {
        const failure = answer && failureOfMessage(answer, `The occurrence of ${OriginalStart}`)
        if (failure !== undefined && failure.kind !== 'item-permanent') throw failure
        losses.push({
          property: `occurrence ${recurrenceId}`,
          reason: `only its time is known: ${failure?.message ?? 'it was not told'}`,
          weight: 'visible',
        })
        overrides[recurrenceId] = moved(item, series, recurrenceId, { Start, End })
        continue
      }
      const own = eventOf({ ...found, Recurrence: undefined, UID: item.UID }, session.mailbox, losses)
      overrides[recurrenceId] = patchBetween(series, own, recurrenceId)
      occurrences.push({ recurrenceId, item: found })
    }
  }
  if (Object.keys(overrides).length === 0) return { event: series, occurrences }
  return { event: { ...series, recurrenceOverrides: overrides }, occurrences }
}

function moved(
  item: CalendarItemType,
  series: CalendarObject,
  recurrenceId: string,
  times: { Start: string; End: string },
): Patch {
  const zone = zoneOfEvent(series, utc)
  const { IsAllDayEvent } = item
  const own = withTimes(
    { zone, said: true },
    { '@type': 'Event', uid: '' },
    { ...times, IsAllDayEvent },
    false,
  )
  const { start, duration } = own
  return patchBetween(series, { ...series, start: start!, duration: duration! }, recurrenceId)
}

/**
 * By which local date-time the series has an occurrence that would begin at this instant. Exchange tells the day right where the time
 * is not that of the series any more, since it was moved after the occurrence was.
 */
function idOf(series: CalendarObject, originalStart: string): string {
  const zone = zoneOfEvent(series, utc)
  const local = localOf(epochOf(originalStart, zone), zone)
  if (isOfSeries(series, local)) return local
  const sameDay = `${local.slice(0, 10)}${series.start!.slice(10)}`
  return isOfSeries(series, sameDay) ? sameDay : local
}

const timing = [
  'start',
  'duration',
  'timeZone',
  'timeZones',
  'endTimeZone',
  'showWithoutTime',
  'recurrenceRules',
  'excludedRecurrenceRules',
  'recurrenceOverrides',
] as const

/** The same event with the recurrence that its iCalendar text tells. */
async function fromCalendar(
  session: EwsSession,
  item: CalendarItemType,
  event: CalendarObject,
  losses: Loss[],
  signal: AbortSignal,
): Promise<CalendarObject> {
  const [answer] = await session.messages<'GetItem', ItemInfoResponseMessageType>(
    'GetItem',
    {
      ItemShape: { BaseShape: 'IdOnly', IncludeMimeContent: true },
      ItemIds: [{ ItemId: { Id: item.ItemId!.Id } }],
    },
    signal,
  )
  const found = Object.values(answer?.Items?.[0] ?? {})[0] as ItemType | undefined
  const octets = answer?.ResponseClass === 'Error' ? undefined : found?.MimeContent?.Value
  const text = octets === undefined ? '' : Buffer.from(await gather(octets)).toString('utf8')
  const at = text.indexOf('BEGIN:VCALENDAR')
  const told = at < 0 ? [] : parseCalendar(text.slice(at)).objects
  const series = told.find((one) => one.recurrenceId === undefined && repeats(one))
  if (series === undefined) {
    losses.push({
      property: 'recurrence',
      reason:
        'the series has a pattern that neither EWS nor its iCalendar text tells; only its first occurrence is kept',
      weight: 'content',
    })
    return event
  }
  const taken = Object.fromEntries(
    timing.flatMap((name) => (series[name] === undefined ? [] : [[name, series[name]]])),
  )
  const { timeZone: _, ...plain } = event
  return { ...plain, ...taken }
}
