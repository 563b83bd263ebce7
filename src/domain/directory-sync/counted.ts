import type { OrganizationId } from '#src/base/ids.ts'
import { type ClassCounts, noCounts } from './report.ts'
import type { SourceGuid } from './source.ts'
import type { SyncReader } from './store.ts'

const PAGE = 500

/** How many of each class are in the address book because the directory has them, and at home elsewhere. */
export async function countEntries(
  sync: Pick<SyncReader, 'listEntered'>,
  organization: OrganizationId,
  tick: () => Promise<void>,
): Promise<ClassCounts> {
  const counts = { ...noCounts }
  for (let after: SourceGuid | null = null; ; ) {
    const page: Awaited<ReturnType<typeof sync.listEntered>> = await sync.listEntered(organization, {
      after,
      limit: PAGE,
    })
    for (const each of page.rows) counts[each.class]++
    if (page.next === null) return counts
    after = page.next
    await tick()
    await new Promise(setImmediate)
  }
}
