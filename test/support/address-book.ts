/** The address book of an organisation as it is seen, in a form that can be compared whatever ids it was given. */
import type { OrganizationId } from '#src/base/ids.ts'
import type { Entry } from '#src/domain/directory/entry.ts'
import { rowsOf } from '#src/domain/rows-of.ts'
import type { Store } from '#src/domain/store.ts'

export type SeenEntry = Record<string, unknown>

/**
 * Everything that comes from elsewhere, by its key there: kind, home, addresses, details, members by their keys. Names that
 * only tell entries of a kind apart are left out.
 */
export async function addressBookOf(
  store: Store,
  organization: OrganizationId,
): Promise<Map<string, SeenEntry>> {
  const seen = new Map<string, SeenEntry>()
  const keyOf = async (id: string | undefined) => {
    if (id === undefined) return null
    const entry = await store.directory.findEntry(organization, { id: id as Entry['id'] })
    return entry?.source?.guid ?? null
  }
  const entries = rowsOf((after: number | null) =>
    store.directory.listEntries(organization, { after, limit: 500 }),
  )
  for await (const entry of entries) {
    if (entry.source === undefined) continue
    const { manager, ...details } = entry.details
    const members: (string | null)[] = []
    if (entry.kind === 'group') {
      const rows = rowsOf((after: Entry['id'] | null) =>
        store.directory.listMembers(organization, entry.id, { after, limit: 500 }),
      )
      for await (const member of rows) members.push(member.source?.guid ?? member.name)
    }
    seen.set(entry.source.guid, {
      kind: entry.kind,
      state: entry.state,
      home: entry.home,
      displayName: entry.displayName,
      hidden: entry.hidden,
      target: entry.target,
      addresses: entry.addresses.map(({ kind, address }) => `${kind}:${address}`).toSorted(),
      details,
      manager: await keyOf(manager),
      source: { type: entry.source.type, alias: entry.source.alias },
      members: members.toSorted(),
      photo: entry.photo?.digest ?? null,
      certificate: entry.certificate?.digest ?? null,
      ...(entry.kind === 'resource' && { type: entry.type, capacity: entry.capacity }),
    })
  }
  return new Map([...seen].toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
