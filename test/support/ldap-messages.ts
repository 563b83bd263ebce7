/** Parts of LDAP messages as a server writes them (RFC 4511, BER). */

export const PAGED = '1.2.840.113556.1.4.319'
export const DIR_SYNC = '1.2.840.113556.1.4.841'

/** An LDAPResult with that tag (RFC 4511 4.1.9). */
export function result(
  id: number,
  tag: number,
  code: number,
  message: string,
  referral?: string,
  control?: Buffer,
): Buffer {
  const to = referral === undefined ? [] : [sequence(0xa3, text(referral))]
  const body = sequence(tag, sequence(0x0a, Buffer.from([code])), text(''), text(message), ...to)
  return sequence(0x30, integer(id), body, ...(control ? [sequence(0xa0, control)] : []))
}

export const pagedControl = (cookie: string): Buffer =>
  sequence(0x30, text(PAGED), sequence(0x04, sequence(0x30, integer(0), text(cookie))))

export const dirSyncControl = (hasMore: boolean, cookie: string): Buffer =>
  sequence(
    0x30,
    text(DIR_SYNC),
    sequence(0x04, sequence(0x30, integer(hasMore ? 1 : 0), integer(0), text(cookie))),
  )

export const text = (value: string): Buffer => sequence(0x04, Buffer.from(value))

export function integer(value: number): Buffer {
  const octets = Buffer.alloc(5)
  octets.writeUInt32BE(value, 1)
  const from = octets.findIndex((octet, at) => octet !== 0 || (octets[at + 1] ?? 0xff) >= 0x80)
  return sequence(0x02, octets.subarray(from < 0 ? 4 : from))
}

export function sequence(tag: number, ...parts: readonly Buffer[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  const head = length < 0x80 ? Buffer.from([tag, length]) : Buffer.from([tag, 0x84, 0, 0, 0, 0])
  if (length >= 0x80) head.writeUInt32BE(length, 2)
  return Buffer.concat([head, ...parts])
}
