import type { SourceGuid, SourceLink } from '#src/domain/directory-sync/source.ts'
import { formatGuid } from './guid.ts'

/** A distinguished name, with the keys that the control for extended names adds (MS-ADTS 3.1.1.3.4.1.5). */
type ExtendedName = { place: string; guid: SourceGuid | undefined; sid: string | undefined }

const PART = /^<(GUID|SID|WKGUID)=([^>]*)>;?/i

/** `<GUID=…>;<SID=…>;CN=…`, with GUIDs dashed or as bare hex, or a plain distinguished name. */
export function parseExtendedName(text: string): ExtendedName {
  let place = text
  let guid: SourceGuid | undefined
  let sid: string | undefined
  for (let part = PART.exec(place); part !== null; part = PART.exec(place)) {
    const [whole, kind, value] = part as unknown as [string, string, string]
    if (kind.toUpperCase() === 'GUID') guid = guidOf(value)
    else if (kind.toUpperCase() === 'SID') sid = value
    place = place.slice(whole.length)
  }
  return { place, guid, sid }
}

const DASHED = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

function guidOf(value: string): SourceGuid | undefined {
  if (/^[0-9a-f]{32}$/i.test(value)) return formatGuid(Buffer.from(value, 'hex'))
  return DASHED.test(value) ? value.toLowerCase() : undefined
}

/** By key where the name carries one. */
export function linkOf(text: string): SourceLink {
  const { guid, place } = parseExtendedName(text)
  return guid === undefined ? { place } : { guid }
}
