import type { MimeIndex } from '#src/formats/mime/part.ts'
import { decodePart } from '#src/formats/mime/part-text.ts'
import type { TimeZone } from '#src/formats/time-zone/zone.ts'
import type { Spooled } from '../../delivery/spool.ts'
import { Refusal } from '../../refusal.ts'
import { requireCalendarObject } from '../events.ts'
import { findCalendarPart, type MeetingText, type ReadMeeting, readMeeting } from './meeting-message.ts'

/** As much of a meeting as goes into calendars by itself. */
const LARGEST_OBJECT_CHARACTERS = 1024 * 1024

export type ArrivingText = {
  meeting: MeetingText
  /** Where it names time zones that nobody knows: the same with its times in that zone, which is said in it. */
  inZone?: (zone: TimeZone) => MeetingText
}

/** The meeting that a message is about; undefined for other mail, and for what no calendar can hold: that is shown as mail. */
export async function readArriving({
  index,
  octets,
}: {
  index: Pick<MimeIndex, 'root'>
  octets: Pick<Spooled, 'read'>
}): Promise<ArrivingText | undefined> {
  const part = findCalendarPart(index.root)
  if (part === undefined) return undefined
  const decoder = decodePart({ ...part, params: { charset: 'utf-8', ...part.params } })
  let text = ''
  for await (const chunk of octets.read({ start: part.bodyOffset, end: part.bodyEnd }))
    text += decoder.push(chunk)
  text += decoder.finish()
  const meeting = readMeeting(text, part.params.method)
  if (meeting === undefined || !isHolding(meeting)) return undefined
  if (meeting.unknownZones.length === 0) return { meeting }
  const placeIn = (zone: TimeZone): MeetingText => {
    const placed = readMeeting(text, part.params.method, zone)
    return placed === undefined || !isHolding(placed) ? meeting : saying(placed, zone)
  }
  // Of many recipients, whose zones are few.
  const known = new Map<string, MeetingText>()
  return { meeting, inZone: (zone) => known.getOrInsertComputed(zone.id, () => placeIn(zone)) }
}

function isHolding({ objects }: MeetingText): boolean {
  if (JSON.stringify(objects).length > LARGEST_OBJECT_CHARACTERS) return false
  try {
    for (const object of objects) requireCalendarObject(object)
    return true
  } catch (error) {
    if (error instanceof Refusal) return false
    throw error
  }
}

/**
 * Whoever sent it knows when it is, and those who read it must see that it was guessed. RFC 5545 §3.2.19 wants a definition and
 * says nothing of what lacks one; taken for the reader's own time, as most programs do, a meeting of colleagues moves with each.
 */
function saying(
  { method, objects: [first, ...more], unknownZones }: ReadMeeting,
  { id }: TimeZone,
): MeetingText {
  const names = unknownZones.map((name) => `"${name.slice(0, 60)}"`).slice(0, 3)
  const note = `The time zone ${names.join(', ')} of this invitation is not known. Its times are taken as those of ${id}.`
  const description = first.description ? `${note}\n\n${first.description}` : note
  return { method, objects: [{ ...first, description }, ...more] }
}
