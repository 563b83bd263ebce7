/**
 * Safe and blocked senders as Exchange keeps them: the condition of the rule that puts mail into Junk ([MS-OXCSPAM] §2.2.4, §3.1.4.1),
 * PidTagExtendedRuleMessageCondition ([MS-OXORULE] §2.2.4.1.10).
 */
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { OctetReader } from '#src/formats/tnef/octet-reader.ts'

/** Addresses, and domains with or without an `@` before them, as they are written. */
export type JunkRuleLists = {
  blocked: readonly string[]
  safe: readonly string[]
  safeRecipients: readonly string[]
}

/** PidTagSenderEmailAddress, PidTagSenderSmtpAddress. */
const senders: ReadonlySet<number> = new Set([0x0c1f, 0x5d01])
/** PidTagEmailAddress, PidTagSmtpAddress. */
const addresses: ReadonlySet<number> = new Set([0x3003, 0x39fe])
/** PidTagMessageRecipients. */
const RECIPIENTS = 0x0e12
const DEEPEST = 32

/**
 * Which addresses a condition wants in Junk and which never: what it says under an odd number of NOTs makes mail stay. SyntaxFault for
 * what is no restriction ([MS-OXCDATA] §2.12, with counts of four octets).
 */
export function parseJunkRule(condition: Uint8Array): JunkRuleLists {
  const reader = new OctetReader(condition)
  const named = reader.uint16()
  if (named > 0) {
    reader.octets(2 * named)
    reader.octets(reader.uint32())
  }
  const found = { blocked: new Set<string>(), safe: new Set<string>(), safeRecipients: new Set<string>() }
  readRestriction(reader, found, { denied: false, recipients: false, depth: 0 })
  const { blocked, safe, safeRecipients } = found
  return { blocked: [...blocked], safe: [...safe], safeRecipients: [...safeRecipients] }
}

type Found = Record<keyof JunkRuleLists, Set<string>>
type Place = { denied: boolean; recipients: boolean; depth: number }

function readRestriction(reader: OctetReader, found: Found, place: Place): void {
  if (place.depth > DEEPEST) throw new SyntaxFault('restrictions are nested too deep', reader.at)
  const below = { ...place, depth: place.depth + 1 }
  const kind = reader.uint8()
  switch (kind) {
    case 0x00:
    case 0x01: {
      const count = reader.uint32()
      for (let no = 0; no < count; no++) readRestriction(reader, found, below)
      return
    }
    case 0x02:
      readRestriction(reader, found, { ...below, denied: !place.denied })
      return
    case 0x03: {
      reader.octets(4)
      const tag = reader.uint32() >>> 16
      take(found, place, tag, readValue(reader))
      return
    }
    case 0x04:
      reader.octets(1 + 4)
      readValue(reader)
      return
    case 0x05:
    case 0x06:
    case 0x07:
      reader.octets(1 + 4 + 4)
      return
    case 0x08:
      reader.octets(4)
      return
    case 0x09: {
      const of = reader.uint32() >>> 16
      readRestriction(reader, found, { ...below, recipients: of === RECIPIENTS })
      return
    }
    case 0x0a: {
      const count = reader.uint8()
      for (let no = 0; no < count; no++) readValue(reader)
      if (reader.uint8() !== 0) readRestriction(reader, found, below)
      return
    }
    case 0x0b:
      reader.octets(4)
      readRestriction(reader, found, below)
      return
    default:
      throw new SyntaxFault(`a restriction of kind ${kind}`, reader.at)
  }
}

function take(found: Found, { denied, recipients }: Place, tag: number, value: string | undefined): void {
  const text = value?.trim() ?? ''
  if (text === '') return
  if (recipients && addresses.has(tag)) {
    if (denied) found.safeRecipients.add(text)
  } else if (!recipients && senders.has(tag)) found[denied ? 'safe' : 'blocked'].add(text)
}

/** The text of a tagged value, undefined for one of another type that is stepped over. */
function readValue(reader: OctetReader): string | undefined {
  const type = reader.uint32() & 0xffff
  switch (type) {
    case 0x001f:
      return readText(reader, 2)
    case 0x001e:
      return readText(reader, 1)
    case 0x0002:
      reader.octets(2)
      return undefined
    case 0x0003:
      reader.octets(4)
      return undefined
    case 0x000b:
      reader.octets(1)
      return undefined
    case 0x0014:
    case 0x0040:
      reader.octets(8)
      return undefined
    case 0x0102:
      reader.octets(reader.uint32())
      return undefined
    default:
      throw new SyntaxFault(`a value of type ${type}`, reader.at)
  }
}

function readText(reader: OctetReader, width: 1 | 2): string {
  const units: number[] = []
  for (;;) {
    const unit = width === 2 ? reader.uint16() : reader.uint8()
    if (unit === 0) break
    units.push(unit)
    if (units.length > 1_000) throw new SyntaxFault('a text of more than 1,000 characters', reader.at)
  }
  return String.fromCharCode(...units)
}

const SENDER = 0x0c1f001f
const ADDRESS = 0x3003001f
/** PidTagContentFilterSpamConfidenceLevel. */
const SCL = 0x40760003

/** The condition of a rule that has these lists, in the order in which Outlook and Exchange write it ([MS-OXCSPAM] §3.1.4.1). */
export function formatJunkRule({ blocked, safe, safeRecipients }: JunkRuleLists): Buffer {
  const senders = (list: readonly string[], whole: boolean) => anyOf(SENDER, list, whole)
  const recipients = (whole: boolean) =>
    Buffer.concat([Buffer.from([9]), int32(0x0e12000d), anyOf(ADDRESS, safeRecipients, whole)])
  const isSpam = and(
    Buffer.concat([Buffer.from([8]), int32(SCL)]),
    Buffer.concat([Buffer.from([4, 2]), int32(SCL), int32(SCL), int32(-1)]),
  )
  const condition = and(
    or(
      senders(blocked, true),
      and(or(isSpam, senders(blocked, false)), not(or(senders(safe, false), recipients(false)))),
    ),
    not(or(senders(safe, true), recipients(true), or())),
  )
  return Buffer.concat([Buffer.from([0, 0]), condition])
}

const int32 = (value: number): Buffer => {
  const octets = Buffer.alloc(4)
  octets.writeInt32LE(value)
  return octets
}
const several = (kind: 0 | 1, parts: readonly Buffer[]) =>
  Buffer.concat([Buffer.from([kind]), int32(parts.length), ...parts])
const and = (...parts: readonly Buffer[]) => several(0, parts)
const or = (...parts: readonly Buffer[]) => several(1, parts)
const not = (part: Buffer) => Buffer.concat([Buffer.from([2]), part])

/** Those of a list that are `whole` addresses, or those that are domains: a part of an address. A text ends at its first NUL. */
const anyOf = (tag: number, list: readonly string[], whole: boolean): Buffer =>
  or(
    ...list
      .filter((entry) => entry.indexOf('@') > 0 === whole && !entry.includes('\0'))
      .map((entry) =>
        Buffer.concat([
          Buffer.from([3, whole ? 0 : 1, 0, 1, 0]),
          int32(tag),
          int32(tag),
          Buffer.from(`${entry}\0`, 'utf16le'),
        ]),
      ),
  )
