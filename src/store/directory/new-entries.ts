import { Breath } from '#src/base/breath.ts'
import type { EntryId, OrganizationId } from '#src/base/ids.ts'
import type { NewEntry } from '#src/domain/directory/entry.ts'
import type { DataKey } from '../data-key.ts'
import type { Sql } from '../driver/driver.ts'
import { takenAmong, type WantedAddress, wantedAddresses } from './address-rows.ts'
import { ENTRY_VALUES, INSERT_ENTRIES, namesOf, valuesOf } from './entry-writes.ts'
import { nextVersions } from './version.ts'

/** So many in one statement. */
const MOST_AT_ONCE = 8
const insertSome = Array.from(
  { length: MOST_AT_ONCE + 1 },
  (_, count) => `${INSERT_ENTRIES} ${Array(count).fill(ENTRY_VALUES).join(', ')} ON CONFLICT DO NOTHING`,
)

/**
 * Makes many entries at once, with ids that no entry has. Gives those that are not made because another entry has their name
 * or one of their addresses: nothing is written of them.
 */
export async function insertEntries(
  sql: Sql,
  key: DataKey,
  org: OrganizationId,
  entries: readonly NewEntry[],
): Promise<ReadonlySet<EntryId>> {
  const addresses: WantedAddress[] = []
  const breath = new Breath()
  for (const entry of entries) {
    await breath.taken()
    addresses.push(...wantedAddresses(key, entry).values())
  }
  // In the order of their index: neighbours are written together.
  addresses.sort((a, b) => Buffer.compare(a.addressKey, b.addressKey))
  const refused = new Set((await takenAmong(sql, org, addresses)).map(({ entry }) => entry))
  const free = entries.filter(({ id }) => !refused.has(id))
  for (const id of await insertNamed(sql, key, org, free)) refused.add(id)
  for (const id of refused)
    await sql.run('DELETE FROM directory_address WHERE org = ? AND entry = ?', org, id)
  return refused
}

/** Gives those whose names other entries have. */
async function insertNamed(
  sql: Sql,
  key: DataKey,
  org: OrganizationId,
  entries: readonly NewEntry[],
): Promise<readonly EntryId[]> {
  const named: EntryId[] = []
  const breath = new Breath()
  const first = await nextVersions(sql, org, entries.length)
  for (let from = 0; from < entries.length; from += MOST_AT_ONCE) {
    await breath.taken()
    const some = entries.slice(from, from + MOST_AT_ONCE)
    const version = first + from
    const values = some.flatMap((entry, at) => valuesOf(key, org, entry, namesOf(key, entry), version + at))
    if ((await sql.run(insertSome[some.length]!, ...values)) === some.length) continue
    const made = await sql.all<{ id: EntryId }>(versionsFrom, org, version, version + some.length)
    const there = new Set(made.map(({ id }) => id))
    named.push(...some.flatMap(({ id }) => (there.has(id) ? [] : [id])))
  }
  return named
}

const versionsFrom = 'SELECT id FROM directory_entry WHERE org = ? AND version >= ? AND version < ?'
