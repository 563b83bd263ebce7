import { eventEntryOf } from '#src/domain/calendar/event-entry.ts'
import type { ItemContent } from '#src/domain/mailbox/content.ts'
import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import type { Checking } from './checking.ts'
import { binOf, uidKey } from './events.ts'

/** What the index of events says of an item; all null where it has no entry. */
export type IndexColumns = {
  uid_key: Uint8Array | null
  level: number | null
  bin: number | null
  from_ms: number | null
  to_ms: number | null
}

/** An event is found by its time and its UID. When it takes place is not compared: rules of time zones change. */
export function checkEvent(
  { open, found }: Checking,
  no: number,
  index: IndexColumns,
  content: ItemContent | null,
): void {
  const event = content as CalendarObject | null
  if (index.uid_key === null) {
    if (event && eventEntryOf(event)) found(`Event ${no} is not found by its time: it has no index entry.`)
    return
  }
  const { level, bin } = binOf(index.from_ms!, index.to_ms)
  if (level !== index.level || bin !== index.bin)
    found(`Event ${no} is filed under another time than its own.`)
  if (event && Buffer.compare(index.uid_key, uidKey(open, event.uid)) !== 0)
    found(`Event ${no} is filed under another UID than its own.`)
}
