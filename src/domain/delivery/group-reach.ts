import type { EntryId } from '#src/base/ids.ts'
import { LIMITS } from '../directory/limits.ts'
import type { RoutedEntry } from '../routing/decide-route.ts'
import { findRouteOfEntry, type RoutedOrganization, type RoutingDeps } from '../routing/find-route.ts'
import { MailRefusal } from './intake.ts'
import type { Restriction } from './sender-restrictions.ts'

/**
 * Refuses (550 5.2.1) a group through which a message would reach nobody: empty, or with members who are all disabled,
 * without a way to them or closed to its sender, as deep as its groups go. Looks no further than the first one who can be reached, nor beyond
 * the limits of the directory; what is beyond them, the expansion refuses.
 */
export async function requireMember(
  deps: RoutingDeps,
  organization: RoutedOrganization,
  group: RoutedEntry,
  address: string,
  restriction: Restriction,
): Promise<void> {
  const seen = new Set<EntryId>([group.id])
  let level: EntryId[] = [group.id]
  let looked = 0
  for (let depth = 0; level.length > 0 && depth < LIMITS.expansionDepth; depth++) {
    const deeper: EntryId[] = []
    for (const id of level) {
      for (let after: EntryId | null = null; ; ) {
        const page: Awaited<ReturnType<typeof deps.directory.listMembers>> = await deps.directory.listMembers(
          organization.id,
          id,
          { after, limit: 100 },
        )
        for (const member of page.rows) {
          if (++looked > LIMITS.expandedMembers) return
          if (member.state !== 'ENABLED' || (await restriction(member))) continue
          const way = await findRouteOfEntry(deps, organization, member)
          if (way.to === 'refused' && !way.status.startsWith('4')) continue
          if (way.to !== 'members') return
          if (seen.has(way.entry.id)) continue
          seen.add(way.entry.id)
          deeper.push(way.entry.id)
        }
        if (page.next === null) break
        after = page.next
      }
    }
    level = deeper
  }
  // Deeper than any expansion goes: that says so itself.
  if (level.length > 0) return
  throw new MailRefusal('wrong-state', '5.2.1', `The group ${address} has no members who can receive mail.`)
}
