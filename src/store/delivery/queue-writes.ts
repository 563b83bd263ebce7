import type { OrganizationId } from '#src/base/ids.ts'
import type { QueuedRecipient, TransitId } from '#src/domain/delivery/queue.ts'
import { type DeliveryWriter, type Lease, transportMailbox } from '#src/domain/delivery/store.ts'
import type { ItemNo } from '#src/domain/mailbox/item.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { Bodies } from '../bodies/bodies.ts'
import type { DataKey } from '../data-key.ts'
import { removeItems } from '../mailbox/removal.ts'
import { forgetChanges } from '../mailbox/tombstones.ts'
import type { Session } from '../session.ts'
import {
  openRecipient,
  RECIPIENT_COLUMNS,
  type RecipientRow,
  routeKey,
  sealMessage,
  sealProblem,
  sealRecipient,
} from './queue-row.ts'
import { announceRoute, settleRoute } from './routes.ts'

/** Tombstones forgotten with each message that goes: nobody follows the changes of the transport mailbox. */
const FORGOTTEN_AT_ONCE = 100

type QueueWrites = Pick<DeliveryWriter, 'enqueue' | 'settle' | 'retryQueued' | 'cancelQueued'>

/** `queued` is told when something came in or was made due. */
export function queueWrites(session: Session, bodies: Bodies, queued: () => void): QueueWrites {
  const { sql, keys } = session
  return {
    async enqueue(message, recipients) {
      const org = message.organization
      const key = await keys.organization(org)
      if (recipients.length === 0) throw new Error('A message is queued for somebody')
      const row = sealMessage(key, message)
      await sql.run(
        'INSERT INTO queue_message (org, id, item, queued_at, size_bytes, sealed) VALUES (?, ?, ?, ?, ?, ?)',
        org,
        row.id,
        row.item,
        row.queued_at,
        row.size_bytes,
        row.sealed,
      )
      const routes = new Map<string, Uint8Array>()
      for (const recipient of recipients) {
        const route = routeKey(key, recipient.route)
        routes.set(Buffer.from(route).toString('hex'), route)
        await sql.run(
          `INSERT INTO queue_recipient (org, message, route_key, no, ready_at, next_attempt_at, attempts,
            uncertain_attempts, sealed) VALUES (?, ?, ?, ?, ?, ?, 0, 0, ?)`,
          org,
          message.id,
          route,
          recipient.no,
          message.queuedAt,
          message.queuedAt,
          sealRecipient(key, org, message.id, recipient),
        )
      }
      for (const route of routes.values()) await announceRoute(sql, org, route, message.queuedAt)
      queued()
    },

    async settle(lease, settlements, now) {
      const org = lease.message.organization
      const key = await keys.organization(org)
      const route = routeKey(key, lease.route)
      for (const settlement of settlements) await settleOne(session, key, lease, route, settlement, now)
      if (settlements.length < lease.recipients.length) {
        await sql.run(
          `UPDATE queue_recipient SET ready_at = next_attempt_at, leased_until = NULL, lease_token = NULL
           WHERE org = ? AND message = ? AND route_key = ? AND lease_token = ?`,
          org,
          lease.message.id,
          route,
          lease.token,
        )
      }
      await settleRoute(sql, org, route)
      await removeWhenDone(session, bodies, org, lease.message.id)
    },

    async retryQueued(org, id, now, limit) {
      await keys.organization(org)
      const made =
        id === null
          ? await retryOrganization(session, org, now, limit)
          : await retryMessage(session, org, id, now, limit)
      if (made > 0) queued()
      return made
    },

    async cancelQueued(org, id) {
      const key = await keys.organization(org)
      const rows = await sql.all<RecipientRow>(
        `SELECT ${RECIPIENT_COLUMNS} FROM queue_recipient WHERE org = ? AND message = ? AND lease_token IS NULL`,
        org,
        id,
      )
      await sql.run(
        'DELETE FROM queue_recipient WHERE org = ? AND message = ? AND lease_token IS NULL',
        org,
        id,
      )
      const routes = new Map(rows.map((row) => [Buffer.from(row.route_key).toString('hex'), row.route_key]))
      for (const route of routes.values()) await settleRoute(sql, org, route)
      await removeWhenDone(session, bodies, org, id)
      return rows.flatMap((row) => readable(key, org, id, row)).sort((a, b) => a.no - b.no)
    },
  }
}

async function settleOne(
  { sql }: Session,
  key: DataKey,
  { message, token }: Lease,
  route: Uint8Array,
  settlement: Parameters<DeliveryWriter['settle']>[1][number],
  now: number,
): Promise<void> {
  const org = message.organization
  const changed =
    settlement.outcome === 'postponed'
      ? await sql.run(
          `UPDATE queue_recipient SET ready_at = ?, next_attempt_at = ?, attempts = attempts + 1,
            uncertain_attempts = uncertain_attempts + ?, leased_until = NULL, lease_token = NULL,
            delay_reported_at = COALESCE(?, delay_reported_at), sealed_problem = ?
           WHERE org = ? AND message = ? AND route_key = ? AND no = ? AND lease_token = ?`,
          settlement.nextAttemptAt,
          settlement.nextAttemptAt,
          settlement.uncertain ? 1 : 0,
          settlement.delayReported ? now : null,
          sealProblem(key, org, message.id, settlement.no, settlement.problem),
          org,
          message.id,
          route,
          settlement.no,
          token,
        )
      : await sql.run(
          `DELETE FROM queue_recipient
           WHERE org = ? AND message = ? AND route_key = ? AND no = ? AND lease_token = ?`,
          org,
          message.id,
          route,
          settlement.no,
          token,
        )
  if (changed === 0) throw lostLease(message.id, settlement.no)
}

/** Nothing for one that is damaged: it can still be cancelled. */
function readable(key: DataKey, org: OrganizationId, id: TransitId, row: RecipientRow): QueuedRecipient[] {
  try {
    return [openRecipient(key, org, id, row)]
  } catch (error) {
    if (error instanceof Refusal && error.reason === 'damaged') return []
    throw error
  }
}

/** The message and its item go when nobody waits for it any more. */
async function removeWhenDone(
  { sql, keys }: Session,
  bodies: Bodies,
  org: OrganizationId,
  id: TransitId,
): Promise<void> {
  const left = await sql.get('SELECT no FROM queue_recipient WHERE org = ? AND message = ? LIMIT 1', org, id)
  if (left) return
  const [gone] = await sql.all<{ item: ItemNo }>(
    'DELETE FROM queue_message WHERE org = ? AND id = ? RETURNING item',
    org,
    id,
  )
  if (!gone) return
  const open = await keys.mailbox({ organization: org, mailbox: transportMailbox })
  await removeItems(sql, open, bodies, [gone.item], Date.now())
  await forgetChanges(sql, open, Number.MAX_SAFE_INTEGER, FORGOTTEN_AT_ONCE)
}

/** Leased recipients become ready later, by the end of their lease, and are left alone. */
async function retryMessage(
  { sql }: Session,
  org: OrganizationId,
  id: TransitId,
  now: number,
  limit: number,
): Promise<number> {
  const rows = await sql.all<{ route_key: Uint8Array; no: number }>(
    `SELECT route_key, no FROM queue_recipient
     WHERE org = ? AND message = ? AND next_attempt_at > ? AND lease_token IS NULL LIMIT ?`,
    org,
    id,
    now,
    limit,
  )
  for (const row of rows) await makeDue({ sql }, org, id, row, now)
  return rows.length
}

async function retryOrganization(
  { sql }: Session,
  org: OrganizationId,
  now: number,
  limit: number,
): Promise<number> {
  let left = limit
  for (let route = new Uint8Array(); left > 0; ) {
    const next = await sql.get<{ route_key: Uint8Array }>(
      'SELECT route_key FROM queue_route WHERE org = ? AND route_key > ? ORDER BY route_key LIMIT 1',
      org,
      route,
    )
    if (!next) break
    route = Uint8Array.from(next.route_key)
    const rows = await sql.all<{ message: TransitId; route_key: Uint8Array; no: number }>(
      `SELECT message, route_key, no FROM queue_recipient
       WHERE org = ? AND route_key = ? AND ready_at > ? AND lease_token IS NULL ORDER BY ready_at LIMIT ?`,
      org,
      route,
      now,
      left,
    )
    for (const row of rows) await makeDue({ sql }, org, row.message, row, now)
    left -= rows.length
  }
  return limit - left
}

async function makeDue(
  { sql }: Pick<Session, 'sql'>,
  org: OrganizationId,
  message: TransitId,
  row: { route_key: Uint8Array; no: number },
  now: number,
): Promise<void> {
  await sql.run(
    `UPDATE queue_recipient SET ready_at = ?, next_attempt_at = ?
     WHERE org = ? AND message = ? AND route_key = ? AND no = ?`,
    now,
    now,
    org,
    message,
    row.route_key,
    row.no,
  )
  await announceRoute(sql, org, row.route_key, now)
}

function lostLease(id: TransitId, no: number): Refusal {
  return new Refusal(
    'wrong-state',
    `Recipient ${no} of message ${id} is not held by this delivery any more: it was given to another, or cancelled.`,
  )
}
