import type { OrganizationId } from '#src/base/ids.ts'
import type { OfflineBooks } from '#src/domain/address-book/offline/offline-books.ts'
import { forEveryOrganization } from '#src/domain/organization/every-organization.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { Store } from '#src/domain/store.ts'
import type { Job } from '#src/platform/scheduler/job.ts'

type Deps = {
  store: Store
  books: Pick<OfflineBooks, 'newest' | 'make'>
  everyMs: number
  now: () => number
  log: {
    info(fields: object, message: string): void
    warn(fields: object, message: string): void
  }
}

/**
 * Makes offline address books that are due (GAL-04). When each was last compared with its address book lies beside it, so that a
 * restart neither forgets nor repeats one; an organisation without any is due at once.
 */
export function makeOfflineBooksJob({ store, books, everyMs, now, log }: Deps): Job {
  async function makeDue(organization: OrganizationId, signal: AbortSignal): Promise<void> {
    try {
      const newest = await books.newest(organization)
      if (newest !== undefined && newest.checkedAt + everyMs > now()) return
      const { book, changed } = await books.make(organization, signal)
      if (changed) log.info({ organization, ...book }, 'The offline address book was made anew')
    } catch (error) {
      signal.throwIfAborted()
      // Without room, or with data that is damaged: the others must not wait, and the next run tries again.
      if (!(error instanceof Refusal) || error.reason === 'key-unavailable') throw error
      log.warn({ organization, reason: error.message }, 'The offline address book could not be made')
    }
  }

  return {
    name: 'make-offline-books',
    schedule: '2-59/10 * * * *',
    run: (signal) => forEveryOrganization(store, (organization) => makeDue(organization, signal), signal),
  }
}
