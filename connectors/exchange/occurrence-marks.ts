/** What lies beside a single occurrence of a series, and is another than beside the series. */
import type { Loss } from '#src/domain/migration/source.ts'
import { SENSITIVITY_KEY, sensitivities } from '#src/wire/ews/model/numbered-words.ts'
import { keptOfOccurrence, ofOneOccurrence } from '#src/wire/ews/model/occurrence-properties.ts'
import { twins } from '#src/wire/ews/model/twins.ts'
import type { CalendarItemType } from '#src/wire/ews/schema-types.ts'
import { type Kept, keptOf } from './extended-properties.ts'
import { CLASS_KEY, marksOf } from './item-marks.ts'

/** An exception is of a class of its own kind (MS-OXOCAL §2.2.10.1.1), which says nothing. */
function marksOfEvent(item: CalendarItemType): Kept {
  const { [CLASS_KEY]: _, ...marks } = marksOf('event', item, {})
  return marks
}

/** Where the series is personal, that an occurrence is private. */
const asPrivate = String(sensitivities.indexOf('Private'))
const ONLINE_KEY = twins.event!.IsOnlineMeeting!.key

/** Of each changed occurrence its own properties, as the item of the series keeps them; what it lacks of the series is a loss. */
export function besideOccurrences(
  series: CalendarItemType,
  occurrences: readonly { recurrenceId: string; item: CalendarItemType }[],
  losses: Loss[],
): Kept {
  if (occurrences.length === 0) return {}
  const marks = marksOfEvent(series)
  const ofSeries: Kept = { ...keptOf(series.ExtendedProperty, []), ...marks }
  const kept: Kept = {}
  for (const { recurrenceId, item } of occurrences) {
    const theirs = marksOfEvent(item)
    if (SENSITIVITY_KEY in marks) theirs[SENSITIVITY_KEY] ??= asPrivate
    if (ONLINE_KEY in marks) theirs[ONLINE_KEY] ??= String(item.IsOnlineMeeting === true)
    const all = { ...keptOf(item.ExtendedProperty, losses), ...theirs }
    const own = Object.entries(all).filter(
      ([key, value]) => !ofOneOccurrence.has(key) && `${value}` !== `${ofSeries[key] ?? ''}`,
    )
    Object.assign(kept, keptOfOccurrence(Object.fromEntries(own), recurrenceId))
    for (const key of Object.keys(marks))
      if (!(key in theirs))
        losses.push({
          property: `occurrence ${recurrenceId} ${key}`,
          reason: 'the series has it and this occurrence has not; here it has it too',
          weight: 'metadata',
        })
  }
  return kept
}
