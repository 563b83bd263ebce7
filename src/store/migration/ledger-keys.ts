import type { Sql } from '../driver/driver.ts'
import type { OpenMailbox } from '../session.ts'

/** Octets at the end of a source's key in which items differ that came one after the other. */
const TAIL = 8
/** Begins every key that is made now; those that earlier versions made are hashes, which begin otherwise. */
const MARK = Buffer.alloc(4)
const HASH = 16
/** Of a keyed hash: few enough that the index of a large ledger stays in memory, and what they find is looked into. */
const MATCH = 6

/**
 * What the row of an item is found by, 20 octets: a mark, a keyed hash of all of the source's key but its last octets, and these,
 * scrambled by the rest of that hash. Sources count their items, so that rows which are written together lie together,
 * however many there are (decision 11); a key that follows no order is found as well, and costs what any hash does.
 */
export function itemKey(open: OpenMailbox, source: string, key: string): Buffer {
  const octets = Buffer.from(key)
  const from = Math.max(0, octets.length - TAIL)
  const head = octets.toString('latin1', 0, from)
  const hash = open.key.blind('migration-item-place', `${source}\0${octets.length}\0${head}`)
  const made = Buffer.concat([MARK, hash])
  for (let at = from; at < octets.length; at++) made[MARK.length + HASH - TAIL + at - from]! ^= octets[at]!
  return made
}

/** The same as earlier versions made it. */
const hashedKey = (open: OpenMailbox, source: string, key: string): Uint8Array =>
  open.key.blind('migration-item', `${source}\0${key}`)

/** Mailboxes that are known to have no row under a hashed key, each by its own key; none ever gets one. */
const withoutHashed = new WeakSet<OpenMailbox['key']>()

/**
 * Every key that the rows of these items may have in the ledger, what they are put under first. Without `isCommitted` nothing is
 * remembered of what is seen: the transaction that took away the last row of its kind may yet fail.
 */
export async function itemKeys(
  { sql, isCommitted = false }: { sql: Sql; isCommitted?: boolean },
  open: OpenMailbox,
  source: string,
  keys: readonly string[],
): Promise<{ made: Uint8Array[]; hashed: Uint8Array[] }> {
  const made = keys.map((key) => itemKey(open, source, key))
  if (withoutHashed.has(open.key)) return { made, hashed: [] }
  const [row] = await sql.all(
    'SELECT folder FROM migration_item WHERE mailbox = ? AND item_key >= ? LIMIT 1',
    open.no,
    FIRST_HASHED,
  )
  if (row !== undefined) return { made, hashed: keys.map((key) => hashedKey(open, source, key)) }
  if (isCommitted) withoutHashed.add(open.key)
  return { made, hashed: [] }
}

const FIRST_HASHED = Buffer.from([0, 0, 0, 1])

/** The key that a row has of these two. */
export const itemKeyLike = (open: OpenMailbox, has: Uint8Array, source: string, key: string): Uint8Array =>
  has.length === HASH ? hashedKey(open, source, key) : itemKey(open, source, key)

/** What twins are found by: as it is made now, and as earlier versions made it. */
export function matchKeys(
  open: OpenMailbox,
  source: string,
  match: string,
  sizeBytes: number,
): readonly [Uint8Array, Uint8Array] {
  const whole = open.key.blindOnce('migration-match', `${source}\0${sizeBytes}\0${match}`)
  return [whole.subarray(0, MATCH), whole]
}

/** The one that a row has of these two. */
export function matchKeyLike(
  has: Uint8Array | null,
  [made, whole]: readonly [Uint8Array, Uint8Array],
): Uint8Array {
  return has?.length === HASH ? whole : made
}
