import { formatGuid } from '#src/formats/tnef/guid.ts'
import type { Property } from '#src/formats/tnef/property.ts'
import { set } from '#src/formats/tnef/property-ids.ts'
import { readProperties } from './properties.ts'
import type { PstFile } from './pst-file.ts'

/** What named properties are called in this file, by their number from 0x8000 on. */
export type PropertyNames = ReadonlyMap<number, NonNullable<Property['name']>>

const NAME_MAP_NODE = 0x61
const MAPI = '00020328-0000-0000-c000-000000000046'

/** Reads the map of named properties (MS-PST §2.4.7). SyntaxFault. */
export async function readNames(file: PstFile): Promise<PropertyNames> {
  const { bag } = await readProperties(file, await file.getNode(NAME_MAP_NODE), new Map())
  const stream = (id: number) => Buffer.from(bag.bytes(id) ?? [])
  const [sets, entries, texts] = [stream(2), stream(3), stream(4)]
  const names = new Map<number, NonNullable<Property['name']>>()
  for (let at = 0; at + 8 <= entries.length; at += 8) {
    const id = entries.readUInt32LE(at)
    const kind = entries.readUInt16LE(at + 4)
    const index = (kind >> 1) - 3
    const from = 16 * index
    const space =
      kind >> 1 === 1
        ? MAPI
        : kind >> 1 === 2
          ? set.publicStrings
          : index >= 0 && from + 16 <= sets.length
            ? formatGuid(sets.subarray(from, from + 16))
            : ''
    const word = (kind & 1) === 1 && id + 4 <= texts.length ? texts.readUInt32LE(id) : 0
    const name = (kind & 1) === 0 ? id : texts.toString('utf16le', id + 4, id + 4 + word)
    names.set(0x8000 + entries.readUInt16LE(at + 6), { set: space, id: name })
  }
  return names
}
