import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { PropertyBag } from '#src/formats/tnef/property.ts'
import { isDamage } from './damage.ts'
import { Heap, isOfHeap } from './heap.ts'
import type { Lenient } from './properties.ts'
import { isFixed, readValues } from './property-values.ts'
import type { PstFile, PstNode } from './pst-file.ts'

type Column = { id: number; type: number; at: number; bytes: number; bit: number }

export type TableRow = { id: number; bag: PropertyBag }

const WINDOWS_1252 = 1252

/**
 * Rows of a table (MS-PST §2.3.4) in their order, with those of their columns that are wanted. SyntaxFault; with `lenient` only where no
 * more rows can be read.
 */
export async function* tableRows(
  file: PstFile,
  node: PstNode,
  wanted: ReadonlySet<number> | 'all',
  codepage = WINDOWS_1252,
  lenient?: Lenient,
): AsyncGenerator<TableRow> {
  const heap = await Heap.open(file, node, lenient?.spoiled)
  const info = heap.octets(heap.root)
  if (heap.client !== 0x7c || info.length < 22 || info[0] !== 0x7c)
    throw new SyntaxFault('a node without a table')
  const columns = columnsOf(info).filter(({ id }) => wanted === 'all' || wanted.has(id))
  const rowBytes = info.readUInt16LE(8)
  const bitsAt = info.readUInt16LE(6)
  const rows = info.readUInt32LE(14)
  if (rows === 0 || rowBytes < 8) return
  const blocks = isOfHeap(rows) ? [heap.octets(rows)] : file.blocks(heap.subnode(rows).data, lenient?.spoiled)
  for await (const block of blocks) {
    // Rows do not go on in the next block.
    for (let at = 0; at + rowBytes <= block.length; at += rowBytes) {
      const row = block.subarray(at, at + rowBytes)
      yield { id: row.readUInt32LE(0), bag: await bagOf(heap, row, columns, { bitsAt, codepage, lenient }) }
    }
  }
}

function columnsOf(info: Buffer): Column[] {
  const columns: Column[] = []
  for (let index = 0, at = 22; index < info[1]! && at + 8 <= info.length; index++, at += 8)
    columns.push({
      type: info.readUInt16LE(at),
      id: info.readUInt16LE(at + 2),
      at: info.readUInt16LE(at + 4),
      bytes: info[at + 6]!,
      bit: info[at + 7]!,
    })
  return columns
}

async function bagOf(
  heap: Heap,
  row: Buffer,
  columns: readonly Column[],
  { bitsAt, codepage, lenient }: { bitsAt: number; codepage: number; lenient: Lenient | undefined },
): Promise<PropertyBag> {
  const bag = new PropertyBag()
  for (const { id, type, at, bytes, bit } of columns) {
    const isThere = ((row[bitsAt + (bit >> 3)] ?? 0) & (0x80 >> (bit & 7))) !== 0
    if (!isThere || at + bytes > row.length) continue
    const cell = row.subarray(at, at + bytes)
    try {
      const octets = isFixed(type) && bytes <= 8 ? cell : await heap.value(cell.readUInt32LE(0))
      bag.add({ id, type, values: readValues(type, octets, codepage) })
    } catch (error) {
      if (lenient === undefined || !isDamage(error)) throw error
      lenient.lost({ id, type })
    }
  }
  return bag
}
