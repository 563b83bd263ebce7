import { decodePart } from '#src/formats/mime/part-text.ts'
import type { IncomingMessage } from '../../delivery/incoming-message.ts'
import { Refusal } from '../../refusal.ts'
import { requireCalendarObject } from '../events.ts'
import { findCalendarPart, type MeetingText, readMeeting } from './meeting-message.ts'

/** As much of a meeting as goes into calendars by itself. */
const LARGEST_OBJECT_CHARACTERS = 1024 * 1024

/** The meeting that a message is about; undefined for other mail, and for what no calendar can hold: that is shown as mail. */
export async function readArriving({
  index,
  octets,
}: Pick<IncomingMessage, 'index' | 'octets'>): Promise<MeetingText | undefined> {
  const part = findCalendarPart(index.root)
  if (part === undefined) return undefined
  const decoder = decodePart({ ...part, params: { charset: 'utf-8', ...part.params } })
  let text = ''
  for await (const chunk of octets.read({ start: part.bodyOffset, end: part.bodyEnd }))
    text += decoder.push(chunk)
  const meeting = readMeeting(text + decoder.finish(), part.params.method)
  if (meeting === undefined || JSON.stringify(meeting.objects).length > LARGEST_OBJECT_CHARACTERS)
    return undefined
  try {
    for (const object of meeting.objects) requireCalendarObject(object)
    return meeting
  } catch (error) {
    if (error instanceof Refusal) return undefined
    throw error
  }
}
