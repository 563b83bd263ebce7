import type { SyncDeps } from '#src/domain/directory-sync/run.ts'
import { SourceFailure } from '#src/domain/directory-sync/source.ts'
import { giveToGroups } from '#src/domain/migration/engine/grants/give-grants.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { AdminServices } from './services.ts'

/** What a run works with. */
export function syncDeps({ store, directorySync, now }: AdminServices): SyncDeps {
  const { openSource, everyMs } = directorySync
  return {
    ...{ store, openSource, everyMs, now, random: Math.random },
    arrived: (organization, groups) => giveToGroups(store, organization, groups, now()),
  }
}

/** Whoever started a run hears what is wrong with the directory in its own words. */
export async function tellingWhy<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof SourceFailure)
      throw new Refusal(
        error.kind === 'busy' || error.kind === 'unreachable' ? 'try-later' : 'invalid-configuration',
        error.message,
        {
          cause: error,
        },
      )
    throw error
  }
}
