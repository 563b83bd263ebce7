/** Events, tasks and contacts within messages: iCalendar and vCard parts that say of themselves that they are items. */
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { contentSummary } from '#src/domain/mailbox/add-item.ts'
import type { Item } from '#src/domain/mailbox/item.ts'
import { formatCalendar, parseCalendar } from '#src/formats/ical/calendar.ts'
import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import type { Card } from '#src/formats/jscontact/card.ts'
import type { MimePart } from '#src/formats/mime/part.ts'
import { formatCards } from '#src/formats/vcard/format.ts'
import { parseCards } from '#src/formats/vcard/parse.ts'
import type { ItemView } from '../item-view.ts'
import { EwsRefusal } from '../refusal-codes.ts'

/** Parameter of Content-Type. What others attach without it is a file, as in Exchange. */
const KIND = 'x-landbridge-item'
const kinds = ['event', 'task', 'contact'] as const
export type AttachedKind = (typeof kinds)[number]

/** What is attached as an item beside messages. */
export const attachedKind = (part: MimePart): AttachedKind | undefined =>
  part.type === 'text' ? kinds.find((kind) => kind === part.params[KIND]) : undefined

/** Whether a part is shown as an item, not as a file. */
export const isItem = (part: MimePart): boolean =>
  part.message !== undefined || attachedKind(part) !== undefined

/** An item as octets of a part. */
export function attachedContent(
  content: CalendarObject | Card,
  stamp: number,
): { octets: Uint8Array; contentType: string; params: Record<string, string> } {
  const kind = { Event: 'event', Task: 'task', Card: 'contact' }[content['@type']]!
  const text = content['@type'] === 'Card' ? formatCards([content]) : formatCalendar([content], { stamp })
  return {
    octets: Buffer.from(text),
    contentType: content['@type'] === 'Card' ? 'text/vcard' : 'text/calendar',
    params: { charset: 'utf-8', [KIND]: kind },
  }
}

/** What the message in a part is shown from: the item that holds it, of which nothing but the octets is the message's. */
export const attachedMessage = (item: Item): Item =>
  item.class === 'message'
    ? item
    : { ...item, class: 'message', content: null, properties: null, flags: 0, keywords: [] }

/** The item that a part of a message is. Refuses ErrorItemCorrupt for one that cannot be read. */
export async function attachedItem(view: ItemView, part: MimePart, kind: AttachedKind): Promise<Item> {
  const { text } = await view.partText(part)
  const content = readContent(text, kind)
  if (content === undefined)
    throw new EwsRefusal('ErrorItemCorrupt', 'damaged', 'What is attached is no item that can be read.')
  const { item } = view
  return {
    ...item,
    class: kind,
    flags: 0,
    keywords: [],
    sizeBytes: part.bodyEnd - part.bodyOffset,
    body: null,
    content,
    structure: null,
    properties: null,
    summary: contentSummary(kind, content),
  }
}

function readContent(text: string, kind: AttachedKind): Record<string, unknown> | undefined {
  try {
    if (kind === 'contact') return parseCards(text)[0]
    const type = kind === 'task' ? 'Task' : 'Event'
    return parseCalendar(text).objects.find((one) => one['@type'] === type)
  } catch (error) {
    if (error instanceof SyntaxFault) return undefined
    throw error
  }
}
