/** Occurrences of a series that are not as the series is. */
import { updateMeeting } from '#src/domain/calendar/scheduling/organize.ts'
import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import { patchBetween } from '#src/formats/jscalendar/patch.ts'
import type { EwsCall } from '../call.ts'
import type { ItemPlace } from '../places.ts'
import { readItem, viewOf } from '../read-items.ts'
import { meetingActor, meetingPost } from './meeting-actor.ts'
import { undisturbed } from './undisturbed.ts'

/** The series with one occurrence as it is from now on. */
export function withOccurrence(
  series: CalendarObject,
  occurrence: CalendarObject,
  recurrenceId: string,
): CalendarObject {
  const { recurrenceId: _, recurrenceIdTimeZone: __, ...one } = occurrence
  return {
    ...series,
    recurrenceOverrides: {
      ...series.recurrenceOverrides,
      [recurrenceId]: patchBetween(series, one as CalendarObject, recurrenceId),
    },
  }
}

/** Makes an occurrence an exception, if it is none, since something of it is its own. Nobody is told. */
export const makeException = (call: EwsCall, place: ItemPlace): Promise<void> =>
  undisturbed(async () => {
    const { item, mailbox, recurrenceId } = await readItem(call, { ...place, modseq: undefined })
    const { series, object } = viewOf(call, { ...place, item }, { BaseShape: 'IdOnly' })
    if (series === undefined || object === undefined || recurrenceId === undefined) return
    if (Object.hasOwn(series.recurrenceOverrides ?? {}, recurrenceId)) return
    const whole = withOccurrence(series, object, recurrenceId)
    const options = { unchangedSince: item.modseq }
    const actor = meetingActor(call, mailbox)
    await updateMeeting(meetingPost(call), actor, item.no, whole, { send: 'SendToNone', options })
  })
