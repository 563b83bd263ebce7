import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { decodeText } from '../text/charset.ts'
import { readAttachment, type TnefAttachment } from './attachment.ts'
import { type Attribute, attribute, readAttributes } from './attributes.ts'
import { TnefBudget } from './budget.ts'
import { codepageCharset } from './codepage.ts'
import { OctetReader } from './octet-reader.ts'
import { PropertyBag, type PropertyValue } from './property.ts'
import { tag } from './property-ids.ts'
import { propertyType, readProperties, readRecipients } from './property-stream.ts'

/** A decoded TNEF stream. Binary values are views of it. */
export interface TnefMessage {
  /** `IPM.Note`, `IPM.Schedule.Meeting.Request` … in the names of MAPI, whatever form it came in. */
  messageClass: string
  /** Charset of its 8-bit strings. */
  charset: string
  properties: PropertyBag
  recipients: PropertyBag[]
  attachments: TnefAttachment[]
}

/** LIM-11 allows 500. */
const MAX_ATTACHMENTS = 2_000
/** What one costs even without properties. */
const VALUES_OF_ATTACHMENT = 10
/** Messages in messages; Outlook itself goes no deeper. */
const MAX_DEPTH = 20

/** MS-OXTNEF §2.1.3.3.1: names of Microsoft Mail 3.0 that attMessageClass still has. */
const oldClasses: Record<string, string> = {
  'ipm.microsoft mail.note': 'IPM.Note',
  'ipm.microsoft mail.read receipt': 'Report.IPM.Note.IPNRN',
  'ipm.microsoft mail.non-delivery': 'Report.IPM.Note.NDR',
  'ipm.microsoft schedule.mtgreq': 'IPM.Schedule.Meeting.Request',
  'ipm.microsoft schedule.mtgrespp': 'IPM.Schedule.Meeting.Resp.Pos',
  'ipm.microsoft schedule.mtgrespn': 'IPM.Schedule.Meeting.Resp.Neg',
  'ipm.microsoft schedule.mtgrespa': 'IPM.Schedule.Meeting.Resp.Tent',
  'ipm.microsoft schedule.mtgcncl': 'IPM.Schedule.Meeting.Canceled',
}

/**
 * Decodes application/ms-tnef, the content of winmail.dat (MS-OXTNEF). Wrong checksums are tolerated. SyntaxFault when it
 * is no TNEF, is cut off, or goes beyond 2,000 attachments, 200,000 property values or 20 messages within each other.
 */
export function decodeTnef(tnef: Uint8Array, budget = new TnefBudget(), depth = 0): TnefMessage {
  if (depth > MAX_DEPTH) throw new SyntaxFault('messages within messages without end')
  const inner = (content: Uint8Array) => decodeTnef(content, budget, depth + 1)
  const ofMessage = new Map<number, Uint8Array>()
  const ofAttachments: Map<number, Uint8Array>[] = []
  for (const { level, id, data } of readAttributes(tnef)) {
    if (level === 'message') {
      if (!ofMessage.has(id)) ofMessage.set(id, data)
      continue
    }
    // attAttachRendData begins an attachment (§2.1.3.3.15); writers that leave it out begin with what comes twice.
    if (id === attribute.attachRendData || ofAttachments.length === 0 || ofAttachments.at(-1)!.has(id)) {
      if (ofAttachments.length === MAX_ATTACHMENTS) throw new SyntaxFault('too many attachments')
      budget.takeValues(VALUES_OF_ATTACHMENT)
      ofAttachments.push(new Map())
    }
    ofAttachments.at(-1)!.set(id, data)
  }
  const charset = charsetOf(ofMessage.get(attribute.oemCodepage))
  const stored = ofMessage.get(attribute.messageProperties)
  const properties = stored ? readProperties(stored, charset, budget) : new PropertyBag()
  addOldAttributes(properties, ofMessage, charset)
  const recipients = ofMessage.get(attribute.recipientTable)
  return {
    messageClass: classOf(ofMessage.get(attribute.messageClass), properties),
    charset,
    properties,
    recipients: recipients ? readRecipients(recipients, charset, budget) : [],
    attachments: ofAttachments.map((attributes) => readAttachment(attributes, charset, budget, inner)),
  }
}

function charsetOf(data: Attribute['data'] | undefined): string {
  return codepageCharset(data && data.length >= 4 ? new OctetReader(data).uint32() : 1252)
}

function classOf(data: Uint8Array | undefined, properties: PropertyBag): string {
  const given = data ? decodeText(data, 'windows-1252').replace(/\0.*$/s, '') : ''
  const known = given.toLowerCase()
  if (Object.hasOwn(oldClasses, known)) return oldClasses[known]!
  return given || properties.text(tag.messageClass) || 'IPM.Note'
}

/** What stands in attributes of its own is put with the properties, where those do not say it already. */
function addOldAttributes(bag: PropertyBag, attributes: Map<number, Uint8Array>, charset: string): void {
  const add = (id: number, type: number, value: PropertyValue | undefined) => {
    if (value !== undefined) bag.add({ id, type, values: [value] })
  }
  const string = (id: number) => {
    const data = attributes.get(id)
    return data && decodeText(data, charset).replace(/\0.*$/s, '')
  }
  add(tag.subject, propertyType.string8, string(attribute.subject))
  add(tag.body, propertyType.string8, string(attribute.body))
  add(tag.startDate, propertyType.time, readDate(attributes.get(attribute.dateStart)))
  add(tag.endDate, propertyType.time, readDate(attributes.get(attribute.dateEnd)))
  add(tag.clientSubmitTime, propertyType.time, readDate(attributes.get(attribute.dateSent)))
  const from = readFrom(attributes.get(attribute.from), charset)
  if (!from) return
  add(tag.senderName, propertyType.string8, from.name)
  add(tag.senderAddressType, propertyType.string8, from.type)
  add(tag.senderAddress, propertyType.string8, from.address)
}

/** MS-OXTNEF §2.1.3.3.4 DTR: year, month, day, hour, minute, second, weekday as 16-bit numbers. */
function readDate(data: Uint8Array | undefined): number | undefined {
  if (!data || data.length < 12) return undefined
  const reader = new OctetReader(data)
  const [year, month, day, hour, minute, second] = Array.from({ length: 6 }, () => reader.uint16())
  return Date.UTC(year!, month! - 1, day!, hour!, minute!, second!)
}

/** MS-OXTNEF §2.1.3.3.3 TRP: lengths, then a name and `TYPE:address`, each ended by NUL. */
function readFrom(data: Uint8Array | undefined, charset: string) {
  if (!data || data.length < 8) return undefined
  const reader = new OctetReader(data)
  reader.octets(4)
  const nameLength = reader.uint16()
  const addressLength = reader.uint16()
  if (reader.left < nameLength + addressLength) return undefined
  const string = (length: number) => decodeText(reader.octets(length), charset).replace(/\0.*$/s, '')
  const name = string(nameLength)
  const match = /^([a-z]+):(.*)$/is.exec(string(addressLength))
  return match ? { name, type: match[1]!.toUpperCase(), address: match[2]! } : undefined
}
