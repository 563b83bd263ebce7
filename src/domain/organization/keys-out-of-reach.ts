import type { OrganizationStore } from './store.ts'

const PAGE = 50

/** `outOfReach`: organisations whose key cannot be used, among the `asked`; `all`: nobody was left out. */
export type KeysAsked = { outOfReach: number; asked: number; all: boolean }

/** Asks for the keys of organisations, a page at a time, until `withinMs` have passed. */
export async function askForKeys(
  organizations: Pick<OrganizationStore, 'list' | 'keyState'>,
  withinMs: number,
  now: () => number = () => performance.now(),
): Promise<KeysAsked> {
  const until = now() + withinMs
  let [outOfReach, asked] = [0, 0]
  for (let after: string | null = null; ; ) {
    const { rows, next }: Awaited<ReturnType<OrganizationStore['list']>> = await organizations.list(
      after,
      PAGE,
    )
    const states = await Promise.all(rows.map(({ id }) => organizations.keyState(id)))
    outOfReach += states.filter((state) => state !== 'enabled').length
    asked += rows.length
    if (next === null || now() >= until) return { outOfReach, asked, all: next === null }
    after = next
  }
}
