import type { ItemSummary } from '../content.ts'
import type { DigestValue } from '../digested.ts'
import type { ItemState } from '../item.ts'
import { aspectValue } from './aspects.ts'
import type { KeptAspect } from './kept-aspects.ts'
import type { Leaf } from './query.ts'
import { keyOf } from './sort.ts'

type From = (item: ItemState, summary: ItemSummary) => DigestValue

/** What a term makes of a summary, whatever it looks for. */
const ofTerm =
  (kind: Leaf['kind']): From =>
  (item, summary) =>
    aspectValue({ kind } as Leaf, item, summary)!

/** What each aspect that is kept on disk makes of an item: so a check can tell whether it still says what the item does. */
export const keptValues: Readonly<Record<KeptAspect, From>> = {
  subject: ofTerm('subject'),
  from: ofTerm('from'),
  to: ofTerm('to'),
  cc: ofTerm('cc'),
  bcc: ofTerm('bcc'),
  sent: ofTerm('sent'),
  'sent-day': ofTerm('sent-day'),
  'sort:cc': (item, summary) => keyOf('cc', item, summary),
  'sort:date': (item, summary) => keyOf('date', item, summary),
  'sort:display-from': (item, summary) => keyOf('display-from', item, summary),
  'sort:display-to': (item, summary) => keyOf('display-to', item, summary),
  'sort:from': (item, summary) => keyOf('from', item, summary),
  'sort:subject': (item, summary) => keyOf('subject', item, summary),
  'sort:to': (item, summary) => keyOf('to', item, summary),
}
