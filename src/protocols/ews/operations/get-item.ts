import type { Request } from '#src/wire/ews/message.ts'
import type { ResponseMessage } from '#src/wire/ews/response.ts'
import type { EwsCall } from '../call.ts'
import { getHidden, hiddenKeyOf } from '../hidden/hidden-item.ts'
import { viewParts } from '../item-view.ts'
import { eachMessage } from '../messages.ts'
import { operation } from '../operation.ts'
import type { NamedItem } from '../places.ts'
import { readsBodies, showItem } from '../properties/show-item.ts'
import { readItem, viewOf } from '../read-items.ts'
import { refusedFor } from '../refusal-codes.ts'

/** Items that are read together. */
const TOGETHER = 32

/** GetItem: each item by itself, read when those before it were sent. */
export const getItem = operation({
  name: 'GetItem',
  count: ({ ItemIds }) => ItemIds.length,
  run: (call, request) => ({ messages: answers(call, request) }),
})

async function* answers(
  call: EwsCall,
  { ItemIds, ItemShape }: Request<'GetItem'>,
): AsyncGenerator<ResponseMessage> {
  for (let from = 0; from < ItemIds.length; from += TOGETHER) {
    const ids = ItemIds.slice(from, from + TOGETHER)
    const known = await preload(call, ids, readsBodies(ItemShape))
    yield* eachMessage(call, 'GetItem', ids, async (id) => {
      const hidden = hiddenKeyOf(id)
      if (hidden !== undefined) return { Items: [await getHidden(call, hidden, ItemShape)] }
      const place = await readItem(call, known.get(id) ?? (await call.places.named(id)))
      return { Items: [await showItem(viewOf(call, place, ItemShape))] }
    })
  }
}

type Ids = Request<'GetItem'>['ItemIds']

async function preload(
  call: EwsCall,
  ids: Ids,
  bodies: boolean,
): Promise<ReadonlyMap<Ids[number], NamedItem>> {
  const named = new Map<Ids[number], NamedItem>()
  for (const id of ids) {
    try {
      named.set(id, await call.places.named(id))
    } catch (error) {
      // It is refused when its turn comes.
      if (refusedFor(error) === undefined) throw error
    }
  }
  if (named.size > 1) await call.places.preload([...named.values()], viewParts, bodies)
  return named
}
