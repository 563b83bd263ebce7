/** Single occurrences of a series that was put back, as EWS names and shows them. */
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import { ofSeries, seriesFrom } from '#src/formats/jscalendar/occurrences.ts'
import { parseLocal } from '#src/formats/recurrence/civil.ts'
import { findIanaZone } from '#src/formats/time-zone/iana-zone.ts'
import { toEpoch, utc } from '#src/formats/time-zone/zone.ts'
import type { CalendarItemType, ItemIdType } from '#src/wire/ews/schema-types.ts'
import type { EwsSession } from './ews-session.ts'
import { readShown } from './item-there.ts'

const DAY_MS = 86_400_000
/** A series has no occurrence of a higher number by which EWS names it. */
const MOST_INSTANCES = 10_000

/** An occurrence of a series here: the key of the series there, and when the series has it. */
export type OccurrencePlace = { series: string; event: CalendarObject; recurrenceId: string }
export type ShownOccurrence = CalendarItemType & { ItemId: ItemIdType }

/**
 * An occurrence as it is there, with its files and times. Throws SourceFailure `item-permanent` where EWS has no name for it, or
 * where it is not the one that is meant.
 */
export async function readOccurrence(
  session: EwsSession,
  place: OccurrencePlace,
  signal: AbortSignal,
): Promise<ShownOccurrence> {
  const { event, recurrenceId } = place
  const what = `"${event.title ?? ''}" of ${recurrenceId.slice(0, 10)}`
  const fields = ['item:Attachments', 'calendar:Start', 'calendar:OriginalStart'] as const
  const [there] = await readShown(session, [idOf(place)], fields, what, signal)
  const told = there?.OriginalStart ?? there?.Start
  const zone = event.timeZone == null ? utc : (findIanaZone(event.timeZone) ?? utc)
  const apart = Math.abs(Date.parse(told ?? '') - toEpoch(zone, parseLocal(recurrenceId)))
  // A day without hours, or without a zone, begins at midnight somewhere.
  const isMeant = event.showWithoutTime || event.timeZone == null ? apart <= DAY_MS : apart === 0
  if (there?.ItemId === undefined || !isMeant)
    throw new SourceFailure('item-permanent', 'not-taken', `${what} is another day there.`)
  return there as ShownOccurrence
}

/** By its number among those of the rule, whatever was deleted of them ([MS-OXWSCDATA] OccurrenceItemIdType). */
function idOf({ series, event, recurrenceId }: OccurrencePlace) {
  const wanted = parseLocal(recurrenceId)
  let InstanceIndex = 0
  if (ofSeries(event, [recurrenceId]).has(recurrenceId))
    for (const start of seriesFrom(event, parseLocal(event.start!), wanted)) {
      InstanceIndex++
      if (start >= wanted || InstanceIndex >= MOST_INSTANCES) {
        if (start === wanted) return { OccurrenceItemId: { RecurringMasterId: series, InstanceIndex } }
        break
      }
    }
  throw new SourceFailure('item-permanent', 'not-taken', 'EWS names only days that follow from the rule.')
}
