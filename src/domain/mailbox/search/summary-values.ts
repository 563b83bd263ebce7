import type { ItemSummary } from '../content.ts'
import type { ItemNo, ItemState } from '../item.ts'
import type { Pace } from '../pace.ts'
import type { MailboxRef } from '../store.ts'
import { KnownAspect } from './kept-aspects.ts'
import type { SearchDeps } from './search.ts'

/** Items whose summaries are opened together. */
const OPENED = 64

/** Something made of an item and its summary, and the name under which it is remembered. */
export type SummaryValue<V> = {
  aspect: string
  from(item: ItemState, summary: ItemSummary): V
  charactersOf(value: V): number
}

/**
 * Matches with what was made of their summaries, in their order, some at a time; those that have gone meanwhile are left out. Only
 * summaries of which something is not remembered are opened.
 */
export async function* summaryValues<V>(
  { mailboxes, digests }: SearchDeps,
  at: MailboxRef,
  pages: AsyncIterable<readonly ItemState[]>,
  wanted: readonly SummaryValue<V>[],
  pace: Pace,
): AsyncGenerator<readonly { item: ItemState; values: readonly V[] }[]> {
  const aspects = wanted.map(({ aspect, charactersOf }) => {
    const parts = { mailboxes, at, keep: digests?.keep, pace, charactersOf }
    return digests && new KnownAspect(aspect, digests.of<V>(at, aspect), parts)
  })
  for await (const page of pages) {
    for (const aspect of aspects) await aspect?.open(page)
    for (let from = 0; from < page.length; from += OPENED) {
      const known = new Map<ItemNo, V[]>()
      const some = page.slice(from, from + OPENED)
      for (const item of some) {
        const values = aspects.map((aspect) => aspect?.get(item))
        if (values.every((value) => value !== undefined)) known.set(item.no, values)
      }
      const closed = some.flatMap(({ no }) => (known.has(no) ? [] : no))
      for (const item of closed.length > 0 ? await mailboxes.getItems(at, closed, ['summary']) : []) {
        const values = wanted.map((each) => each.from(item, item.summary!))
        known.set(item.no, values)
        for (const [index, value] of values.entries()) aspects[index]?.learn(item, value)
      }
      yield some.flatMap((item) => {
        const values = known.get(item.no)
        return values ? { item, values } : []
      })
      await pace.rest()
    }
    for (const aspect of aspects) await aspect?.keep()
  }
}
