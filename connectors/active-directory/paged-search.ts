import type { LdapConnection, SearchAnswer, SearchQuery } from './ldap-connection.ts'
import { LdapFault } from './ldap-fault.ts'
import type { RawEntry } from './raw-entry.ts'

/** A server may answer with empty pages while it looks on (RFC 2696 3); one that does nothing else is stuck. */
const MOST_EMPTY_PAGES = 1_000

/**
 * All that a search finds, a page at a time. An empty page with a cookie goes on. While a page is worked on the next one is
 * asked for already. LdapFault when the server loses the state of the search: what was read is to be discarded.
 */
export async function* pagedSearch(
  connection: LdapConnection,
  query: Omit<SearchQuery, 'page'>,
  size: number,
): AsyncGenerator<RawEntry[]> {
  const ask = (cookie: Buffer | undefined): Promise<SearchAnswer> => {
    const asked = connection.search({ ...query, page: { size, cookie } })
    // Nobody waits for it when the reader stops early.
    asked.catch(() => undefined)
    return asked
  }
  let empty = 0
  let asked: Promise<SearchAnswer> | undefined = ask(undefined)
  while (asked !== undefined) {
    const { entries, cookie }: SearchAnswer = await asked
    asked = cookie && ask(cookie)
    empty = entries.length === 0 ? empty + 1 : 0
    if (empty > MOST_EMPTY_PAGES) throw new LdapFault('result', `${empty} empty pages in a row`, 51)
    if (entries.length > 0) yield entries
  }
}
