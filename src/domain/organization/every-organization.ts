import type { OrganizationId } from '#src/base/ids.ts'
import { EachPart } from '#src/base/part-failures.ts'
import { Refusal } from '../refusal.ts'
import { rowsOf } from '../rows-of.ts'
import type { Store } from '../store.ts'

const PAGE = 100

/**
 * Does work that the clock starts for every organisation, one after the other. One whose key is out of reach is left
 * out: nothing of it can be read until the key is back. Where it fails for others, the rest have their turn all the same; then
 * `PartFailures` is thrown.
 */
export async function forEveryOrganization(
  store: Pick<Store, 'organizations'>,
  work: (organization: OrganizationId) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const each = new EachPart()
  for await (const { id } of rowsOf((after: string | null) => store.organizations.list(after, PAGE))) {
    signal.throwIfAborted()
    await each.try(id, signal, () => work(id).catch(unlessOutOfReach))
  }
  each.end()
}

function unlessOutOfReach(error: unknown): void {
  if (!(error instanceof Refusal) || error.reason !== 'key-unavailable') throw error
}
