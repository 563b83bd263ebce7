import type { ItemState } from '#src/domain/mailbox/item.ts'
import { searchMessages } from '#src/domain/mailbox/search/search.ts'
import type { SearchKey } from '#src/wire/imap/search-key.ts'
import { Progress } from './progress.ts'
import { queryOf } from './search-query.ts'
import type { ImapSession } from './session.ts'

/**
 * Messages of the selected folder that match, as far as the client knows of them, in pages by ascending UID; `$` means what
 * is saved when this is called. Long searches tell how far they are.
 */
export function knownMatches(
  session: ImapSession,
  key: SearchKey,
  { tag, signal }: { tag: string; signal: AbortSignal },
): AsyncGenerator<readonly ItemState[]> {
  const { folder, searchDeps } = session
  const query = queryOf(session, key)
  const { tell: progress } = new Progress(session, tag)
  return knownOf(session, searchMessages(searchDeps, folder.at, folder.no, query, { signal, progress }))
}

async function* knownOf(
  { folder }: ImapSession,
  pages: AsyncIterable<readonly ItemState[]>,
): AsyncGenerator<readonly ItemState[]> {
  for await (const page of pages) {
    const known = page.filter(({ uid }) => folder.view.has(uid))
    if (known.length > 0) yield known
  }
}
