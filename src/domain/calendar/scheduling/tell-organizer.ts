import { randomUUID } from 'node:crypto'
import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import { buildMessage } from '#src/formats/mime/build.ts'
import { addForwarded } from './forwarded-attendees.ts'
import type { Named } from './meeting-objects.ts'
import { meetingProse } from './meeting-text.ts'
import { mailAddressOf, organizerOf } from './people.ts'
import { type Actor, type MeetingPost, mailboxOf, namedOwner, sendAutomatic } from './post.ts'
import { addressesOfEntry, groupAddresses, type Person, personOf } from './who.ts'

/** Of so many people names are told; the others are counted. */
const MOST_NAMED = 20

/**
 * Lets a colleague who holds a meeting know to whom the actor has passed it on; where that one's mailbox is here, its list of attendees
 * has them from then on. The letter is for people to read: Exchange's own notification exists in MAPI alone (MS-OXOCAL §2.2.9).
 * Strangers are not told who is invited.
 */
export async function tellOrganizer(
  deps: MeetingPost,
  actor: Actor,
  object: CalendarObject,
  to: readonly Named[],
): Promise<void> {
  const organizer = organizerOf(object)
  const address = organizer && mailAddressOf(organizer)
  const { directory } = deps.store
  const person = address && (await personOf(directory, actor.at.organization, address))
  if (!person || person.entry === undefined || person.entry.kind !== 'user') return
  const from = namedOwner(actor)
  const names = to.slice(0, MOST_NAMED).map(named).join(', ')
  const more = to.length > MOST_NAMED ? ` and ${to.length - MOST_NAMED} more` : ''
  const added = await isAdded(deps, actor, person, object, to)
  const then = added
    ? 'They are optional attendees of the meeting from now on, and hear of its changes.'
    : 'Add who is to be invited to the meeting: only then their answers are counted.'
  const sentence = `${named(from)} has passed the invitation on to ${names}${more}. ${then}`
  const prose = meetingProse(
    `Meeting Forward Notification: ${object.title ?? ''}`,
    object,
    undefined,
    sentence,
  )
  const octets = buildMessage({
    from: [mailboxOf(from)],
    to: [mailboxOf({ name: organizer?.name ?? '', address: address! })],
    subject: prose.subject.replace(/[\r\n\0]+/g, ' ').slice(0, 500),
    dateMs: deps.now(),
    messageId: `<${randomUUID()}@${deps.hostName}>`,
    headers: [
      ['Auto-Submitted', 'auto-generated'],
      ['X-Auto-Response-Suppress', 'All'],
    ],
    multipart: 'alternative',
    parts: [{ text: prose.text }, { text: prose.html, subtype: 'html' }],
  })
  await sendAutomatic(deps, actor, address!, octets)
}

async function isAdded(
  { store, now }: MeetingPost,
  { owner, at: { organization } }: Actor,
  { entry, addresses }: Person,
  object: CalendarObject,
  to: readonly Named[],
): Promise<boolean> {
  if (entry?.mailbox == null || entry.home !== 'local') return false
  const by = new Set([
    ...addressesOfEntry(owner),
    ...(await groupAddresses(store.directory, organization, owner)),
  ])
  return addForwarded(
    store,
    { at: { organization, mailbox: entry.mailbox }, addresses },
    { object, by, to },
    now(),
  )
}

const named = ({ name, address }: Named): string =>
  name === '' || name.toLowerCase() === address.toLowerCase() ? address : `${name} <${address}>`
