import type { CalendarObject } from '#src/formats/jscalendar/event.ts'

/** The object without some of its properties. */
export function without<K extends keyof CalendarObject>(
  event: CalendarObject,
  ...names: K[]
): CalendarObject {
  const copy = { ...event }
  for (const name of names) delete copy[name]
  return copy
}
