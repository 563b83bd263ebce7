import type { SourceBudget } from '#src/domain/migration/engine/pace/budget.ts'

const { signal } = new AbortController()

/** As many calls at once as a server's budget allows, all of which go well. */
export async function useAll(budget: SourceBudget): Promise<void> {
  const places = await Promise.all(Array.from({ length: budget.limit }, () => budget.enter(signal)))
  for (const place of places) {
    budget.succeeded(place.begun)
    place.leave()
  }
}
