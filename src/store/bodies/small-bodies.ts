import type { BodyNo } from '#src/domain/mailbox/item.ts'
import type { Sql } from '../driver/driver.ts'
import { allOf } from '../mailbox/blocks.ts'
import type { OpenMailbox } from '../session.ts'
import { BodyCipher } from './body-cipher.ts'

type SmallRow = { no: number; salt: Uint8Array; sealed: Uint8Array }

const text = 'SELECT no, salt, sealed FROM body WHERE mailbox = ? AND sealed IS NOT NULL AND no IN (KEYS)'

/** Bodies that lie in their rows, which are one chunk each; the others are left out. Refuses `damaged`. */
export async function readSmallBodies(
  sql: Sql,
  { no: mailbox, key }: OpenMailbox,
  bodies: readonly BodyNo[],
): Promise<ReadonlyMap<BodyNo, Uint8Array>> {
  const rows = await allOf<SmallRow>(sql, text, [mailbox], bodies)
  return new Map(
    rows.map(({ no, salt, sealed }) => [no as BodyNo, new BodyCipher(key, no, salt).open(0, true, sealed)]),
  )
}
