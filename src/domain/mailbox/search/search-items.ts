import { Refusal } from '../../refusal.ts'
import type { Store } from '../../store.ts'
import { recoverableRoots } from '../distinguished-folders.ts'
import { byParent, treeOf } from '../folders.ts'
import type { FolderNo, ItemState } from '../item.ts'
import { Pace } from '../pace.ts'
import type { ItemOrder, MailboxRef } from '../store.ts'
import { Matching } from './matching.ts'
import { necessaryFor, type Query } from './query.ts'

export type Search = {
  query: Query
  /** Default: all folders but the recoverable area. */
  folders?: readonly FolderNo[]
  /** Within each folder. Default `uid`. */
  order?: ItemOrder
  /** The `cursor` of a hit, to go on behind it. */
  after?: string
}

export type Hit = { item: ItemState; cursor: string }

/** Items looked at together. */
const PAGE = 200

/**
 * Finds items, folder by folder. What is in clear is judged first and mostly decides; then summaries; bodies are
 * read only where nothing else does. Refuses `no-such-folder`, `invalid-parameter` (the cursor); throws the
 * signal's reason when it is called off.
 */
export async function* searchItems(
  store: Store,
  at: MailboxRef,
  search: Search,
  signal?: AbortSignal,
): AsyncGenerator<Hit> {
  signal?.throwIfAborted()
  const order = search.order ?? 'uid'
  const pace = new Pace(signal)
  const folders = [...(search.folders ?? (await searchedFolders(store, at)))].sort((a, b) => a - b)
  const from = search.after === undefined ? undefined : parseCursor(search.after)
  for (const folder of folders) {
    if (from && folder < from.folder) continue
    yield* searchFolder(
      store,
      at,
      search.query,
      folder,
      order,
      from?.folder === folder ? from.after : null,
      pace,
    )
  }
}

async function* searchFolder(
  store: Store,
  at: MailboxRef,
  query: Query,
  folder: FolderNo,
  order: ItemOrder,
  start: string | null,
  pace: Pace,
): AsyncGenerator<Hit> {
  const oldest =
    order === 'newest'
      ? (necessaryFor(query).received?.since ?? Number.NEGATIVE_INFINITY)
      : Number.NEGATIVE_INFINITY
  const matching = new Matching(store.mailboxes, at, query, pace)
  for (let after: number | string | null = start ?? (order === 'uid' ? 0 : null); ; ) {
    const page = await store.mailboxes.listItems(at, folder, { order, after, limit: PAGE })
    for await (const { matches } of matching.among(page.rows)) {
      for (const item of matches) {
        yield { item, cursor: `${folder}/${order === 'uid' ? item.uid : `${item.receivedAt}:${item.no}`}` }
      }
    }
    if (page.next === null || page.rows.at(-1)!.receivedAt < oldest) return
    after = page.next
  }
}

async function searchedFolders(store: Store, at: MailboxRef): Promise<readonly FolderNo[]> {
  const folders = await store.mailboxes.listFolders(at)
  const children = byParent(folders)
  const left = new Set<FolderNo>()
  for (const folder of folders) {
    if (!(recoverableRoots as readonly (string | null)[]).includes(folder.distinguished)) continue
    for (const below of treeOf(children, folder)) left.add(below.no)
  }
  return folders.filter((folder) => folder.items > 0 && !left.has(folder.no)).map((folder) => folder.no)
}

function parseCursor(cursor: string): { folder: FolderNo; after: string } {
  const match = /^(\d{1,16})\/(-?\d{1,16}(?::\d{1,16})?)$/.exec(cursor)
  if (!match)
    throw new Refusal('invalid-parameter', 'This place in the search was not given by it. Search anew.')
  return { folder: Number(match[1]) as FolderNo, after: match[2]! }
}
