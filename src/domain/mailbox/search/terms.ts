import { Needle } from '#src/formats/text/text-finder.ts'
import type { ItemState } from '../item.ts'
import type { Leaf, Verdict } from './query.ts'

/** What a term says when nothing sealed has been opened. */
export function judgeState(item: ItemState, leaf: Leaf): Verdict {
  switch (leaf.kind) {
    case 'flags':
      return (item.flags & leaf.flags) === leaf.flags
    case 'keyword':
      return item.keywords.some((keyword) => keyword.toLowerCase() === leaf.keyword.toLowerCase())
    case 'class':
      return item.class === leaf.class
    case 'uid':
      return isIn(item.uid, leaf.ranges)
    case 'received':
      return within(item.receivedAt, leaf)
    case 'saved':
      return within(item.savedAt, leaf)
    case 'size':
      return (
        item.sizeBytes > (leaf.larger ?? -1) && item.sizeBytes < (leaf.smaller ?? Number.POSITIVE_INFINITY)
      )
    case 'changed':
      return item.modseq > leaf.since
    case 'original':
      return item.body === leaf.body
    case 'body':
    case 'text':
      return leaf.contains === '' ? true : undefined
    default:
      return undefined
  }
}

export function within(moment: number, { since, before }: { since?: number; before?: number }): boolean {
  return moment >= (since ?? Number.NEGATIVE_INFINITY) && moment < (before ?? Number.POSITIVE_INFINITY)
}

function isIn(uid: number, ranges: Extract<Leaf, { kind: 'uid' }>['ranges']): boolean {
  let low = 0
  let high = ranges.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (ranges[middle]![1] < uid) low = middle + 1
    else high = middle
  }
  return low < ranges.length && ranges[low]![0] <= uid
}

export type Texts = Extract<Leaf, { contains: string }>

const needles = new WeakMap<Leaf, Needle>()

/** Whether a whole text contains what the term looks for. */
export const finds = (text: string, leaf: Texts): boolean => needleOf(leaf).isIn(text)

/** What a term looks for; made once for each. */
export function needleOf(leaf: Texts): Needle {
  let needle = needles.get(leaf)
  if (!needle) {
    needle = new Needle(leaf.contains)
    needles.set(leaf, needle)
  }
  return needle
}
