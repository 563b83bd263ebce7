import type { ItemNo } from '#src/domain/mailbox/item.ts'
import type { IndexedPageViewType, SeekToConditionPageViewType } from '#src/wire/ews/schema-types.ts'
import type { EwsCall } from '../call.ts'
import type { FolderPlace } from '../places.ts'
import { views } from './find-items.ts'
import { itemMatches } from './item-restriction.ts'

/** The page of a list that begins (from its end: ends) with the first item there that fits the condition; empty where none does. */
export async function seek(
  call: EwsCall,
  place: FolderPlace,
  all: readonly ItemNo[],
  { BasePoint, Condition, MaxEntriesReturned }: SeekToConditionPageViewType,
): Promise<IndexedPageViewType> {
  const order = [...all]
  if (BasePoint === 'End') order.reverse()
  const items = order.map((no) => ({ no }))
  const page = { BasePoint, ...(MaxEntriesReturned !== undefined && { MaxEntriesReturned }) }
  for await (const view of views(call, place, items))
    if (await itemMatches(view, Condition)) return { ...page, Offset: order.indexOf(view.item.no) }
  return { ...page, Offset: all.length }
}
