import type { EntryId, OrganizationId } from '#src/base/ids.ts'
import { Refusal } from '../refusal.ts'
import type { Entry } from './entry.ts'
import { LIMITS } from './limits.ts'
import type { DirectoryReader } from './store.ts'

/**
 * The enabled members of a group and of the enabled groups in it, each once, a page at a time. Groups that
 * contain each other are walked once. Refuses `limit-exceeded` when there are more members or levels than
 * allowed: a message then goes to nobody rather than to some.
 */
export async function* expandGroup(
  directory: DirectoryReader,
  organization: OrganizationId,
  group: EntryId,
  limits: { members?: number; depth?: number } = {},
): AsyncGenerator<Entry, void, undefined> {
  const { members = LIMITS.expandedMembers, depth = LIMITS.expansionDepth } = limits
  const seen = new Set<EntryId>([group])
  const waiting: { group: EntryId; level: number }[] = [{ group, level: 1 }]
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    for await (const member of membersOf(directory, organization, next.group)) {
      if (member.state !== 'ENABLED' || seen.has(member.id)) continue
      if (seen.size > members) throw tooMany(`more than ${members} members`)
      seen.add(member.id)
      if (member.kind !== 'group') yield member
      else if (next.level >= depth) throw tooMany(`groups nested more than ${depth} deep`)
      else waiting.push({ group: member.id, level: next.level + 1 })
    }
  }
}

async function* membersOf(
  directory: DirectoryReader,
  organization: OrganizationId,
  group: EntryId,
): AsyncGenerator<Entry> {
  for (let after: EntryId | null = null; ; ) {
    const page: Awaited<ReturnType<DirectoryReader['listMembers']>> = await directory.listMembers(
      organization,
      group,
      { after, limit: 100 },
    )
    yield* page.rows
    if (page.next === null) return
    after = page.next
  }
}

function tooMany(what: string): Refusal {
  return new Refusal('limit-exceeded', `The group has ${what}. Divide it, or send to its parts.`)
}
