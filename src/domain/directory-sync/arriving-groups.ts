import type { EntryId, OrganizationId } from '#src/base/ids.ts'
import type { Decision } from './decision.ts'
import type { SourceGuid } from './source.ts'
import type { SyncReader } from './store.ts'

/** Decisions after which an entry is there that was not. */
const arriving: readonly Decision[] = ['create', 'return', 'replace']
const PAGE = 100

/** Groups that a run brings, or brings again, as it is staged. Nothing is looked for where it brings nobody. */
export async function arrivingGroups(
  sync: Pick<SyncReader, 'listStaged'>,
  organization: OrganizationId,
  run: number,
  counted: Partial<Record<Decision, number>>,
): Promise<readonly EntryId[]> {
  const groups: EntryId[] = []
  if (!arriving.some((decision) => (counted[decision] ?? 0) > 0)) return groups
  for (let after: SourceGuid | null = null; ; ) {
    const page = await sync.listStaged(organization, run, {
      only: { decisions: arriving },
      after,
      limit: PAGE,
    })
    for (const { entry, object } of page.rows)
      if (entry !== null && object?.members != null) groups.push(entry)
    if (page.next === null) return groups
    after = page.next
  }
}
