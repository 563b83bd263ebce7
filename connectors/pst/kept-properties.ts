import { receivedForKeys } from '#src/domain/calendar/scheduling/meeting-message.ts'
import type { ItemClass } from '#src/domain/mailbox/item.ts'
import type { Loss } from '#src/domain/migration/source.ts'
import type { Property, PropertyBag, PropertyValue } from '#src/formats/tnef/property.ts'
import { appointment, set, tag } from '#src/formats/tnef/property-ids.ts'
import { propertyType as type } from '#src/formats/tnef/property-stream.ts'
import { propertyKey } from '#src/wire/ews/extended-property.ts'
import type { MapiPropertyTypeType } from '#src/wire/ews/schema-types.ts'

export type Kept = Record<string, string | readonly string[]>

const MULTI_VALUED = 0x1000
/** A property that is larger is no mark beside an item, but a thing of its own. */
const LARGEST = 64 * 1024

const typeNames: Readonly<Record<number, string>> = {
  [type.int16]: 'Short',
  [type.int32]: 'Integer',
  [type.float]: 'Float',
  [type.double]: 'Double',
  [type.currency]: 'Currency',
  [type.appTime]: 'ApplicationTime',
  [type.boolean]: 'Boolean',
  [type.int64]: 'Long',
  [type.string8]: 'String',
  [type.unicode]: 'String',
  [type.time]: 'SystemTime',
  [type.guid]: 'CLSID',
  [type.binary]: 'Binary',
}

/**
 * Of those with a number of everybody's: importance, sensitivity, conversation, replies, follow-up and retention (MS-OXPROPS). The others say
 * what the item says too, or where it lay.
 */
const plain: ReadonlySet<number> = new Set([
  ...[tag.importance, tag.sensitivity, 0x0063, 0x0070, 0x0071, 0x0e2b, 0x1081, 0x1082, 0x1090, 0x1091],
  ...[0x1095, 0x3007, 0x3013, 0x3018, 0x3019, 0x301a, 0x301c, 0x301d, 0x301e, 0x301f, 0x3fde],
])
/** Of contacts what a card has no place for. */
const ofContacts: ReadonlySet<number> = new Set([
  ...[0x3a00, 0x3a07, 0x3a0c, 0x3a2b, 0x3a43, 0x3a46, 0x3a47, 0x3a49, 0x3a4a, 0x3a4c, 0x3a4d, 0x3a50],
  ...[0x3a57, 0x3a5e, 0x3a64, 0x3a70],
])

/** Of an appointment what its times and its series say; kept, they would be out of date with the first change. */
const ofTimes: ReadonlySet<number> = new Set([
  ...Object.values(appointment),
  ...[0x8213, 0x8223, 0x8231, 0x8232, 0x8235, 0x8236, 0x825e, 0x825f, 0x8260],
])
/** Of a list who is in it, and the check sum over that. */
const ofMembers: ReadonlySet<number> = new Set([0x804c, 0x8053, 0x8054, 0x8055, 0x8064])
const KEYWORDS = `${set.publicStrings}:keywords`

/** What stands beside an item and neither its octets nor its content say, under the names that EWS has for it. */
export function keptProperties(bag: PropertyBag, kind: ItemClass, losses: Loss[]): Kept {
  const kept: Kept = {}
  const itemClass = bag.text(tag.messageClass)
  if (kind === 'message' && itemClass !== undefined && !/^ipm\.note$/i.test(itemClass))
    kept['0x001a:String'] = itemClass
  if (kind === 'message' && /^ipm\.schedule\.meeting\./i.test(itemClass ?? ''))
    Object.assign(kept, receivedFor(bag))
  for (const property of bag.all) {
    if (isSaid(property, kind)) continue
    const key = keyOf(property)
    if (key === undefined || property.values.length === 0) continue
    const values = property.values.map((value) => textOf(value, property.type))
    if (values.reduce((sum, { length }) => sum + length, 0) > LARGEST)
      losses.push({
        property: key,
        reason: 'it is larger than what is kept beside an item',
        weight: 'metadata',
      })
    else kept[key] = (property.type & MULTI_VALUED) === 0 ? values[0]! : values
  }
  return kept
}

/** PidTagReceivedBySmtpAddress, PidTagReceivedByAddressType, PidTagReceivedByEmailAddress; the same of whom it was received for. */
const by = [0x5d07, 0x0075, 0x0076] as const
const representing = [0x5d08, 0x0077, 0x0078] as const

/** Of a delegate's copy of a meeting message: whose it is. */
function receivedFor(bag: PropertyBag): Kept {
  const addressIn = ([smtp, addressType, address]: readonly number[]) =>
    bag.text(smtp!) ?? (bag.text(addressType!) === 'SMTP' ? bag.text(address!) : undefined)
  const [one, other] = [addressIn(by), addressIn(representing)]
  if (one === undefined || other === undefined || one.toLowerCase() === other.toLowerCase()) return {}
  const name = bag.text(0x0044)
  return { [receivedForKeys.address]: other, ...(name && { [receivedForKeys.name]: name }) }
}

function isSaid({ id, name }: Property, kind: ItemClass): boolean {
  if (name === undefined) return !plain.has(id) && !(kind === 'contact' && ofContacts.has(id))
  if (typeof name.id === 'string') return `${name.set}:${name.id.toLowerCase()}` === KEYWORDS
  if (name.set === set.appointment) return kind === 'event' && ofTimes.has(name.id)
  return name.set === set.address && ofMembers.has(name.id)
}

function keyOf({ id, type: given, name }: Property): string | undefined {
  const word = typeNames[given & ~MULTI_VALUED]
  if (word === undefined) return undefined
  const PropertyType = `${word}${(given & MULTI_VALUED) === 0 ? '' : 'Array'}` as MapiPropertyTypeType
  if (name === undefined) return propertyKey({ PropertyTag: `0x${id.toString(16)}`, PropertyType })
  return typeof name.id === 'string'
    ? propertyKey({ PropertySetId: name.set, PropertyName: name.id, PropertyType })
    : propertyKey({ PropertySetId: name.set, PropertyId: name.id, PropertyType })
}

function textOf(value: PropertyValue, given: number): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if ((given & ~MULTI_VALUED) !== type.time) return String(value)
  // Moments that no calendar has are what stands for none.
  const moment = new Date(Number(value))
  return Number.isNaN(moment.getTime()) ? '1601-01-01T00:00:00Z' : `${moment.toISOString().slice(0, 19)}Z`
}
