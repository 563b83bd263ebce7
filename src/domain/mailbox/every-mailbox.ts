import { forEveryOrganization } from '../organization/every-organization.ts'
import { rowsOf } from '../rows-of.ts'
import type { Store } from '../store.ts'
import type { MailboxRef } from './store.ts'

const PAGE = 100

/** Does work that the clock starts for every mailbox whose organisation's key is in reach. */
export function forEveryMailbox(
  store: Store,
  work: (at: MailboxRef) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  return forEveryOrganization(
    store,
    async (organization) => {
      const entries = rowsOf((after: number | null) =>
        store.directory.listEntries(organization, { after, limit: PAGE }),
      )
      for await (const { mailbox } of entries) {
        signal.throwIfAborted()
        if (mailbox !== null) await work({ organization, mailbox })
      }
    },
    signal,
  )
}
