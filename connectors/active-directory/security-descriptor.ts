import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { formatGuid } from './guid.ts'

/** One entry of an access list (MS-DTYP 2.4.4), of the kinds that allow or deny. */
type AccessEntry = {
  allows: boolean
  inherited: boolean
  /** Bits of rights, unsigned. */
  rights: number
  /** The extended right or property it is about, as a GUID; undefined: about all of them. */
  objectType: string | undefined
  /** Whom it is about: `S-1-5-…`. */
  sid: string
}

/** Extended right "Send As" (MS-ADTS 5.1.3.2.1). */
export const SEND_AS = 'ab721a54-1e2f-11d0-9819-00aa0040529b'
const CONTROL_ACCESS = 0x100
/** In msExchMailboxSecurityDescriptor: fsdrightMailboxOwner, which Exchange shows as FullAccess. */
const MAILBOX_OWNER = 0x1
/** NT AUTHORITY\SELF: everybody has both rights on themselves. */
const SELF = 'S-1-5-10'

const ALLOWED = 0x00
const DENIED = 0x01
const ALLOWED_OBJECT = 0x05
const DENIED_OBJECT = 0x06
const INHERITED = 0x10
const INHERIT_ONLY = 0x08
const HAS_OBJECT_TYPE = 0x1
const HAS_INHERITED_TYPE = 0x2
const DACL_PRESENT = 0x4

/** SIDs with an entry of their own, not an inherited one, that lets them send as the object. SyntaxFault. */
export function sendersAs(descriptor: Buffer): string[] {
  return granted(
    descriptor,
    ({ rights, objectType }) => (rights & CONTROL_ACCESS) !== 0 && objectType === SEND_AS,
  )
}

/** SIDs with an entry of their own that gives full access to the mailbox (msExchMailboxSecurityDescriptor). SyntaxFault. */
export function fullAccessOf(descriptor: Buffer): string[] {
  return granted(
    descriptor,
    ({ rights, objectType }) => (rights & MAILBOX_OWNER) !== 0 && objectType === undefined,
  )
}

function granted(descriptor: Buffer, isMeant: (entry: AccessEntry) => boolean): string[] {
  const entries = parseAccessList(descriptor).filter((entry) => isMeant(entry) && entry.sid !== SELF)
  // What is inherited stands behind what is not, and the first entry that says something counts (MS-DTYP 2.5.3.2).
  const denied = new Set(entries.filter((entry) => !entry.allows && !entry.inherited).map(({ sid }) => sid))
  const allowed = entries.filter(({ allows, inherited, sid }) => allows && !inherited && !denied.has(sid))
  return [...new Set(allowed.map(({ sid }) => sid))]
}

/**
 * The discretionary list of a self-relative security descriptor (MS-DTYP 2.4.6), without entries that only children inherit
 * and without kinds that neither allow nor deny. SyntaxFault when it is cut off or contradicts itself.
 */
export function parseAccessList(descriptor: Buffer): AccessEntry[] {
  if (descriptor.length < 20 || descriptor[0] !== 1) throw new SyntaxFault('not a security descriptor')
  const at = descriptor.readUInt32LE(16)
  if ((descriptor.readUInt16LE(2) & DACL_PRESENT) === 0 || at === 0) return []
  if (at + 8 > descriptor.length)
    throw new SyntaxFault('the access list lies outside the security descriptor')
  const end = at + descriptor.readUInt16LE(at + 2)
  const count = descriptor.readUInt16LE(at + 4)
  if (end > descriptor.length) throw new SyntaxFault('the access list is cut off')
  const entries: AccessEntry[] = []
  let next = at + 8
  for (let seen = 0; seen < count; seen++) {
    if (next + 4 > end) throw new SyntaxFault('the access list has fewer entries than it says')
    const size = descriptor.readUInt16LE(next + 2)
    if (size < 4 || next + size > end) throw new SyntaxFault('an access entry is cut off')
    const entry = parseEntry(descriptor.subarray(next, next + size))
    if (entry !== undefined) entries.push(entry)
    next += size
  }
  return entries
}

function parseEntry(octets: Buffer): AccessEntry | undefined {
  const [type, flags] = octets as unknown as [number, number]
  if (![ALLOWED, DENIED, ALLOWED_OBJECT, DENIED_OBJECT].includes(type) || (flags & INHERIT_ONLY) !== 0)
    return undefined
  let at = 8
  let objectType: string | undefined
  if (octets.length < at) throw new SyntaxFault('an access entry has no rights')
  if (type === ALLOWED_OBJECT || type === DENIED_OBJECT) {
    if (octets.length < 12) throw new SyntaxFault('an access entry has no object flags')
    const present = octets.readUInt32LE(8)
    at = 12
    if ((present & HAS_OBJECT_TYPE) !== 0) {
      objectType = formatGuid(octets.subarray(at, at + 16))
      if (objectType === undefined) throw new SyntaxFault('the object type of an access entry is cut off')
      at += 16
    }
    if ((present & HAS_INHERITED_TYPE) !== 0) at += 16
  }
  return {
    allows: type === ALLOWED || type === ALLOWED_OBJECT,
    inherited: (flags & INHERITED) !== 0,
    rights: octets.readUInt32LE(4),
    objectType,
    sid: formatSid(octets.subarray(at)),
  }
}

/** `S-1-5-21-…` of a binary SID at the beginning (MS-DTYP 2.4.2.2). SyntaxFault. */
export function formatSid(octets: Buffer): string {
  const count = octets[1]
  if (octets[0] !== 1 || count === undefined || count > 15 || octets.length < 8 + 4 * count)
    throw new SyntaxFault('a SID is cut off')
  const parts = Array.from({ length: count }, (_, at) => octets.readUInt32LE(8 + 4 * at))
  return ['S-1', octets.readUIntBE(2, 6), ...parts].join('-')
}

/** The same; undefined where it is none. */
export function sidOf(octets: Buffer): string | undefined {
  try {
    return formatSid(octets)
  } catch (error) {
    if (error instanceof SyntaxFault) return undefined
    throw error
  }
}

/** The octets of `S-1-5-21-…`. SyntaxFault. */
export function parseSid(text: string): Buffer {
  const parts = /^S-1-(\d{1,15})((?:-\d{1,10}){0,15})$/.exec(text)
  const numbers = (parts?.[2] ?? '').split('-').slice(1).map(Number)
  if (parts === null || numbers.some((number) => number > 0xffff_ffff))
    throw new SyntaxFault(`${text} is no SID`)
  const octets = Buffer.alloc(8 + 4 * numbers.length)
  octets[0] = 1
  octets[1] = numbers.length
  octets.writeUIntBE(Number(parts[1]), 2, 6)
  for (const [at, number] of numbers.entries()) octets.writeUInt32LE(number, 8 + 4 * at)
  return octets
}
