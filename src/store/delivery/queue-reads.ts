import type { OrganizationId } from '#src/base/ids.ts'
import type { TransitId } from '#src/domain/delivery/queue.ts'
import type { DeliveryReader } from '#src/domain/delivery/store.ts'
import type { Sql } from '../driver/driver.ts'
import type { Session } from '../session.ts'
import { formatCursor, pageSize, parseCursor } from './cursor.ts'
import {
  MESSAGE_COLUMNS,
  type MessageRow,
  openMessage,
  openRecipient,
  RECIPIENT_COLUMNS,
  type RecipientRow,
} from './queue-row.ts'

type QueueReads = Pick<DeliveryReader, 'listQueue' | 'findQueued' | 'queueStatistics'>

export function queueReads({ sql, keys }: Session): QueueReads {
  return {
    async listQueue(org, { after, limit }) {
      const key = await keys.organization(org)
      const size = pageSize(limit)
      const [queuedAt, id] = after ? parseCursor(after) : [Number.MAX_SAFE_INTEGER, '']
      const rows = await sql.all<MessageRow>(
        `SELECT ${MESSAGE_COLUMNS} FROM queue_message WHERE org = ? AND (queued_at, id) < (?, ?)
         ORDER BY queued_at DESC, id DESC LIMIT ?`,
        org,
        queuedAt,
        id,
        size + 1,
      )
      const shown = rows.slice(0, size)
      const last = shown.at(-1)
      return {
        rows: shown.map((row) => openMessage(key, org, row)),
        next: rows.length > size ? formatCursor(last!.queued_at, last!.id) : null,
      }
    },

    async findQueued(org, id) {
      const key = await keys.organization(org)
      const row = await sql.get<MessageRow>(
        `SELECT ${MESSAGE_COLUMNS} FROM queue_message WHERE org = ? AND id = ?`,
        org,
        id,
      )
      if (!row) return undefined
      const rows = await recipientsOf(sql, org, id)
      return {
        message: openMessage(key, org, row),
        recipients: rows.map((each) => openRecipient(key, org, id, each)).sort((a, b) => a.no - b.no),
      }
    },

    async queueStatistics(now) {
      const oldest = await sql.get<{ queued_at: number }>(
        'SELECT queued_at FROM queue_message ORDER BY queued_at LIMIT 1',
      )
      return {
        messages: await countMessages(sql),
        ...(await countRecipients(sql, now)),
        oldestQueuedAt: oldest?.queued_at ?? null,
      }
    },
  }
}

const recipientsOf = (sql: Sql, org: OrganizationId, message: TransitId): Promise<RecipientRow[]> =>
  sql.all<RecipientRow>(
    `SELECT ${RECIPIENT_COLUMNS} FROM queue_recipient WHERE org = ? AND message = ?`,
    org,
    message,
  )

/** Rows counted in one statement: a long queue must not hold up the event loop. */
const COUNT_PAGE = 10_000

async function countMessages(sql: Sql): Promise<number> {
  let count = 0
  for (let last = { org: '', id: '' }; ; ) {
    const rows = await sql.all<{ org: string; id: string }>(
      `SELECT org, id FROM queue_message WHERE (org, id) > (?, ?) ORDER BY org, id LIMIT ${COUNT_PAGE}`,
      last.org,
      last.id,
    )
    count += rows.length
    if (rows.length < COUNT_PAGE) return count
    last = rows.at(-1)!
    await new Promise(setImmediate)
  }
}

async function countRecipients(sql: Sql, now: number): Promise<{ recipients: number; due: number }> {
  const sum = { recipients: 0, due: 0 }
  for (let route: { org: string; route_key: Uint8Array } | undefined; ; ) {
    route = await sql.get(
      'SELECT org, route_key FROM queue_route WHERE (org, route_key) > (?, ?) ORDER BY org, route_key LIMIT 1',
      route?.org ?? '',
      route?.route_key ?? new Uint8Array(),
    )
    if (!route) return sum
    const counted = await sql.get<{ recipients: number; due: number | null }>(
      `SELECT COUNT(*) AS recipients, SUM(CASE WHEN ready_at <= ? THEN 1 ELSE 0 END) AS due
       FROM queue_recipient WHERE org = ? AND route_key = ?`,
      now,
      route.org,
      route.route_key,
    )
    sum.recipients += counted!.recipients
    sum.due += counted!.due ?? 0
    await new Promise(setImmediate)
  }
}
