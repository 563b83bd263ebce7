import { parseGuid } from '#connectors/active-directory/guid.ts'
import { parseSid, SEND_AS } from '#connectors/active-directory/security-descriptor.ts'

/** One entry of an access list (MS-DTYP 2.4.4); `object` and `inheritedObject` are GUIDs. */
export type Ace = {
  type: number
  flags?: number
  rights: number
  sid: string
  object?: string
  inheritedObject?: string
}

export function ace({ type, flags = 0, rights, sid, object, inheritedObject }: Ace): Buffer {
  const present = Buffer.alloc(4)
  present.writeUInt32LE((object ? 1 : 0) | (inheritedObject ? 2 : 0))
  const isObject = type === 5 || type === 6
  const guids = [object, inheritedObject].flatMap((guid) => (guid ? [parseGuid(guid)!] : []))
  const body = Buffer.concat([...(isObject ? [present, ...guids] : []), parseSid(sid)])
  const head = Buffer.alloc(8)
  head[0] = type
  head[1] = flags
  head.writeUInt16LE(8 + body.length, 2)
  head.writeUInt32LE(rights, 4)
  return Buffer.concat([head, body])
}

/** A self-relative security descriptor with nothing but this list (MS-DTYP 2.4.6). */
export function descriptor(...aces: readonly Buffer[]): Buffer {
  const list = Buffer.concat(aces)
  const acl = Buffer.alloc(8)
  acl[0] = 4
  acl.writeUInt16LE(8 + list.length, 2)
  acl.writeUInt16LE(aces.length, 4)
  const head = Buffer.alloc(20)
  head[0] = 1
  head.writeUInt16LE(0x8004, 2)
  head.writeUInt32LE(20, 16)
  return Buffer.concat([head, acl, list])
}

export const CONTROL = 0x100
/** Lets that account send as the object. */
export const sendAs = (sid: string, more: Partial<Ace> = {}) =>
  ace({ type: 5, rights: CONTROL, sid, object: SEND_AS, ...more })
