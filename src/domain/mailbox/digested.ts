import type { ItemNo } from './item.ts'

/** One thing of summaries that is kept for searches, such as their folded subjects. Made in another way it has another `version`. */
export type Aspect = { name: string; version: string }

export type DigestValue = string | number | null

/** An aspect of an item as it was at a modseq. */
export type Digested = { no: ItemNo; modseq: number; value: DigestValue }

/** Items that follow each other in number are sealed together: opening hundreds costs as much as opening one. */
const BLOCK = 512

/** The block that an item belongs to. */
export const digestBlockOf = (no: number): number => Math.floor(no / BLOCK)

/** The first number of a block, and the first behind it. */
export const digestBlockBounds = (block: number): [from: number, before: number] => [
  block * BLOCK,
  (block + 1) * BLOCK,
]
