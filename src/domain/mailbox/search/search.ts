import type { FolderNo, ItemState } from '../item.ts'
import { Pace } from '../pace.ts'
import type { MailboxReader, MailboxRef } from '../store.ts'
import type { Digests } from './digests.ts'
import { Matching } from './matching.ts'
import { necessaryFor, type Query } from './query.ts'

export type SearchDeps = {
  mailboxes: MailboxReader
  /** One for the process: what a search, sort or thread opened is quick to be asked again. */
  digests?: Digests
}

export type SearchOptions = {
  /** Calls the search off: it throws the signal's reason. */
  signal?: AbortSignal
  /** By uid. Default `rising`; `falling` begins with the newest uid. */
  order?: 'rising' | 'falling'
  /** Ends after this many matches. */
  limit?: number
  /** Told now and then how many of the folder's items have been looked at; never more than `total`. */
  progress?: (looked: number, total: number) => void
}

/** What a scan looks through at once: little at first, for a search that asks for one match only. */
const FIRST_STRETCH = 250
const LONGEST_STRETCH = 4_000

/**
 * Finds the items of a folder that match, in pages that are not empty, each as soon as it is known. What lies in clear
 * is judged first, by the store where it can, and mostly decides; then summaries; headers and bodies are read only
 * where nothing else does, and never held as a whole. Others have their turn every few milliseconds. A match is the
 * state the item had when it was looked at. Refuses `no-such-folder`.
 */
export async function* searchMessages(
  { mailboxes, digests }: SearchDeps,
  at: MailboxRef,
  folder: FolderNo,
  query: Query,
  { signal, order = 'rising', limit = Number.POSITIVE_INFINITY, progress }: SearchOptions = {},
): AsyncGenerator<readonly ItemState[]> {
  signal?.throwIfAborted()
  const pace = new Pace(signal)
  const matching = new Matching(mailboxes, at, query, pace, digests)
  const total = (await mailboxes.getFolder(at, folder)).items
  const { uidFrom, uidTo, ...only } = necessaryFor(query)
  const falling = order === 'falling'
  const bounds = { uidFrom, uidTo }
  let looked = 0
  let left = limit
  const tell = (more: number) => progress?.(Math.min(total, looked + more), total)
  for (let stretch = FIRST_STRETCH; left > 0 && bounds.uidFrom <= bounds.uidTo; ) {
    const { rows, scannedTo } = await mailboxes.scanItems(at, folder, {
      ...bounds,
      falling,
      limit: stretch,
      only,
    })
    let inStretch = 0
    for await (const piece of matching.among(rows)) {
      inStretch += piece.looked
      tell(inStretch)
      if (piece.matches.length === 0) continue
      yield piece.matches.length > left ? piece.matches.slice(0, left) : piece.matches
      left -= piece.matches.length
      if (left <= 0) return
    }
    await pace.rest()
    looked = scannedTo === null ? total : looked + stretch
    tell(0)
    if (scannedTo === null) return
    if (falling) bounds.uidTo = scannedTo - 1
    else bounds.uidFrom = scannedTo + 1
    stretch = Math.min(2 * stretch, LONGEST_STRETCH)
  }
}
