import { Ber, type BerReader, ProtocolOperation } from 'ldapts'
import { LdapFault } from './ldap-fault.ts'
import { RawEntry } from './raw-entry.ts'

/** SearchResultEntry (RFC 4511 4.5.2), values as octets. LdapFault `grammar`, or what the reader throws for a wrong tag. */
export function parseEntry(reader: BerReader): RawEntry {
  enter(reader, ProtocolOperation.LDAP_RES_SEARCH_ENTRY)
  const name = given(reader.readString())
  const end = enter(reader, 0x30)
  const values = new Map<string, Buffer[]>()
  while (reader.offset < end) {
    enter(reader, 0x30)
    const attribute = given(reader.readString()).toLowerCase()
    const last = enter(reader, ProtocolOperation.LBER_SET)
    const octets: Buffer[] = []
    while (reader.offset < last) octets.push(given(reader.readString(Ber.OctetString, true)))
    values.set(attribute, octets)
  }
  return new RawEntry(name, values)
}

/** Where what begins here ends. */
function enter(reader: BerReader, tag: number): number {
  given(reader.readSequence(tag))
  const end = reader.offset + reader.length
  if (reader.length > reader.remain) throw new LdapFault('grammar', 'an entry is cut off')
  return end
}

function given<T>(value: T | null): T {
  if (value === null) throw new LdapFault('grammar', 'an entry is cut off')
  return value
}
