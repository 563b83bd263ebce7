import { Breath } from '#src/base/breath.ts'
import type { Request } from '#src/wire/ews/message.ts'
import type { IndexedPageViewType, ItemResponseShapeType } from '#src/wire/ews/schema-types.ts'
import type { EwsCall } from '../call.ts'
import { compareByOrders, keyOf } from '../finding/find-items.ts'
import { groupingOf } from '../finding/group-items.ts'
import { itemMatches, propertyOf } from '../finding/item-restriction.ts'
import { MOST_FOUND } from '../limits.ts'
import { pageOf } from '../paging.ts'
import type { FolderPlace } from '../places.ts'
import type { ShownItem } from '../properties/show-item.ts'
import { EwsRefusal } from '../refusal-codes.ts'
import { findHiddenItem, hiddenIn, hiddenView, showHidden } from './hidden-item.ts'

/** `fits`: the condition of a page that is sought. */
type Found = { itemClass: string; keys: (string | number)[]; fits: boolean }

const idOnly: ItemResponseShapeType = { BaseShape: 'IdOnly' }

/** FindItem of Traversal Associated: by name where no order is asked for. What is typed finds none of it. */
export async function findHidden(
  call: EwsCall,
  place: FolderPlace,
  request: Request<'FindItem'>,
): Promise<object> {
  if (groupingOf(request) !== undefined)
    throw new EwsRefusal('ErrorInvalidOperation', 'not-supported', 'What lies hidden is not grouped.')
  const { SeekToConditionPageItemView: sought, FractionalPageItemView: fractional } = request
  const all = request.QueryString === undefined ? await matching(call, place, request) : []
  const indexed = sought === undefined ? request.IndexedPageItemView : soughtPage(all, sought)
  const page = pageOf(all, indexed, fractional, MOST_FOUND)
  const breath = new Breath()
  const shown: ShownItem[] = []
  for (const { itemClass } of page.rows) {
    call.signal.throwIfAborted()
    await breath.taken()
    const one = await findHiddenItem(call, place, itemClass)
    if (one !== undefined) shown.push(await showHidden(hiddenView(call, place, one, request.ItemShape, true)))
  }
  return { ...page.attributes, Items: shown }
}

async function matching(
  call: EwsCall,
  place: FolderPlace,
  { Restriction, SortOrder = [], SeekToConditionPageItemView: sought }: Request<'FindItem'>,
): Promise<readonly Found[]> {
  const breath = new Breath()
  const found: Found[] = []
  for await (const one of hiddenIn(call, place)) {
    await breath.taken()
    const view = hiddenView(call, place, one, idOnly)
    if (Restriction !== undefined && !(await itemMatches(view, Restriction))) continue
    // Kept of each until all are sorted: no more of its octets than a list shows.
    const listed = hiddenView(call, place, one, idOnly, true)
    const keys: (string | number)[] = []
    for (const order of SortOrder) keys.push(keyOf(await propertyOf(listed, order)))
    const fits = sought !== undefined && (await itemMatches(view, sought.Condition))
    found.push({ itemClass: one.itemClass, keys, fits })
  }
  found.sort((a, b) => (a.itemClass < b.itemClass ? -1 : 1))
  return found.sort(compareByOrders(SortOrder))
}

function soughtPage(
  all: readonly Found[],
  { BasePoint, MaxEntriesReturned }: Omit<IndexedPageViewType, 'Offset'>,
): IndexedPageViewType {
  const at = (BasePoint === 'End' ? all.toReversed() : all).findIndex(({ fits }) => fits)
  const page = { BasePoint, ...(MaxEntriesReturned !== undefined && { MaxEntriesReturned }) }
  return { ...page, Offset: at < 0 ? all.length : at }
}
