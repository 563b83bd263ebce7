import type { OrganizationId } from '#src/base/ids.ts'
import { Refusal } from '../refusal.ts'
import { rowsOf } from '../rows-of.ts'
import type { Store } from '../store.ts'

const PAGE = 100

/**
 * Does work that the clock starts for every organisation, one after the other. One whose key is out of reach is left
 * out: nothing of it can be read until the key is back, and the others must not wait for it.
 */
export async function forEveryOrganization(
  store: Store,
  work: (organization: OrganizationId) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  for await (const { id } of rowsOf((after: string | null) => store.organizations.list(after, PAGE))) {
    signal.throwIfAborted()
    try {
      await work(id)
    } catch (error) {
      if (!(error instanceof Refusal) || error.reason !== 'key-unavailable') throw error
    }
  }
}
