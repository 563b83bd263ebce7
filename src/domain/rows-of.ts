import type { Page } from './mailbox/store.ts'

/** Every row of a list that comes in pages, one page in memory at a time. */
export async function* rowsOf<T, Cursor>(
  list: (after: Cursor | null) => Promise<Page<T, Cursor>>,
): AsyncGenerator<T, void, undefined> {
  for (let after: Cursor | null = null; ; ) {
    const page: Page<T, Cursor> = await list(after)
    yield* page.rows
    if (page.next === null) return
    after = page.next
  }
}
