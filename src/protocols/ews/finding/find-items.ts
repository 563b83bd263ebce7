import { createHash } from 'node:crypto'
import type { ItemNo, ItemState } from '#src/domain/mailbox/item.ts'
import type { Query } from '#src/domain/mailbox/search/query.ts'
import { searchMessages } from '#src/domain/mailbox/search/search.ts'
import { type SortCriterion, type SortField, sortMessages } from '#src/domain/mailbox/search/sort.ts'
import { foldForSearch } from '#src/formats/text/case-fold.ts'
import type { FieldOrderType, ItemResponseShapeType } from '#src/wire/ews/schema-types.ts'
import type { EwsCall } from '../call.ts'
import { ItemView, viewParts } from '../item-view.ts'
import type { FolderPlace } from '../places.ts'
import { EwsRefusal } from '../refusal-codes.ts'
import { type RankedWord, rankOf } from '../restriction.ts'
import { isExact, itemMatches, necessaryQuery, propertyOf } from './item-restriction.ts'
import { parseQueryString } from './query-string.ts'

export type FindRequest = {
  Restriction?: Parameters<typeof itemMatches>[1] | undefined
  SortOrder?: readonly FieldOrderType[] | undefined
  QueryString?: { Value: string } | undefined
}

/** Items that are sorted by what must be opened for it. */
export const MOST_SORTED = 20_000
const OPENED = 100
const noShape: ItemResponseShapeType = { BaseShape: 'IdOnly' }

/** The items of a folder that a request asks for, in its order; remembered for its next page. */
export async function findItems(
  call: EwsCall,
  place: FolderPlace,
  request: FindRequest,
): Promise<readonly ItemNo[]> {
  const { Restriction, SortOrder } = request
  const typed = typedQuery(call, request)
  return findList(call, place, [Restriction, SortOrder, typed], () =>
    sorted(call, place, matches(call, place, Restriction, typed), SortOrder ?? []),
  )
}

/** What people typed, with the days that its `today` and `last week` are now where they are. */
export const typedQuery = (call: EwsCall, { QueryString }: FindRequest): Query | undefined =>
  QueryString && parseQueryString(QueryString.Value, { now: call.services.now(), zone: call.zone })

/** A list of items of a folder, remembered under what was asked until something changes in the folder. */
export async function findList(
  call: EwsCall,
  { mailbox, folder }: FolderPlace,
  question: readonly unknown[],
  find: () => Promise<readonly ItemNo[]>,
): Promise<readonly ItemNo[]> {
  const { foundLists, store } = call.services
  const asked = createHash('sha256').update(JSON.stringify(question)).digest('base64')
  const key = `${mailbox.at.mailbox} ${folder.no} ${mailbox.seesPrivate ? '' : 'masked '}${asked}`
  const { modseq } = await store.mailboxes.getFolder(mailbox.at, folder.no)
  const known = foundLists.get(key, modseq)
  if (known !== undefined) return known
  const found = await find()
  foundLists.put(key, modseq, found)
  return found
}

async function* matches(
  call: EwsCall,
  place: FolderPlace,
  restriction: FindRequest['Restriction'],
  typed: Query | undefined,
): AsyncGenerator<readonly ItemState[]> {
  const { store, digests } = call.services
  const queries: Query[] = []
  // The search reads what is private too: nobody finds by it what they do not see.
  const { seesPrivate } = place.mailbox
  if (restriction !== undefined && seesPrivate) queries.push(necessaryQuery(restriction))
  if (typed !== undefined) queries.push(typed)
  const pages = searchMessages(
    { mailboxes: store.mailboxes, digests },
    place.mailbox.at,
    place.folder.no,
    { kind: 'and', of: queries },
    { signal: call.signal, order: 'falling' },
  )
  for await (const page of pages) {
    if (!seesPrivate && (typed ?? restriction) !== undefined)
      yield await shownOpenly(call, place, page, restriction, typed)
    else if (restriction === undefined || isExact(restriction)) yield page
    else yield await judged(call, place, page, restriction)
  }
}

async function judged(
  call: EwsCall,
  place: FolderPlace,
  page: readonly ItemState[],
  restriction: NonNullable<FindRequest['Restriction']>,
): Promise<readonly ItemState[]> {
  const found: ItemState[] = []
  for await (const view of views(call, place, page))
    if (await itemMatches(view, restriction)) found.push(view.item)
  return found
}

/** For who does not see what is private: it is judged by what is shown of it, and found by no words. */
async function shownOpenly(
  call: EwsCall,
  place: FolderPlace,
  page: readonly ItemState[],
  restriction: FindRequest['Restriction'],
  typed: Query | undefined,
): Promise<readonly ItemState[]> {
  const found: ItemState[] = []
  for await (const view of views(call, place, page)) {
    if (view.masked && typed !== undefined) continue
    if (restriction === undefined || (await itemMatches(view, restriction))) found.push(view.item)
  }
  return found
}

export async function* views(
  call: EwsCall,
  { mailbox, rights }: FolderPlace,
  items: readonly { no: ItemNo }[],
): AsyncGenerator<ItemView> {
  for (let from = 0; from < items.length; from += OPENED) {
    call.signal.throwIfAborted()
    const numbers = items.slice(from, from + OPENED).map(({ no }) => no)
    for (const item of await call.services.store.mailboxes.getItems(mailbox.at, numbers, viewParts))
      yield new ItemView(call, item, { mailbox, rights, shape: noShape, listed: true })
  }
}

/** What the mailbox's own sort knows. */
const sortFields: Readonly<Record<string, SortField>> = {
  'item:DateTimeReceived': 'arrival',
  'item:DateTimeCreated': 'arrival',
  'item:DateTimeSent': 'date',
  'item:Size': 'size',
  'item:Subject': 'subject',
  'message:From': 'display-from',
  'message:Sender': 'display-from',
  'item:DisplayTo': 'display-to',
  'message:ToRecipients': 'display-to',
}

async function sorted(
  call: EwsCall,
  place: FolderPlace,
  pages: AsyncIterable<readonly ItemState[]>,
  orders: readonly FieldOrderType[],
): Promise<ItemNo[]> {
  const criteria: SortCriterion[] = []
  for (const order of orders) {
    const field = order.FieldURI && sortFields[order.FieldURI.FieldURI]
    if (field === undefined || !place.mailbox.seesPrivate) return sortedByValues(call, place, pages, orders)
    criteria.push({ field, reverse: order.Order === 'Descending' })
  }
  if (criteria.length === 0) criteria.push({ field: 'arrival', reverse: true })
  const { store, digests } = call.services
  const deps = { mailboxes: store.mailboxes, digests }
  const found = await sortMessages(deps, place.mailbox.at, pages, criteria, { signal: call.signal })
  return found.map(({ no }) => no)
}

type Keyed = { no: ItemNo; keys: (string | number)[] }

/** By properties that only the items themselves know. */
async function sortedByValues(
  call: EwsCall,
  place: FolderPlace,
  pages: AsyncIterable<readonly ItemState[]>,
  orders: readonly FieldOrderType[],
): Promise<ItemNo[]> {
  const keyed: Keyed[] = []
  for await (const page of pages) {
    if (keyed.length + page.length > MOST_SORTED)
      throw new EwsRefusal(
        'ErrorUnsupportedPathForSortGroup',
        'limit-exceeded',
        `More than ${MOST_SORTED} items are not sorted by this property.`,
      )
    for await (const view of views(call, place, page)) {
      const keys: (string | number)[] = []
      for (const order of orders) keys.push(keyOf(await propertyOf(view, order)))
      keyed.push({ no: view.item.no, keys })
    }
  }
  return keyed.sort(compareByOrders(orders)).map(({ no }) => no)
}

type WithKeys = { keys: readonly (string | number)[] }

export const compareByOrders =
  (orders: readonly FieldOrderType[]) =>
  (one: WithKeys, other: WithKeys): number => {
    for (const [at, { Order }] of orders.entries()) {
      const difference = compareKeys(one.keys[at]!, other.keys[at]!)
      if (difference !== 0) return Order === 'Ascending' ? difference : -difference
    }
    return 0
  }

/** What an item does not have comes first. */
export function compareKeys(one: string | number, other: string | number): number {
  if (one === other) return 0
  const less = typeof one === typeof other ? one < other : typeof one === 'string' ? one === '' : false
  return less ? -1 : 1
}

export function keyOf(value: Awaited<ReturnType<typeof propertyOf>>): string | number {
  if (value === undefined) return ''
  if (Array.isArray(value)) return keyOf(value[0])
  if (typeof value === 'number') return value
  if (typeof value === 'boolean') return value ? 1 : 0
  if (typeof value === 'string') return foldForSearch(value)
  const one = value as { at: number } | RankedWord
  return 'at' in one ? one.at : rankOf(one)
}
