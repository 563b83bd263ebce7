/** Passing invitations on. */
import { freeBusyOf } from '#src/formats/jscalendar/busy-type.ts'
import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import { occurrenceOf } from '#src/formats/jscalendar/patch.ts'
import type { ComposedPart } from '#src/formats/mime/compose.ts'
import { Refusal } from '../../refusal.ts'
import { intendedBusy } from './attendee-copy.ts'
import { type Named, note, toldByOrganizer } from './meeting-objects.ts'
import { isOwn, type MeetingSent, type SendMeeting, sendNotes } from './organize.ts'
import { organizerOf } from './people.ts'
import { type Actor, type MeetingPost, namedOwner } from './post.ts'
import { tellOrganizer } from './tell-organizer.ts'

/** What is passed on: a meeting, or one occurrence of it, and its files. */
export type Invitation = {
  event: CalendarObject
  recurrenceId?: string
  files: readonly ComposedPart[]
}

/** What a forwarded invitation says: what its organizer has said, who gets the answers. */
export async function forwardedObject(
  deps: Pick<MeetingPost, 'store'>,
  actor: Actor,
  { event, recurrenceId }: Invitation,
): Promise<CalendarObject> {
  const one = recurrenceId === undefined ? event : occurrenceOf(event, recurrenceId)
  const held = organizerOf(one)
  const organizer =
    held?.email === undefined ? namedOwner(actor) : { name: held.name ?? '', address: held.email }
  // How it counts in the own calendar is the own answer, which nobody else is told.
  const meant = (await isOwn(deps, actor, one)) ? one : { ...one, ...freeBusyOf(intendedBusy(one)) }
  return {
    ...toldByOrganizer(meant, organizer),
    ...(event.updated !== undefined && { updated: event.updated }),
  }
}

/** Passes an invitation on to others, who answer to its organizer, and lets that one know. Refuses what sending refuses. */
export async function forwardInvitation(
  deps: MeetingPost,
  actor: Actor,
  invitation: Invitation,
  { to, comment, send }: { to: readonly Named[]; comment?: string; send: SendMeeting },
): Promise<MeetingSent> {
  const object = await forwardedObject(deps, actor, invitation)
  const sent = await sendNotes(deps, actor, note('REQUEST', object, to), {
    send,
    comment,
    files: invitation.files,
    subject: `FW: ${object.title ?? ''}`,
  })
  await tellOfForward(
    deps,
    actor,
    object,
    to.filter(({ address }) => !sent.refused.includes(address)),
  )
  return sent
}

/** Lets the organizer know of an invitation that the actor has passed on, unless it is the actor's own. */
export async function tellOfForward(
  deps: MeetingPost,
  actor: Actor,
  object: CalendarObject,
  to: readonly Named[],
): Promise<void> {
  if (to.length === 0 || (await isOwn(deps, actor, object))) return
  try {
    await tellOrganizer(deps, actor, object, to)
  } catch (error) {
    // They have it: who hears of a refusal sends it once more.
    if (!(error instanceof Refusal)) throw error
  }
}
