import type { Structure } from '../../mailbox/content.ts'
import type { IndexedMessage } from '../../mailbox/message-parts.ts'
import { markOf } from './meeting-arrival.ts'
import { findCalendarPart, type MeetingMark, receivedForIn } from './meeting-message.ts'
import { addressKey } from './people.ts'
import { type ArrivingText, readArriving } from './read-arriving.ts'

/**
 * What is kept of a meeting message that came with a whole mailbox, and not by mail: no event is made, changed or answered by
 * it; `properties` beside it say whose a delegate's copy is. Undefined for other mail, and where its calendar part cannot be read any
 * more.
 */
export async function cameMeeting(
  { structure, summary }: IndexedMessage['item'],
  read: IndexedMessage['read'],
  properties: Readonly<Record<string, unknown>>,
): Promise<MeetingMark | undefined> {
  const part = structure && findCalendarPart(structure)
  const octets = part && read(part.bodyOffset, part.bodyEnd)
  if (!structure || octets === undefined) return undefined
  const arriving = await readTolerantly(structure, octets)
  if (arriving === undefined) return undefined
  const addresses = (summary.envelope?.from ?? []).flatMap((one) =>
    'group' in one ? [] : [addressKey(`${one.mailbox}@${one.host}`)],
  )
  const from = { addresses: new Set(addresses) }
  const receivedFor = receivedForIn(properties)
  return {
    ...markOf(arriving.meeting, from, { outcome: 'shown' }, [], undefined),
    ...(receivedFor && { receivedFor }),
  }
}

async function readTolerantly(root: Structure, part: Uint8Array): Promise<ArrivingText | undefined> {
  try {
    return await readArriving({ index: { root }, octets: { read: () => pieces(part) } })
  } catch {
    // Whatever it stumbled over, it is mail all the same.
    return undefined
  }
}

async function* pieces(octets: Uint8Array): AsyncGenerator<Uint8Array> {
  yield octets
}

/** Whether PidTagMessageClass beside an item says that it is a meeting message. */
export const isMeetingClass = (properties: Readonly<Record<string, unknown>>): boolean =>
  /^ipm\.schedule\.meeting\./i.test(String(properties['0x001a:String'] ?? ''))
