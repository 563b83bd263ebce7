/** Events, contacts and tasks as clients describe them, by their iCalendar or vCard, by properties, or both. */
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { parseCalendar } from '#src/formats/ical/calendar.ts'
import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import type { Card } from '#src/formats/jscontact/card.ts'
import type { TimeZone } from '#src/formats/time-zone/zone.ts'
import { parseCards } from '#src/formats/vcard/parse.ts'
import { newContact } from '#src/wire/ews/model/contact-fields.ts'
import { withContactUpdates } from '#src/wire/ews/model/contact-updates.ts'
import { withTaskUpdates } from '#src/wire/ews/model/task-updates.ts'
import { type ItemUpdates, updatesOfItem } from '#src/wire/ews/model/updates.ts'
import type {
  CalendarItemType,
  ContactItemType,
  DistributionListType,
  TaskType,
} from '#src/wire/ews/schema-types.ts'
import { gather } from '#src/wire/xml/octets.ts'
import { newEvent, withEventUpdates } from '../calendar/event-updates.ts'
import type { EwsCall } from '../call.ts'
import { type ListPlace, withKnownMembers } from '../people/list-members.ts'
import { EwsRefusal } from '../refusal-codes.ts'

/** The event that a client describes, by its iCalendar or its properties. */
export async function eventOf(call: EwsCall, given: CalendarItemType): Promise<CalendarObject> {
  const updates = updatesOfItem(given)
  return given.MimeContent === undefined
    ? newEvent(call, updates)
    : withEventUpdates(call, await eventIn(given.MimeContent.Value, call.zone), withoutMime(updates))
}

const withoutMime = ({ values, ...updates }: ItemUpdates): ItemUpdates => {
  const { MimeContent, ...others } = values
  return { ...updates, values: others }
}

const LARGEST_CALENDAR = 4 * 1024 * 1024

/** Times of a zone that nobody knows are on the clock that the request says, as those that it gives without one. */
async function eventIn(octets: Parameters<typeof gather>[0], elsewhere: TimeZone): Promise<CalendarObject> {
  const size = octets instanceof Uint8Array ? octets.length : (octets.sizeBytes ?? 0)
  const text = size > LARGEST_CALENDAR ? '' : Buffer.from(await gather(octets)).toString()
  const [event] = text === '' ? [] : parseCalendar(text, { elsewhere }).objects
  if (event === undefined)
    throw new EwsRefusal('ErrorMimeContentInvalid', 'invalid-parameter', 'The MIME content holds no event.')
  return event
}

/**
 * The contact that a client describes, by its vCard and its properties; these count more. With `list` it is a distribution list there.
 * Refuses ErrorMimeContentInvalid, and as `withKnownMembers`.
 */
export async function contactIn(
  call: EwsCall,
  given: ContactItemType | DistributionListType,
  list?: ListPlace,
): Promise<Card> {
  const { MimeContent, ...others } = given
  const said = updatesOfItem(others)
  const updates = list === undefined ? said : await withKnownMembers(call, said, list)
  return contactOf(updates, list !== undefined, MimeContent && (await cardIn(MimeContent.Value)))
}

const LARGEST_CARD = 8 * 1024 * 1024

async function cardIn(octets: Parameters<typeof gather>[0]): Promise<Card> {
  const size = octets instanceof Uint8Array ? octets.length : (octets.sizeBytes ?? 0)
  const cards = size > LARGEST_CARD ? [] : cardsIn(Buffer.from(await gather(octets)).toString())
  const [card] = cards
  if (card === undefined || cards.length > 1)
    throw new EwsRefusal(
      'ErrorMimeContentInvalid',
      'invalid-parameter',
      'The MIME content of a contact is one vCard.',
    )
  return card
}

function cardsIn(text: string): readonly Card[] {
  try {
    return parseCards(text)
  } catch (error) {
    if (error instanceof SyntaxFault) return []
    throw error
  }
}

/** The contact or list that a client describes by its properties, on top of a card where it has one. */
function contactOf(updates: ItemUpdates, isList: boolean, card?: Card): Card {
  const { uid, ...made } = newContact()
  const before = { ...made, ...card, uid: card?.uid || uid, ...(isList && { kind: 'group' }) }
  return withContactUpdates(before, updates) as unknown as Card
}

/** The task that a client describes, and what of it is kept beside it. */
export const taskOf = (given: TaskType) => withTaskUpdates({ '@type': 'Task', uid: '' }, updatesOfItem(given))
