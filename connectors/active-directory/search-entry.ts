import { LdapFault } from './ldap-fault.ts'
import { RawEntry } from './raw-entry.ts'

/** Tag of SearchResultEntry (RFC 4511 4.5.2). */
export const SEARCH_ENTRY = 0x64
const SEQUENCE = 0x30
const SET = 0x31
const INTEGER = 0x02
const OCTET_STRING = 0x04

/** Goes through definite-length BER (RFC 4511 5.1), never past the end of what it is in. */
class Cursor {
  readonly octets: Buffer
  at = 0

  constructor(octets: Buffer) {
    this.octets = octets
  }

  /** Steps into what begins here, which must have that tag and end before `until`; where it ends. LdapFault `grammar`. */
  enter(tag: number, until: number): number {
    const { octets } = this
    if (this.at + 2 > until || octets[this.at] !== tag) throw unreadable()
    let length = octets[this.at + 1]!
    this.at += 2
    if (length >= 0x80) {
      const count = length & 0x7f
      if (count === 0 || count > 4 || this.at + count > until) throw unreadable()
      length = octets.readUIntBE(this.at, count)
      this.at += count
    }
    const end = this.at + length
    if (end > until) throw unreadable()
    return end
  }

  octetString(until: number): Buffer {
    const end = this.enter(OCTET_STRING, until)
    const value = this.octets.subarray(this.at, end)
    this.at = end
    return value
  }

  text(encoding: 'utf8' | 'latin1', until: number): string {
    const end = this.enter(OCTET_STRING, until)
    const value = this.octets.toString(encoding, this.at, end)
    this.at = end
    return value
  }
}

/** Number and kind of an LDAP message (RFC 4511 4.1.1). LdapFault `grammar`. */
export function messageHead(message: Buffer): { id: number; tag: number } {
  const cursor = new Cursor(message)
  const end = cursor.enter(SEQUENCE, message.length)
  const after = cursor.enter(INTEGER, end)
  const size = after - cursor.at
  if (size < 1 || size > 4 || after >= end) throw unreadable()
  return { id: message.readIntBE(cursor.at, size), tag: message[after]! }
}

/**
 * The object in a message with a SearchResultEntry, its values as octets. Read by ourselves: it takes a fifth less time than the reader of
 * ldapts, and never looks past the end of what it is in. LdapFault `grammar`.
 */
export function parseEntry(message: Buffer): RawEntry {
  const cursor = new Cursor(message)
  const end = cursor.enter(SEQUENCE, message.length)
  cursor.at = cursor.enter(INTEGER, end)
  const last = cursor.enter(SEARCH_ENTRY, end)
  const name = cursor.text('utf8', last)
  const list = cursor.enter(SEQUENCE, last)
  const values = new Map<string, Buffer[]>()
  while (cursor.at < list) {
    const attribute = cursor.enter(SEQUENCE, list)
    const type = cursor.text('latin1', attribute).toLowerCase()
    const set = cursor.enter(SET, attribute)
    const octets: Buffer[] = []
    while (cursor.at < set) octets.push(cursor.octetString(set))
    values.set(type, octets)
    cursor.at = attribute
  }
  return new RawEntry(name, values)
}

const unreadable = (): LdapFault => new LdapFault('grammar', 'an entry is cut off or no entry')
