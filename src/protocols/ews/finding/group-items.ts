import type { ItemNo } from '#src/domain/mailbox/item.ts'
import type { Request } from '#src/wire/ews/message.ts'
import type { AggregateOnType, Path, SortDirectionType } from '#src/wire/ews/schema-types.ts'
import type { EwsCall } from '../call.ts'
import type { ItemView } from '../item-view.ts'
import type { FolderPlace } from '../places.ts'
import { EwsRefusal } from '../refusal-codes.ts'
import type { RankedWord } from '../restriction.ts'
import {
  compareKeys,
  type FindRequest,
  findItems,
  findList,
  keyOf,
  MOST_SORTED,
  typedQuery,
  views,
} from './find-items.ts'
import { propertyOf } from './item-restriction.ts'

/** By what items are grouped, and how the groups follow each other. */
type Grouping = {
  by: Path
  order: SortDirectionType
  /** Of the items of a group, the one whose value is least or greatest says where the group is. */
  on: Path
  take: AggregateOnType['Aggregate']
}

/** What a request wants; undefined where items are not grouped. */
export function groupingOf({ GroupBy, DistinguishedGroupBy }: Request<'FindItem'>): Grouping | undefined {
  if (DistinguishedGroupBy !== undefined) {
    return {
      by: { FieldURI: { FieldURI: 'message:ConversationTopic' } },
      order: DistinguishedGroupBy.Order,
      on: { FieldURI: { FieldURI: 'item:DateTimeReceived' } },
      take: 'Maximum',
    }
  }
  if (GroupBy === undefined) return undefined
  const { Order, AggregateOn, FieldURI, IndexedFieldURI, ExtendedFieldURI } = GroupBy
  const { Aggregate, ...on } = AggregateOn
  return {
    by: { FieldURI, IndexedFieldURI, ExtendedFieldURI } as Path,
    order: Order,
    on: on as Path,
    take: Aggregate,
  }
}

/** What stands for the group that an item is in. */
export async function groupIndexOf(view: ItemView, { by }: Grouping): Promise<string> {
  const value = await propertyOf(view, by)
  const one = Array.isArray(value) ? value[0] : value
  if (one === undefined) return ''
  if (typeof one !== 'object') return String(one)
  const known = one as { at: number } | RankedWord
  return 'at' in known ? new Date(known.at).toISOString() : known.word
}

type Group = { items: ItemNo[]; value: string | number }

/** The items that a request finds, those of a group together; within a group in the order of the request. Remembered for its next page. */
export async function findGrouped(
  call: EwsCall,
  place: FolderPlace,
  request: FindRequest,
  grouping: Grouping,
): Promise<readonly ItemNo[]> {
  return findList(
    call,
    place,
    [request.Restriction, request.SortOrder, typedQuery(call, request), grouping],
    async () => {
      const all = await findItems(call, place, request)
      if (all.length > MOST_SORTED)
        throw new EwsRefusal(
          'ErrorUnsupportedPathForSortGroup',
          'limit-exceeded',
          `More than ${MOST_SORTED} items are not grouped.`,
        )
      const groups = new Map<string, Group>()
      const numbers = Array.from(all, (no) => ({ no }))
      for await (const view of views(call, place, numbers)) {
        const index = (await groupIndexOf(view, grouping)).toLowerCase()
        const value = keyOf(await propertyOf(view, grouping.on))
        const group = groups.get(index)
        if (group === undefined) groups.set(index, { items: [view.item.no], value })
        else {
          group.items.push(view.item.no)
          if (compareKeys(value, group.value) < 0 === (grouping.take === 'Minimum')) group.value = value
        }
      }
      const sign = grouping.order === 'Ascending' ? 1 : -1
      return [...groups.values()]
        .sort((a, b) => sign * compareKeys(a.value, b.value))
        .flatMap(({ items }) => items)
    },
  )
}
