import type { OrganizationId } from '#src/base/ids.ts'
import { type Entry, type EntryKind, primaryAddress } from '#src/domain/directory/entry.ts'
import { findNamed } from '#src/domain/directory/recipient.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { Store } from '#src/domain/store.ts'
import { formatTimestamp, type JsonObject, type JsonValue } from '#src/wire/aws/json-rpc.ts'

/** The entry that an argument names by id, name or address (API-09). Refuses `no-such-entry`. */
export async function getNamed<K extends EntryKind>(
  store: Store,
  organization: OrganizationId,
  text: string,
  ...kinds: readonly K[]
): Promise<Extract<Entry, { kind: K }>> {
  const entry = await findNamed(store.directory, organization, text, ...kinds)
  if (entry !== undefined) return entry as Extract<Entry, { kind: K }>
  const what = kinds.length === 1 ? kinds[0] : 'entry'
  throw new Refusal(
    'no-such-entry',
    `There is no ${what} "${text}" in this organisation. Check the name, or list them.`,
  )
}

/** Members without those that have no value: the API leaves such out. */
export function present(members: Record<string, JsonValue | undefined>): JsonObject {
  return Object.fromEntries(
    Object.entries(members).filter(
      (member): member is [string, JsonValue] => member[1] !== undefined && member[1] !== null,
    ),
  )
}

export const timestamp = (epochMs: number | null): number | undefined =>
  epochMs === null ? undefined : formatTimestamp(epochMs)

/** Name, address and state, as lists and descriptions of every kind of entry begin. */
export function commonMembers(entry: Entry): Record<string, JsonValue | undefined> {
  return {
    Name: entry.name,
    Email: primaryAddress(entry) ?? undefined,
    State: entry.state,
    EnabledDate: timestamp(entry.enabledAt),
    DisabledDate: timestamp(entry.disabledAt),
  }
}

/** Groups and users are the only ones that the API tells apart as members, grantees and delegates. */
export const memberType = (entry: Pick<Entry, 'kind'>): 'GROUP' | 'USER' =>
  entry.kind === 'group' ? 'GROUP' : 'USER'
