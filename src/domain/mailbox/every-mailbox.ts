import { EachPart } from '#src/base/part-failures.ts'
import { forEveryOrganization } from '../organization/every-organization.ts'
import { Refusal } from '../refusal.ts'
import { rowsOf } from '../rows-of.ts'
import type { Store } from '../store.ts'
import type { MailboxRef } from './store.ts'

const PAGE = 100

/**
 * Does work that the clock starts for every mailbox whose organisation's key is in reach. Where it fails for one, the others have their
 * turn all the same; then `PartFailures` is thrown, which names organisations and in each of them its mailboxes.
 */
export function forEveryMailbox(
  store: Store,
  work: (at: MailboxRef) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  return forEveryOrganization(
    store,
    async (organization) => {
      const each = new EachPart()
      let isOutOfReach = false
      const unlessLost = (error: unknown): void => {
        if (!(error instanceof Refusal) || error.reason !== 'key-unavailable') throw error
        isOutOfReach = true
      }
      const entries = rowsOf((after: number | null) =>
        store.directory.listEntries(organization, { after, limit: PAGE }),
      )
      for await (const { mailbox } of entries) {
        signal.throwIfAborted()
        if (mailbox === null) continue
        await each.try(mailbox, signal, () => work({ organization, mailbox }).catch(unlessLost))
        // Then that of nobody else is there either.
        if (isOutOfReach) break
      }
      each.end()
    },
    signal,
  )
}
