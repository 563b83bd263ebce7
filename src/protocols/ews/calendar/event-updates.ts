import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import { withPlainValues, withText } from '#src/wire/ews/model/event-fields.ts'
import { withTimes } from '#src/wire/ews/model/event-times.ts'
import type { ItemUpdates } from '#src/wire/ews/model/updates.ts'
import type { EwsCall } from '../call.ts'
import { withAttendees } from './event-attendees.ts'

/** A new event with what is set. Refuses what `withEventUpdates` refuses. */
export const newEvent = (call: EwsCall, updates: ItemUpdates): Promise<CalendarObject> =>
  withEventUpdates(call, { '@type': 'Event', uid: '', freeBusyStatus: 'busy', busyType: 'busy' }, updates)

/**
 * The event with what is set; of one occurrence (`occurrence`) its recurrence stays. Refuses
 * ErrorCalendarEndDateIsEarlierThanStartDate, ErrorInvalidRecipients and what is wrong with a recurrence.
 */
export async function withEventUpdates(
  call: EwsCall,
  before: CalendarObject,
  { values, appended }: ItemUpdates,
  { occurrence = false } = {},
): Promise<CalendarObject> {
  let event = withText(before, values, appended)
  event = withPlainValues(event, values)
  const said = { zone: call.zone, said: call.headers.TimeZoneContext !== undefined }
  event = withTimes(said, event, values, occurrence)
  return withAttendees(call, event, values, appended)
}
