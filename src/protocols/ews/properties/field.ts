import type { ItemView } from '../item-view.ts'

/** One property of items: how it is read. How it is set is with the kinds of items, in `writing`. */
export type ItemField = {
  /** The smallest shape that has it; `asked`: only by name. */
  in: 'Default' | 'AllProperties' | 'asked'
  /** Costs a read of the body: left out of lists unless it is asked for by name. */
  costly?: true
  /** Undefined: the item has none, or none of its kind has. */
  read(view: ItemView): unknown
}

/** By the name of the element, which is also what stands behind the colon of the FieldURI. */
export type FieldTable = Readonly<Record<string, ItemField>>
