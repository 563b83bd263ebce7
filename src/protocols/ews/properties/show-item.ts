import { eventOfMeeting } from '#src/domain/calendar/scheduling/take-meeting.ts'
import { formatCalendar } from '#src/formats/ical/calendar.ts'
import { propertyKey } from '#src/wire/ews/extended-property.ts'
import { shownProperty } from '#src/wire/ews/model/kept-properties.ts'
import type { ExtendedPropertyType, ItemResponseShapeType, Path } from '#src/wire/ews/schema-types.ts'
import type { OctetSource } from '#src/wire/xml/octets.ts'
import { formatChangeKey, formatItemId } from '../ids.ts'
import type { ItemElement, ItemView } from '../item-view.ts'
import { calendarFields, meetingFields } from './calendar.ts'
import { contactFields } from './contact.ts'
import type { FieldTable, ItemField } from './field.ts'
import { itemFields } from './item.ts'
import { computationOf, ofMarks, type Read } from './mapi.ts'
import { messageFields } from './message.ts'
import { taskFields } from './task.ts'
import { twinFields } from './twins.ts'

/** Every property there is. A name may stand in several tables: for an item one of them at most has a value. */
const tables: readonly FieldTable[] = [
  twinFields,
  itemFields,
  messageFields,
  calendarFields,
  meetingFields,
  contactFields,
  taskFields,
]

/** An item under its element. */
export type ShownItem = { [E in ItemElement]?: Record<string, unknown> }

/** The fields of a property by its FieldURI, for restrictions and sorting; none for one that is not there. */
export function fieldsNamed(fieldUri: string): readonly ItemField[] {
  const name = fieldUri.slice(fieldUri.lastIndexOf(':') + 1)
  return tables.flatMap((table) => (Object.hasOwn(table, name) ? table[name]! : []))
}

type ExtendedPath = NonNullable<Path['ExtendedFieldURI']>

type Selection = {
  fields: readonly (readonly [name: string, field: ItemField])[]
  extended: readonly ExtendedPath[]
  headers: readonly string[]
  mime: boolean
  associated: boolean
}

/** What a shape asks for is worked out once for all items of a request. */
const selections = new WeakMap<ItemResponseShapeType, Map<boolean, Selection>>()

function selectionOf(shape: ItemResponseShapeType, listed: boolean): Selection {
  const known = selections.get(shape) ?? new Map<boolean, Selection>()
  selections.set(shape, known)
  let selection = known.get(listed)
  if (selection === undefined) {
    selection = select(shape, listed)
    known.set(listed, selection)
  }
  return selection
}

/** Who asks for one entry of these lists gets all of the list. */
const listOfIndexed: Readonly<Record<string, string>> = {
  EmailAddress: 'EmailAddresses',
  PhoneNumber: 'PhoneNumbers',
  PhysicalAddress: 'PhysicalAddresses',
  ImAddress: 'ImAddresses',
}

const order = ['IdOnly', 'Default', 'AllProperties']

function select(shape: ItemResponseShapeType, listed: boolean): Selection {
  const { BaseShape, AdditionalProperties = [] } = shape
  const uris = AdditionalProperties.flatMap(({ FieldURI }) => FieldURI?.FieldURI ?? [])
  const indexed = AdditionalProperties.flatMap(({ IndexedFieldURI }) =>
    IndexedFieldURI === undefined ? [] : (listOfIndexed[IndexedFieldURI.FieldURI.split(':')[1]!] ?? []),
  )
  const asked = new Set([...uris.map((uri) => uri.slice(uri.lastIndexOf(':') + 1)), ...indexed])
  const rank = order.indexOf(BaseShape)
  const isIn = (name: string, field: ItemField): boolean => {
    if (asked.has(name) || name === 'ItemId') return true
    return field.in !== 'asked' && order.indexOf(field.in) <= rank && !(field.costly && listed)
  }
  return {
    fields: tables.flatMap((table) => Object.entries(table).filter(([name, field]) => isIn(name, field))),
    extended: AdditionalProperties.flatMap(({ ExtendedFieldURI }) => ExtendedFieldURI ?? []),
    headers: AdditionalProperties.flatMap(({ IndexedFieldURI }) =>
      IndexedFieldURI?.FieldURI === 'item:InternetMessageHeader' ? IndexedFieldURI.FieldIndex : [],
    ),
    mime: shape.IncludeMimeContent === true || asked.has('MimeContent'),
    associated: asked.has('AssociatedCalendarItemId') || (rank >= 1 && !listed),
  }
}

/** Whether messages are opened for what a shape asks for. */
export function readsBodies(shape: ItemResponseShapeType): boolean {
  const { fields, headers, mime } = selectionOf(shape, false)
  return mime || headers.length > 0 || fields.some(([, { costly }]) => costly)
}

/** An item in the shape that is asked for. */
export async function showItem(view: ItemView): Promise<ShownItem> {
  const { shape, listed } = view.options
  const { fields, extended, headers, mime, associated } = selectionOf(shape, listed)
  const shown: Record<string, unknown> = {}
  for (const [name, field] of fields) {
    const read = field.read(view)
    // Most need no waiting, and waiting for each costs more than reading it.
    const value = read instanceof Promise ? await read : read
    if (value !== undefined) shown[name] ??= value
  }
  if (mime) shown.MimeContent = await mimeContent(view)
  if (associated && view.meeting !== undefined) shown.AssociatedCalendarItemId = await calendarItemOf(view)
  if (headers.length > 0 && shown.InternetMessageHeaders === undefined)
    shown.InternetMessageHeaders = await headersOf(view, headers)
  if (extended.length > 0) {
    const properties = await extendedOf(view, extended)
    if (properties.length > 0) shown.ExtendedProperty = properties
  }
  return { [view.element]: shown }
}

async function extendedOf(view: ItemView, paths: readonly ExtendedPath[]): Promise<ExtendedPropertyType[]> {
  const shown: ExtendedPropertyType[] = []
  for (const path of paths) {
    const { key, compute } = meaningOf(path)
    const kept = ofMarks.has(key) ? undefined : view.property(key)
    const computed = kept === undefined ? compute?.(view) : kept
    // As with fields, most need no waiting.
    const property = shownProperty(path, computed instanceof Promise ? await computed : computed)
    if (property !== undefined) shown.push(property)
  }
  return shown
}

/** Which property a path of a request means, worked out once for all items of it. SyntaxFault as `propertyKey`. */
function meaningOf(path: ExtendedPath): Meaning {
  let meaning = meanings.get(path)
  if (meaning === undefined) {
    const key = propertyKey(path)
    meaning = { key, compute: computationOf(key) }
    meanings.set(path, meaning)
  }
  return meaning
}

type Meaning = { key: string; compute: Read | undefined }
const meanings = new WeakMap<ExtendedPath, Meaning>()

async function headersOf(view: ItemView, names: readonly string[]): Promise<object[] | undefined> {
  if (view.item.class !== 'message') return undefined
  const found: object[] = []
  for (const name of names) {
    const value = await view.field(name.toLowerCase())
    if (value !== undefined) found.push({ HeaderName: name, Value: value })
  }
  return found.length === 0 ? undefined : found
}

async function calendarItemOf(view: ItemView): Promise<object | undefined> {
  const { mailboxes } = view.call.services.store
  const { at } = view.mailbox
  const found = await eventOfMeeting(mailboxes, at, view.meeting!)
  if (found === undefined) return undefined
  const { no, modseq } = found.item
  const { recurrenceId } = view.meeting!
  const id = formatItemId(at.mailbox, no, found.event.recurrenceId === undefined ? recurrenceId : null)
  return { Id: id, ChangeKey: formatChangeKey('item', modseq) }
}

/** A message as it came, a large one read while it is sent; an event or task as iCalendar. */
async function mimeContent(
  view: ItemView,
): Promise<{ CharacterSet: string; Value: Uint8Array | OctetSource } | undefined> {
  const { item, object, root } = view
  if (object !== undefined) {
    const text = formatCalendar([object], { stamp: item.savedAt })
    return { CharacterSet: 'UTF-8', Value: Buffer.from(text) }
  }
  if (item.class !== 'message' || item.body === null) return undefined
  const { nested } = view.options
  const [start, end] = nested && root ? [root.headerOffset, root.bodyEnd] : [0, item.sizeBytes]
  return { CharacterSet: 'UTF-8', Value: await view.lastOctets(start, end) }
}
