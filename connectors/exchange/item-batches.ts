import type { ItemHead } from './item-heads.ts'
import { type ItemKind, kindOfClass } from './item-kind.ts'

export type WantedItem = { key: string; head: ItemHead }
export type Batch = { kind: ItemKind; items: readonly WantedItem[]; sizeBytes: number }

/** Octets and items of one request at most (migration.md 3.1). */
export const BATCH_BYTES = 4 * 1024 * 1024
/** Octets of the first request, and how many times as large each next one is: nobody has anything to do until the first is answered. */
const FIRST_BYTES = 1024 * 1024
const GROWTH = 2
const BATCH_ITEMS = 100
/** Of an item whose size nobody told. */
const USUAL_BYTES = 75 * 1024

const sizeOf = ({ head }: WantedItem): number => head.sizeBytes ?? USUAL_BYTES

/** Items of one kind together, in requests that grow to `BATCH_BYTES`; one that is larger goes alone. */
export function batchesOf(items: readonly WantedItem[]): Batch[] {
  const made: Batch[] = []
  let most = FIRST_BYTES
  const open = new Map<ItemKind, { items: WantedItem[]; sizeBytes: number }>()
  const close = (kind: ItemKind): void => {
    const batch = open.get(kind)
    if (batch !== undefined && batch.items.length > 0) made.push({ kind, ...batch })
    open.delete(kind)
  }
  for (const item of items) {
    const kind = kindOfClass(item.head.itemClass)
    const size = sizeOf(item)
    let batch = open.get(kind)
    if (batch !== undefined && (batch.items.length >= BATCH_ITEMS || batch.sizeBytes + size > most)) {
      close(kind)
      most = Math.min(BATCH_BYTES, GROWTH * most)
      batch = undefined
    }
    if (batch === undefined) {
      batch = { items: [], sizeBytes: 0 }
      open.set(kind, batch)
    }
    batch.items.push(item)
    batch.sizeBytes += size
  }
  for (const kind of [...open.keys()]) close(kind)
  return made
}

/** Two halves of a batch that was too much. */
export function halved({ kind, items }: Batch): [Batch, Batch] {
  const middle = Math.ceil(items.length / 2)
  const half = (some: readonly WantedItem[]): Batch => ({
    kind,
    items: some,
    sizeBytes: some.reduce((sum, item) => sum + sizeOf(item), 0),
  })
  return [half(items.slice(0, middle)), half(items.slice(middle))]
}
