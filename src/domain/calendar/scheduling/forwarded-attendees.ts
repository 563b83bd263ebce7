import type { CalendarObject, Participant, Patch } from '#src/formats/jscalendar/event.ts'
import { occurrenceOf, patchBetween } from '#src/formats/jscalendar/patch.ts'
import type { MailboxRef } from '../../mailbox/store.ts'
import type { Store } from '../../store.ts'
import { getEvent } from '../events.ts'
import { changesBetween } from './decide-meeting.ts'
import { isHeldBy, takesPlace, withOverride } from './meeting-facts.ts'
import { occurrenceKey } from './meeting-message.ts'
import type { Named } from './meeting-objects.ts'
import { type Addresses, addressKey, attendeesOf, freeKey, isPerson, withParticipant } from './people.ts'
import { isWritable, keptEvents, writeChanges } from './take-meeting.ts'

/** An invitation that was passed on: of what, by whom (under every address, and those of the groups), to whom. */
type Forwarded = { object: CalendarObject; by: Addresses; to: readonly Named[] }

/**
 * Puts those to whom an invitation was passed on into the organizer's list, so that they hear of changes and their answers count, as
 * Exchange has it. False where nobody gets into it: whoever passed it on was not invited, or it does not take place.
 */
export async function addForwarded(
  store: Store,
  { at, addresses }: { at: MailboxRef; addresses: Addresses },
  forwarded: Forwarded,
  now: number,
): Promise<boolean> {
  const scope = { organization: at.organization, mailboxes: [at.mailbox] }
  return store.transact(scope, async ({ mailboxes }) => {
    const kept = await keptEvents(mailboxes, at, forwarded.object.uid)
    const held = kept.find(({ event }) => event.recurrenceId === undefined && isHeldBy(event, addresses))
    const event = held && withForwarded(held.event, forwarded)
    if (held === undefined || event === undefined) return false
    const changes = changesBetween([held], [{ item: held.item, event }])
    if (!isWritable(changes)) return false
    const { item } = await getEvent(mailboxes, at, held.item)
    await writeChanges(mailboxes, at, item.folder, changes, now)
    return true
  })
}

/**
 * The meeting with them as optional attendees (MS-OXOCAL §3.1.4.10.2.2), of an occurrence in that one alone; as it was where they are
 * all invited. Undefined where nobody who was invited has passed it on.
 */
function withForwarded(event: CalendarObject, { object, by, to }: Forwarded): CalendarObject | undefined {
  const key = occurrenceKey(event, object)
  if (event.status === 'cancelled' || (key !== undefined && !takesPlace(event, key))) return undefined
  const one = key === undefined ? event : occurrenceOf(event, key)
  if (!attendeesOf(one).some((person) => isPerson(person, by))) return undefined
  if (key === undefined) return withOptional(throughOccurrences(event, to), to)
  const more = withOptional(one, to)
  return more === one ? event : withOverride(event, key, patchBetween(event, more, key))
}

function withOptional(event: CalendarObject, to: readonly Named[]): CalendarObject {
  return to.reduce((made, { name, address }) => {
    const known = Object.values(made.participants ?? {})
    if (known.some((person) => isPerson(person, new Set([addressKey(address)])))) return made
    const guest: Participant = {
      ...(name !== '' && { name }),
      email: address,
      sendTo: { imip: `mailto:${address}` },
      roles: { attendee: true, optional: true },
      participationStatus: 'needs-action',
      expectReply: true,
    }
    return withParticipant(made, freeKey(made), guest)
  }, event)
}

/** Occurrences that have a list of their own. */
function throughOccurrences(series: CalendarObject, to: readonly Named[]): CalendarObject {
  const overrides = Object.entries(series.recurrenceOverrides ?? {}).map(([key, patch]): [string, Patch] => {
    if (patch.excluded || patch.participants == null) return [key, patch]
    const { participants } = withOptional(occurrenceOf(series, key), to)
    return [key, { ...patch, participants: participants! }]
  })
  return overrides.length === 0 ? series : { ...series, recurrenceOverrides: Object.fromEntries(overrides) }
}
