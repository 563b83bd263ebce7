import { randomUUID } from 'node:crypto'
import { formatCalendar } from '#src/formats/ical/calendar.ts'
import { buildMessage } from '#src/formats/mime/build.ts'
import type { Entry } from '../../directory/entry.ts'
import { primaryAddress } from '../../directory/entry.ts'
import type { MeetingMark } from './meeting-message.ts'
import { meetingProse, meetingSubject } from './meeting-text.ts'
import { type Actor, type MeetingPost, mailboxOf, namedOwner, sendAutomatic } from './post.ts'

/**
 * Tells delegates whose mailboxes are on the Exchange side of a meeting message for the owner. The calendar is attached and no
 * invitation: else Exchange would put the meeting into the delegate's own calendar. Who cannot be written to is left out.
 */
export async function tellDelegatesElsewhere(
  deps: MeetingPost,
  actor: Actor,
  mark: MeetingMark,
  delegates: readonly Entry[],
): Promise<void> {
  const from = namedOwner(actor)
  const { now, hostName } = deps
  const subject = meetingSubject(mark.object.title ?? '', mark.kind, mark.response)
  const sentence = `This came for ${from.name === '' ? from.address : from.name}, whose delegate you are.`
  const prose = meetingProse(subject, mark.object, undefined, sentence)
  const calendar = formatCalendar([mark.object], { method: 'PUBLISH', stamp: now() })
  for (const delegate of delegates) {
    const address = primaryAddress(delegate)
    if (address === null) continue
    const octets = buildMessage({
      from: [mailboxOf(from)],
      to: [mailboxOf({ name: delegate.displayName, address })],
      subject: prose.subject,
      dateMs: now(),
      messageId: `<${randomUUID()}@${hostName}>`,
      headers: [
        ['Auto-Submitted', 'auto-generated'],
        ['X-Auto-Response-Suppress', 'All'],
      ],
      parts: [
        { multipart: 'alternative', parts: [{ text: prose.text }, { text: prose.html, subtype: 'html' }] },
        { bytes: Buffer.from(calendar), contentType: 'text/calendar', fileName: 'meeting.ics' },
      ],
    })
    await sendAutomatic(deps, actor, address, octets)
  }
}
