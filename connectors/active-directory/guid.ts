import type { SourceGuid } from '#src/domain/directory-sync/source.ts'

/** The first three groups of a GUID lie in memory with their least octet first (MS-DTYP 2.3.4.2). */
const ORDER = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15] as const

/** The 16 octets of an objectGUID as text; undefined when there are not 16. */
export function formatGuid(octets: Uint8Array | undefined): SourceGuid | undefined {
  if (octets?.length !== 16) return undefined
  const hex = Buffer.from(octets.buffer, octets.byteOffset, 16).toString('hex')
  const first = hex.slice(6, 8) + hex.slice(4, 6) + hex.slice(2, 4) + hex.slice(0, 2)
  const second = hex.slice(10, 12) + hex.slice(8, 10)
  const third = hex.slice(14, 16) + hex.slice(12, 14)
  return `${first}-${second}-${third}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/** The octets as they lie in objectGUID; undefined when the text is no GUID. */
export function parseGuid(text: string): Buffer | undefined {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) return undefined
  const hex = Buffer.from(text.replaceAll('-', ''), 'hex')
  return Buffer.from(ORDER.map((at) => hex[at]!))
}
