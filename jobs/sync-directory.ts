import type { OrganizationId } from '#src/base/ids.ts'
import { EachPart } from '#src/base/part-failures.ts'
import { isOverdue } from '#src/domain/directory-sync/overdue.ts'
import { type SyncDeps, syncDirectory } from '#src/domain/directory-sync/run.ts'
import { SourceFailure } from '#src/domain/directory-sync/source.ts'
import { type RunLog, tellRun } from '#src/domain/directory-sync/tell-run.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { Job } from '#src/platform/scheduler/job.ts'

const PAGE = 100

type Deps = SyncDeps & {
  /** Called when an address book is as its directory again. */
  synchronized: (organization: OrganizationId, signal: AbortSignal) => Promise<void>
  log: RunLog
}

/**
 * Brings address books up to date that are due (GAL-01). When each is due lies in the store, with a part left to chance, so
 * that a restart neither forgets nor repeats one. Two missed cycles are an alert.
 */
export function syncDirectoryJob(deps: Deps): Job {
  const { store, now, everyMs, log } = deps
  const alerted = new Set<OrganizationId>()

  async function runOne(organization: OrganizationId, signal: AbortSignal): Promise<void> {
    try {
      const report = await syncDirectory(deps, organization, { signal, isDue: true })
      tellRun(log, organization, report)
      await deps.synchronized(organization, signal)
    } catch (error) {
      signal.throwIfAborted()
      // One directory in trouble must not keep the others waiting; the next run tries again.
      if (!(error instanceof SourceFailure) && !(error instanceof Refusal)) throw error
      // That a key is out of reach was told once, when it was lost.
      if (error instanceof Refusal && error.reason === 'key-unavailable') return
      log.warn({ organization, reason: error.message }, 'The address book could not be synchronised')
    }
  }

  return {
    name: 'sync-directory',
    schedule: '*/5 * * * *',
    async run(signal) {
      const each = new EachPart()
      for (let after: OrganizationId | null = null; ; ) {
        const page = await store.directorySync.listSynchronized(after, PAGE)
        for (const { organization, dueAt } of page) {
          signal.throwIfAborted()
          if (dueAt <= now()) await each.try(organization, signal, () => runOne(organization, signal))
        }
        for (const book of await store.directorySync.listSynchronized(after, PAGE)) {
          if (!isOverdue(book, everyMs, now())) alerted.delete(book.organization)
          else if (!alerted.has(book.organization)) {
            alerted.add(book.organization)
            const { organization, synchronizedAt } = book
            log.warn(
              { organization, synchronizedAt },
              'ALERT: the address book has missed two cycles ("landbridge gal status")',
            )
          }
        }
        if (page.length < PAGE) return each.end()
        after = page.at(-1)!.organization
      }
    },
  }
}
