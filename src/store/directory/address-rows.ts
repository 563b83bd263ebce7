import { Breath } from '#src/base/breath.ts'
import type { EntryId, OrganizationId } from '#src/base/ids.ts'
import { domainOf, lookupText } from '#src/domain/directory/address.ts'
import type { AddressKind, NewEntry } from '#src/domain/directory/entry.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { DataKey } from '../data-key.ts'
import type { Sql } from '../driver/driver.ts'
import { addressKeyOnce } from './entries.ts'

export type WantedAddress = { addressKey: Uint8Array; entry: EntryId; kind: AddressKind; address: string }

/** The address rows that an entry's record asks for, by key in hex. */
export function wantedAddresses(key: DataKey, entry: NewEntry): Map<string, WantedAddress> {
  const wanted = new Map<string, WantedAddress>()
  for (const { kind, address } of entry.addresses) {
    const text = lookupText(kind, address)
    if (text === undefined) throw new Refusal('invalid-parameter', `"${address}" is not an address.`)
    const octets = addressKeyOnce(key, text)
    wanted.set(Buffer.from(octets).toString('hex'), { addressKey: octets, entry: entry.id, kind, address })
  }
  return wanted
}

/** Makes the address rows of an entry what its record says. */
export async function putAddresses(
  sql: Sql,
  key: DataKey,
  org: OrganizationId,
  entry: NewEntry,
): Promise<void> {
  const wanted = wantedAddresses(key, entry)
  const present = await sql.all<{ address_key: Uint8Array; kind: string }>(
    'SELECT address_key, kind FROM directory_address WHERE org = ? AND entry = ?',
    org,
    entry.id,
  )
  for (const row of present) {
    const name = Buffer.from(row.address_key).toString('hex')
    if (wanted.get(name)?.kind === row.kind) wanted.delete(name)
    else
      await sql.run('DELETE FROM directory_address WHERE org = ? AND address_key = ?', org, row.address_key)
  }
  await insertAddresses(sql, org, [...wanted.values()])
}

/** So many addresses in one statement. */
const MOST_AT_ONCE = 16
const insertSome = Array.from(
  { length: MOST_AT_ONCE + 1 },
  (_, count) =>
    `INSERT INTO directory_address (org, address_key, entry, kind, domain) VALUES ${Array(count)
      .fill('(?, ?, ?, ?, (SELECT name FROM mail_domain WHERE org = ? AND name = ?))')
      .join(', ')} ON CONFLICT (org, address_key) DO NOTHING`,
)

/** Refuses `address-in-use`. */
export async function insertAddresses(
  sql: Sql,
  org: OrganizationId,
  wanted: readonly WantedAddress[],
): Promise<void> {
  const [taken] = await takenAmong(sql, org, wanted)
  if (taken === undefined) return
  throw new Refusal(
    'address-in-use',
    `The address ${taken.address} belongs to another entry of this organisation. Remove it there first; a disabled entry keeps its addresses until it is deleted or purged.`,
  )
}

/** Writes those that are free. Gives those that other entries have. */
export async function takenAmong(
  sql: Sql,
  org: OrganizationId,
  wanted: readonly WantedAddress[],
): Promise<readonly WantedAddress[]> {
  const taken: WantedAddress[] = []
  const breath = new Breath()
  for (let from = 0; from < wanted.length; from += MOST_AT_ONCE) {
    await breath.taken()
    const some = wanted.slice(from, from + MOST_AT_ONCE)
    const values = some.flatMap(({ addressKey, entry, kind, address }) => [
      org,
      addressKey,
      entry,
      kind,
      org,
      kind === 'x500' ? '' : domainOf(address),
    ])
    if ((await sql.run(insertSome[some.length]!, ...values)) === some.length) continue
    for (const each of some) {
      const row = await sql.get<{ entry: EntryId }>(owned, org, each.addressKey)
      if (row?.entry !== each.entry) taken.push(each)
    }
  }
  return taken
}

const owned = 'SELECT entry FROM directory_address WHERE org = ? AND address_key = ?'
