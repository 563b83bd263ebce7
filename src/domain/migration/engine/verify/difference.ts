import type { LossWeight } from '../../source.ts'
import type { LedgerItem } from '../../store.ts'

/** `weight`: absent: content. */
export type Difference = { key: string; title: string; what: string; weight?: LossWeight }

/** As many differences as are listed. */
export const MOST_LISTED = 1_000

/** Lists one of an item, while there is room. */
export function note(differences: Difference[], { key, title }: LedgerItem, what: string): void {
  if (differences.length < MOST_LISTED) differences.push({ key, title, what })
}
