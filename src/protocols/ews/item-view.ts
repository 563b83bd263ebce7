import { giveBack } from '#src/base/give-back.ts'
import { calendarObjectOf } from '#src/domain/calendar/events.ts'
import { hidePrivate, hidePrivateItem, isPrivate } from '#src/domain/calendar/private-items.ts'
import {
  type MeetingMark,
  meetingOf,
  messageClassOf,
} from '#src/domain/calendar/scheduling/meeting-message.ts'
import type { FolderRights } from '#src/domain/directory/folder-permission.ts'
import type { Structure } from '#src/domain/mailbox/content.ts'
import type { Item, ItemPart } from '#src/domain/mailbox/item.ts'
import { classOfStructure } from '#src/domain/mailbox/message-class.ts'
import { decodeWords } from '#src/formats/header/encoded-words.ts'
import { type HeaderField, parseFields, unfold } from '#src/formats/header/fields.ts'
import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import type { Occurrence } from '#src/formats/jscalendar/occurrences.ts'
import { decodeEnvelope, type Envelope } from '#src/formats/mime/envelope.ts'
import type { MimePart } from '#src/formats/mime/part.ts'
import { decodePart } from '#src/formats/mime/part-text.ts'
import { findShownText } from '#src/formats/mime/shown-text.ts'
import { shownTitle } from '#src/wire/ews/model/event-fields.ts'
import { occurrenceProperties } from '#src/wire/ews/model/occurrence-properties.ts'
import type { ItemResponseShapeType } from '#src/wire/ews/schema-types.ts'
import type { OctetSource } from '#src/wire/xml/octets.ts'
import type { EwsCall } from './call.ts'
import { LARGEST_BODY } from './limits.ts'
import type { ReachedMailbox } from './places.ts'

/** The elements that items are shown as. */
export type ItemElement =
  | 'Item'
  | 'Message'
  | 'CalendarItem'
  | 'Contact'
  | 'DistributionList'
  | 'MeetingRequest'
  | 'MeetingResponse'
  | 'MeetingCancellation'
  | 'Task'
  | 'PostItem'

/** All that any property may need but the body. */
export const viewParts: readonly ItemPart[] = ['summary', 'structure', 'content', 'properties']

const HEADER_BYTES = 256 * 1024
const SMALL_BYTES = 256 * 1024
/** Of items that are listed many are held at a time. */
const LISTED_BYTES = 64 * 1024

type ViewOptions = {
  mailbox: ReachedMailbox
  rights: FolderRights
  shape: ItemResponseShapeType
  /** One of many: what costs a read of its own is left out, unless it is asked for by name. */
  listed: boolean
  /** One occurrence of a series. */
  occurrence?: { at: Occurrence; event: CalendarObject }
  /** A message that is attached to the item. */
  nested?: { part: MimePart }
  /** What lies hidden in the folder, with the id and change key that it has: no item of the mailbox. */
  hidden?: { Id: string; ChangeKey: string }
}

/** One item as its properties are read from it. What is read of its body is read once. */
export class ItemView {
  readonly call: EwsCall
  readonly item: Item
  readonly options: ViewOptions
  /** Whoever asks sees when it is, and nothing else of it. */
  readonly masked: boolean
  readonly meeting: MeetingMark | undefined
  /** The event or task; of an occurrence its own. */
  readonly object: CalendarObject | undefined
  /** The series that an occurrence is of. */
  readonly series: CalendarObject | undefined
  #fields: Promise<readonly HeaderField[]> | undefined
  #envelope: Envelope | undefined
  #read: Promise<readonly Uint8Array[]> | undefined

  constructor(call: EwsCall, item: Item, options: ViewOptions) {
    this.call = call
    this.masked = !options.mailbox.seesPrivate && isPrivate(item)
    const shown = this.masked ? hidePrivateItem(item) : item
    const recurrenceId = options.occurrence?.at.recurrenceId
    this.item =
      recurrenceId == null || !shown.properties
        ? shown
        : { ...shown, properties: occurrenceProperties(shown.properties, recurrenceId) }
    this.options = options
    const object = calendarObjectOf(this.item)
    const occurrence = options.occurrence?.event
    this.object = (this.masked ? occurrence && hidePrivate(occurrence) : occurrence) ?? object
    this.series = options.occurrence === undefined ? undefined : object
    this.meeting = options.nested === undefined ? meetingOf(item) : undefined
  }

  get mailbox(): ReachedMailbox {
    return this.options.mailbox
  }

  get element(): ItemElement {
    return elementOf(this)
  }

  get itemClass(): string {
    return itemClassOf(this)
  }

  get root(): Structure | undefined {
    return this.options.nested?.part.message?.root ?? this.item.structure ?? undefined
  }

  get subject(): string {
    if (this.options.nested && this.item.class === 'message') return this.envelope.subject ?? ''
    const kept = this.item.class === 'contact' ? this.property(SUBJECT_KEY) : undefined
    if (typeof kept === 'string') return kept
    return (this.object && shownTitle(this.object)) ?? this.item.summary?.subject ?? ''
  }

  /** Of a message, as people read it. */
  get envelope(): Envelope {
    this.#envelope ??= decodeEnvelope(
      this.options.nested?.part.message?.envelope ?? this.item.summary?.envelope ?? {},
    )
    return this.#envelope
  }

  /** An extended property that a client has set. */
  property(key: string): unknown {
    const { properties } = this.item
    return this.options.nested || !properties || !Object.hasOwn(properties, key) ? undefined : properties[key]
  }

  /** The fields of the message's top header. */
  fields(): Promise<readonly HeaderField[]> {
    this.#fields ??= this.#readFields()
    return this.#fields
  }

  /** The first field of that name (lower case), as people read it. */
  async field(key: string): Promise<string | undefined> {
    for (const field of await this.fields()) if (field.key === key) return decodeWords(unfold(field.value))
    return undefined
  }

  async #readFields(): Promise<readonly HeaderField[]> {
    const { root, item } = this
    if (item.body === null || root === undefined) return []
    const end = Math.min(root.bodyOffset, root.headerOffset + HEADER_BYTES)
    return parseFields(await this.readOctets(root.headerOffset, end))
  }

  /** Whether the message is read as a whole, whatever is asked of it. */
  get isSmall(): boolean {
    return this.item.sizeBytes <= (this.options.listed ? LISTED_BYTES : SMALL_BYTES)
  }

  async readOctets(start: number, end: number): Promise<Uint8Array> {
    const pieces = await Array.fromAsync(this.octets(start, end))
    return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces)
  }

  async *octets(start: number, end: number): AsyncGenerator<Uint8Array> {
    if (!this.isSmall) {
      yield* this.call.services.store.mailboxes.readBody(this.mailbox.at, this.item.body!, { start, end })
      return
    }
    let at = 0
    for (const piece of await this.#small()) {
      const wanted = piece.subarray(Math.max(0, start - at), Math.max(0, end - at))
      at += piece.length
      if (wanted.length > 0) yield wanted
    }
  }

  /**
   * The same for who is the last to ask: the memory of each piece is given back when the next one is asked for. A small message
   * is proven as a whole before anything of it is given.
   */
  async lastOctets(start: number, end: number): Promise<OctetSource> {
    if (this.isSmall) await this.#small()
    return { sizeBytes: end - start, read: () => this.#givenBack(start, end) }
  }

  async *#givenBack(start: number, end: number): AsyncGenerator<Uint8Array> {
    for await (const piece of this.octets(start, end)) {
      yield piece
      giveBack([piece])
    }
    this.#read = undefined
  }

  /** A small message is read once, whatever is asked of it. */
  #small(): Promise<readonly Uint8Array[]> {
    this.#read ??= this.#readWhole()
    return this.#read
  }

  async #readWhole(): Promise<readonly Uint8Array[]> {
    const { mailboxes } = this.call.services.store
    const read = this.call.places.takeBody(this.mailbox.at, this.item.body!)
    return read ? [read] : Array.fromAsync(mailboxes.readBody(this.mailbox.at, this.item.body!))
  }

  /** The text of a part, at most as much as bodies show. */
  async partText(part: MimePart): Promise<{ text: string; cut: boolean }> {
    const decoder = decodePart(part)
    const end = Math.min(part.bodyEnd, part.bodyOffset + LARGEST_BODY)
    let text = ''
    for await (const piece of this.octets(part.bodyOffset, end)) text += decoder.push(piece)
    return { text: text + decoder.finish(), cut: end < part.bodyEnd }
  }

  /** The part that is shown as the body, in that type; undefined where the message has none such. */
  bodyPart(subtype: 'plain' | 'html'): MimePart | undefined {
    return this.root && findShownText(this.root, subtype)
  }
}

const meetingElements = {
  request: 'MeetingRequest',
  refresh: 'MeetingRequest',
  'counter-declined': 'MeetingRequest',
  response: 'MeetingResponse',
  counter: 'MeetingResponse',
  cancellation: 'MeetingCancellation',
} as const satisfies Record<MeetingMark['kind'], ItemElement>

function elementOf({ item, meeting, itemClass }: ItemView): ItemElement {
  if (meeting !== undefined) return meetingElements[meeting.kind]
  switch (item.class) {
    case 'event':
      return 'CalendarItem'
    case 'contact':
      return itemClass.toLowerCase().startsWith('ipm.distlist') ? 'DistributionList' : 'Contact'
    case 'task':
      return 'Task'
    case 'note':
      return 'Message'
    case 'message':
      return itemClass === 'IPM.Post' ? 'PostItem' : 'Message'
  }
}

const usualClasses = {
  message: 'IPM.Note',
  event: 'IPM.Appointment',
  contact: 'IPM.Contact',
  task: 'IPM.Task',
  note: 'IPM.StickyNote',
} as const satisfies Record<Item['class'], string>

/** PidTagMessageClass, where a client has set one. */
export const CLASS_KEY = '0x001a:String'
/** PidTagSubject, of a contact or list whose subject is not its name. */
export const SUBJECT_KEY = '0x0037:String'

function itemClassOf(view: ItemView): string {
  const kept = view.property(CLASS_KEY)
  if (typeof kept === 'string') return kept
  if (view.meeting !== undefined) return messageClassOf(view.meeting)
  const { root, item } = view
  if (item.class === 'contact' && item.content?.kind === 'group') return 'IPM.DistList'
  if (item.class === 'event' && view.options.occurrence && item.content) {
    const id = view.options.occurrence.at.recurrenceId
    const overrides = view.series?.recurrenceOverrides
    if (id !== null && overrides && Object.hasOwn(overrides, id))
      return 'IPM.OLE.CLASS.{00061055-0000-0000-C000-000000000046}'
  }
  if (item.class !== 'message' || root === undefined) return usualClasses[item.class]
  return classOfStructure(root)
}
