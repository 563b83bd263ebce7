import type { OrganizationId } from '#src/base/ids.ts'
import type { TransitId } from '#src/domain/delivery/queue.ts'
import type { Lease } from '#src/domain/delivery/store.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { DataKey } from '../data-key.ts'
import type { Sql } from '../driver/driver.ts'
import {
  destinationOf,
  MESSAGE_COLUMNS,
  type MessageRow,
  openMessage,
  openRecipient,
  RECIPIENT_COLUMNS,
  type RecipientRow,
} from './queue-row.ts'
import { settleRoute } from './routes.ts'

/** Recipients in one lease; more of a message are further leases. */
const MOST_RECIPIENTS = 1_000
/** What is damaged is set aside this long: `check` names it, an administrator cancels it. */
const DAMAGED_WAIT_MS = 60 * 60_000

/** `tokens` are taken from the end, one for each lease. */
export type LeaseTerms = { now: number; untilMs: number; tokens: number[]; most: number }

/** Takes what is due for one destination, oldest first. */
export async function leaseFrom(
  sql: Sql,
  key: DataKey,
  route: { org: OrganizationId; route_key: Uint8Array },
  { now, untilMs, tokens, most }: LeaseTerms,
): Promise<Lease[]> {
  const leases: Lease[] = []
  while (leases.length < most && tokens.length > 0) {
    const first = await sql.get<{ message: TransitId }>(
      `SELECT message FROM queue_recipient WHERE org = ? AND route_key = ? AND ready_at <= ?
       ORDER BY ready_at, message, no LIMIT 1`,
      route.org,
      route.route_key,
      now,
    )
    if (!first) break
    const lease = await leaseMessage(sql, key, route, first.message, { now, untilMs, token: tokens.at(-1)! })
    if (!lease) continue
    tokens.pop()
    leases.push(lease)
  }
  await settleRoute(sql, route.org, route.route_key)
  return leases
}

async function leaseMessage(
  sql: Sql,
  key: DataKey,
  { org, route_key }: { org: OrganizationId; route_key: Uint8Array },
  id: TransitId,
  { now, untilMs, token }: { now: number; untilMs: number; token: number },
): Promise<Lease | undefined> {
  const rows = await sql.all<RecipientRow>(
    `SELECT ${RECIPIENT_COLUMNS} FROM queue_recipient
     WHERE org = ? AND message = ? AND route_key = ? AND ready_at <= ? ORDER BY no LIMIT ${MOST_RECIPIENTS}`,
    org,
    id,
    route_key,
    now,
  )
  const message = await sql.get<MessageRow>(
    `SELECT ${MESSAGE_COLUMNS} FROM queue_message WHERE org = ? AND id = ?`,
    org,
    id,
  )
  const last = rows.at(-1)!.no
  try {
    if (!message) throw new Refusal('damaged', `Message ${id} has recipients and is not there.`)
    const lease: Lease = {
      message: openMessage(key, org, message),
      route: openRecipient(key, org, id, rows[0]!).route,
      destination: destinationOf(org, route_key),
      recipients: rows.map((row) => ({ ...openRecipient(key, org, id, row), leasedUntil: untilMs })),
      token,
    }
    await sql.run(
      `UPDATE queue_recipient SET ready_at = ?, leased_until = ?, lease_token = ?
       WHERE org = ? AND message = ? AND route_key = ? AND ready_at <= ? AND no <= ?`,
      untilMs,
      untilMs,
      token,
      org,
      id,
      route_key,
      now,
      last,
    )
    return lease
  } catch (error) {
    if (!(error instanceof Refusal) || error.reason !== 'damaged') throw error
    await sql.run(
      `UPDATE queue_recipient SET ready_at = ?, next_attempt_at = ?, leased_until = NULL, lease_token = NULL
       WHERE org = ? AND message = ? AND route_key = ? AND ready_at <= ? AND no <= ?`,
      now + DAMAGED_WAIT_MS,
      now + DAMAGED_WAIT_MS,
      org,
      id,
      route_key,
      now,
      last,
    )
    return undefined
  }
}
