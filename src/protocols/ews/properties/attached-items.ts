/** Events, tasks and contacts within messages: iCalendar and vCard parts that say of themselves that they are items. */
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { contentSummary } from '#src/domain/mailbox/add-item.ts'
import { ATTACHED_ITEM, type AttachedKind } from '#src/domain/mailbox/files.ts'
import type { Item } from '#src/domain/mailbox/item.ts'
import { formatCalendar, parseCalendar } from '#src/formats/ical/calendar.ts'
import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import type { Card } from '#src/formats/jscontact/card.ts'
import type { MimePart } from '#src/formats/mime/part.ts'
import { formatCards } from '#src/formats/vcard/format.ts'
import { parseCards } from '#src/formats/vcard/parse.ts'
import type { ItemView } from '../item-view.ts'
import { EwsRefusal } from '../refusal-codes.ts'

type DescribedKind = Exclude<AttachedKind, 'message'>

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
    params: { charset: 'utf-8', [ATTACHED_ITEM]: kind },
  }
}

/** What the message in a part is shown from: the item that holds it, of which nothing but the octets is the message's. */
export const attachedMessage = (item: Item): Item =>
  item.class === 'message'
    ? item
    : { ...item, class: 'message', content: null, properties: null, flags: 0, keywords: [] }

/** The item that a part of a message is. Refuses ErrorItemCorrupt for one that cannot be read. */
export async function attachedItem(view: ItemView, part: MimePart, kind: DescribedKind): Promise<Item> {
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

function readContent(text: string, kind: DescribedKind): Record<string, unknown> | undefined {
  try {
    if (kind === 'contact') return parseCards(text)[0]
    const type = kind === 'task' ? 'Task' : 'Event'
    return parseCalendar(text).objects.find((one) => one['@type'] === type)
  } catch (error) {
    if (error instanceof SyntaxFault) return undefined
    throw error
  }
}
