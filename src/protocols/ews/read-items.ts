import { calendarObjectOf } from '#src/domain/calendar/events.ts'
import { FolderRight } from '#src/domain/directory/folder-permission.ts'
import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import { isOfSeries, repeats, seriesFrom } from '#src/formats/jscalendar/occurrences.ts'
import { occurrenceOf } from '#src/formats/jscalendar/patch.ts'
import { formatLocal, parseLocal } from '#src/formats/recurrence/civil.ts'
import { timesOf } from '#src/wire/ews/model/event-times.ts'
import type { ItemResponseShapeType } from '#src/wire/ews/schema-types.ts'
import type { EwsCall } from './call.ts'
import { ItemView, viewParts } from './item-view.ts'
import type { ItemPlace, NamedItem } from './places.ts'
import { EwsRefusal } from './refusal-codes.ts'

/** An occurrence number beyond this is none of a series that people have. */
const MOST_INSTANCES = 10_000

/**
 * The item that a request names, of a series the occurrence it means. What is private comes `masked` to who only looks. Refuses as
 * `Places.item`, and for occurrences that are not there.
 */
export async function readItem(
  call: EwsCall,
  named: NamedItem,
  right: number = FolderRight.readAny,
  masked = right === FolderRight.readAny,
): Promise<ItemPlace> {
  const place = await call.places.item(named, right, viewParts, masked)
  const series = calendarObjectOf(place.item)
  if (named.instance === undefined) {
    if (place.recurrenceId !== undefined && series !== undefined && repeats(series))
      requireOccurrence(series, place.recurrenceId)
    return place
  }
  if (series === undefined || !repeats(series)) throw notRecurring()
  return { ...place, recurrenceId: nthOccurrence(series, named.instance) }
}

function nthOccurrence(series: CalendarObject, instance: number): string {
  if (instance < 1) throw outOfRange()
  let count = 0
  for (const local of seriesFrom(series, parseLocal(series.start!))) {
    if (++count > Math.min(instance, MOST_INSTANCES)) break
    if (count < instance) continue
    const recurrenceId = formatLocal(local)
    if (series.recurrenceOverrides?.[recurrenceId]?.excluded) throw deletedOccurrence()
    return recurrenceId
  }
  throw outOfRange()
}

function requireOccurrence(series: CalendarObject, recurrenceId: string): void {
  const override = series.recurrenceOverrides?.[recurrenceId]
  if (override?.excluded) throw deletedOccurrence()
  if (override === undefined && !isOfSeries(series, recurrenceId)) throw outOfRange()
}

const outOfRange = () =>
  new EwsRefusal(
    'ErrorCalendarOccurrenceIndexIsOutOfRecurrenceRange',
    'invalid-parameter',
    'The series has no such occurrence.',
  )
const deletedOccurrence = () =>
  new EwsRefusal(
    'ErrorCalendarOccurrenceIsDeletedFromRecurrence',
    'no-such-item',
    'This occurrence was deleted from the series.',
  )
const notRecurring = () =>
  new EwsRefusal('ErrorCalendarCannotUseIdForRecurringMasterId', 'invalid-parameter', 'This is no series.')

/** How an item that was read is shown. */
export function viewOf(
  call: EwsCall,
  { mailbox, item, rights, recurrenceId }: ItemPlace,
  shape: ItemResponseShapeType,
  listed = false,
): ItemView {
  const options = { mailbox, rights, shape, listed }
  const series = calendarObjectOf(item)
  if (recurrenceId === undefined || series === undefined || !repeats(series))
    return new ItemView(call, item, options)
  const event = occurrenceOf(series, recurrenceId)
  const times = timesOf(event, call.zone)!
  return new ItemView(call, item, { ...options, occurrence: { at: { recurrenceId, ...times }, event } })
}
