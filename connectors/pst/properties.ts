import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { type Property, PropertyBag } from '#src/formats/tnef/property.ts'
import { tag } from '#src/formats/tnef/property-ids.ts'
import { isDamage } from './damage.ts'
import { Heap, isOfHeap } from './heap.ts'
import type { PropertyNames } from './property-names.ts'
import { bytesInPlace, isFixed, readValues } from './property-values.ts'
import type { PstFile, PstNode, Spoiled } from './pst-file.ts'

const WINDOWS_1252 = 1252
const OBJECT = 0x000d

/** Properties of a node, with those whose data are too large to be held, or are other nodes, as what lies there. */
export type NodeProperties = {
  bag: PropertyBag
  codepage: number
  /** By property id: nodes of objects, and of data that were not read. */
  nodes: ReadonlyMap<number, PstNode>
  subnodes: ReadonlyMap<number, PstNode>
}

/** What becomes of damage of a node: properties that cannot be read are told and left out, blocks that are damaged are told and read. */
export type Lenient = { spoiled: Spoiled; lost: (property: Omit<Property, 'values'>) => void }

/**
 * Reads a property context (MS-PST §2.3.3). Properties of `apart` that lie in a node of their own are not read. SyntaxFault; with
 * `lenient` only where nothing can be read.
 */
export async function readProperties(
  file: PstFile,
  node: PstNode,
  names: PropertyNames,
  apart: ReadonlySet<number> = new Set(),
  lenient?: Lenient,
): Promise<NodeProperties> {
  const heap = await Heap.open(file, node, lenient?.spoiled)
  if (heap.client !== 0xbc) throw new SyntaxFault('a node without properties')
  const records = [...heap.records(heap.root)].map(({ key, data }) => ({
    id: key.readUInt16LE(0),
    type: data.readUInt16LE(0),
    data: data.subarray(2, 6),
  }))
  const codepage = codepageOf(records)
  const bag = new PropertyBag()
  const nodes = new Map<number, PstNode>()
  for (const { id, type, data } of records) {
    const reference = data.readUInt32LE(0)
    const name = names.get(id)
    try {
      if (bytesInPlace(type) === undefined && !isOfHeap(reference) && apart.has(id)) {
        nodes.set(id, heap.subnode(reference))
        continue
      }
      const octets = bytesInPlace(type) === undefined ? await octetsOf(heap, reference, type) : data
      if (type === OBJECT && octets.length >= 4) {
        nodes.set(id, heap.subnode(octets.readUInt32LE(0)))
        continue
      }
      bag.add({ id, type, ...(name && { name }), values: readValues(type, octets, codepage) })
    } catch (error) {
      if (lenient === undefined || !isDamage(error)) throw error
      lenient.lost({ id, type, ...(name && { name }) })
    }
  }
  return { bag, codepage, nodes, subnodes: heap.subnodes }
}

const octetsOf = (heap: Heap, reference: number, type: number) =>
  isFixed(type) ? Promise.resolve(heap.octets(reference)) : heap.value(reference)

function codepageOf(records: readonly { id: number; data: Buffer }[]): number {
  const found = (wanted: number) => records.find(({ id }) => id === wanted)?.data.readInt32LE(0)
  return found(tag.messageCodepage) ?? found(tag.internetCodepage) ?? WINDOWS_1252
}
