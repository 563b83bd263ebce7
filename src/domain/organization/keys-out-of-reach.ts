import type { OrganizationStore } from './store.ts'

const PAGE = 50

/** How many organisations have a key that cannot be used, of as many as can be asked within `withinMs`. */
export async function countKeysOutOfReach(
  organizations: OrganizationStore,
  withinMs: number,
): Promise<number> {
  const until = performance.now() + withinMs
  let count = 0
  for (let after: string | null = null; performance.now() < until; ) {
    const { rows, next }: Awaited<ReturnType<OrganizationStore['list']>> = await organizations.list(
      after,
      PAGE,
    )
    const states = await Promise.all(rows.map(({ id }) => organizations.keyState(id)))
    count += states.filter((state) => state !== 'enabled').length
    if (next === null) break
    after = next
  }
  return count
}
