import type { OrganizationId } from '#src/base/ids.ts'
import type { Page } from '../mailbox/store.ts'
import { Refusal } from '../refusal.ts'
import type { Decision } from './decision.ts'
import { NOT_FOUND } from './object-note.ts'
import type { KnownObject, SyncReader } from './store.ts'

/** `partial`: in the address book, without an address that somebody else has. */
export type Stands = Decision | 'partial'

/** What was said of an object and still holds. */
type Standing = Pick<KnownObject, 'guid' | 'entry' | 'note'> & { decision: Stands }

/** In this order they are listed. */
const standings = [
  { state: 'quarantined', decision: 'quarantine' },
  { state: 'held', decision: 'hold' },
  { state: 'missing', decision: 'missing' },
  { state: 'partial', decision: 'partial' },
  { state: 'local-partial', decision: 'partial' },
  { state: 'omitted', decision: 'omit' },
] as const

/** Who is quarantined, held, not found, without an address or left out, though no run is to be looked at. Refuses a cursor that is none of these pages. */
export async function listStanding(
  sync: Pick<SyncReader, 'listKnown'>,
  organization: OrganizationId,
  { only, after, limit }: { only: Stands | undefined; after: string | null; limit: number },
): Promise<Page<Standing, string>> {
  const wanted = standings.filter(({ decision }) => only === undefined || decision === only)
  const [from, guid = null] = after?.split(' ') ?? [wanted[0]?.state]
  const at = wanted.findIndex(({ state }) => state === from)
  const standing = wanted[at]
  if (standing === undefined) {
    if (after === null) return { rows: [], next: null }
    throw new Refusal('invalid-parameter', 'This page does not go on with what was listed before.')
  }
  const { state, decision } = standing
  const page = await sync.listKnown(organization, { state, after: guid, limit })
  const rows = page.rows.map(({ guid, entry, note }) => ({
    ...{ guid, entry, decision },
    // What is known of it stays as it was: the run alone said why.
    note: state === 'missing' ? { ...note, reason: NOT_FOUND } : note,
  }))
  return { rows, next: page.next === null ? (wanted[at + 1]?.state ?? null) : `${state} ${page.next}` }
}
