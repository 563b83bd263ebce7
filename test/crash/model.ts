import { createHash } from 'node:crypto'
import type { Item } from '#src/domain/mailbox/item.ts'
import type { Store } from '#src/domain/store.ts'
import type { TestMailbox } from '#test/support/store.ts'

/** What a mailbox holds, by the token in each item's subject: `folder:flags:size` of every item that carries it. */
export type State = Map<string, string[]>

/**
 * One line of a writer's journal. `intent` comes before the transaction and says what the tokens it touches are
 * to be afterwards; `ack` comes after it is durable.
 */
export type Line =
  | { kind: 'ready' }
  | { kind: 'intent'; writer: number; no: number; after: Record<string, string[]> }
  | { kind: 'ack'; writer: number; no: number }

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
export function random(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** The octets of a message, told from its token alone. */
export function bodyOf(token: string, sizeBytes: number): Buffer {
  const block = createHash('sha512').update(token).digest()
  const body = Buffer.alloc(sizeBytes, block)
  body.write(`Subject: ${token}\r\n\r\n`, 'latin1')
  return body
}

export const stateOf = (item: Pick<Item, 'folder' | 'flags' | 'sizeBytes'>): string =>
  `${item.folder}:${item.flags}:${item.sizeBytes}`

/** Every item of a mailbox with its summary. */
export async function* itemsOf(store: Store, box: TestMailbox): AsyncGenerator<Item> {
  for (const folder of [box.inbox, box.archive, box.trash]) {
    for (let after: number | string | null = 0; after !== null; ) {
      const page = await store.mailboxes.listItems(box, folder, {
        order: 'uid',
        after,
        limit: 200,
        parts: ['summary', 'structure'],
      })
      yield* page.rows
      after = page.next as number | string | null
    }
  }
}

export function apply(state: State, after: Record<string, string[]>): void {
  for (const [token, items] of Object.entries(after)) {
    if (items.length === 0) state.delete(token)
    else state.set(token, items)
  }
}

/** One text for one state. */
export function written(state: State): string {
  return [...state]
    .map(([token, items]) => `${token} ${[...items].sort().join(' ')}`)
    .sort()
    .join('\n')
}
