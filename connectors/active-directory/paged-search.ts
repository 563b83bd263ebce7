import type { LdapConnection, SearchAnswer, SearchQuery } from './ldap-connection.ts'
import { LdapFault } from './ldap-fault.ts'
import type { RawEntry } from './raw-entry.ts'

/** A server may answer with empty pages while it looks on (RFC 2696 3); one that does nothing else is stuck. */
const MOST_EMPTY_PAGES = 1_000
/** Pages that may wait for the reader: with fewer the server would rest while the reader works. */
const MOST_WAITING = 2

/**
 * All that a search finds, a page at a time. An empty page with a cookie goes on. The next page is asked for as soon as one has come,
 * whatever the reader does meanwhile, until two wait. LdapFault when the server loses the state of the search: what was read is to
 * be discarded.
 */
export async function* pagedSearch(
  connection: LdapConnection,
  query: Omit<SearchQuery, 'page'>,
  size: number,
): AsyncGenerator<RawEntry[]> {
  const waiting: Promise<SearchAnswer>[] = []
  let next: Buffer | undefined
  let isOpen = true
  const ask = (cookie: Buffer | undefined): void => {
    next = undefined
    const asked = connection.search({ ...query, page: { size, cookie } })
    waiting.push(asked)
    // A failure is the reader's to see; nobody waits for it when the reader stops early.
    asked.then(
      (answer) => {
        next = answer.cookie
        if (isOpen && next !== undefined && waiting.length < MOST_WAITING) ask(next)
      },
      () => undefined,
    )
  }
  let empty = 0
  ask(undefined)
  try {
    for (let asked = waiting[0]; asked !== undefined; asked = waiting[0]) {
      const { entries, cookie }: SearchAnswer = await asked
      waiting.shift()
      if (next !== undefined) ask(next)
      empty = entries.length === 0 ? empty + 1 : 0
      if (empty > MOST_EMPTY_PAGES) throw new LdapFault('result', `${empty} empty pages in a row`, 51)
      if (entries.length > 0) yield entries
      if (cookie === undefined) return
    }
  } finally {
    isOpen = false
  }
}
