import type { OrganizationId } from '#src/base/ids.ts'
import { transportMailbox } from '#src/domain/delivery/store.ts'
import type { DataKey } from '../data-key.ts'
import { type CheckRun, PAGE, paged } from '../maintenance/check-run.ts'
import { fromBackup, tellUs, tryOpen } from '../maintenance/findings.ts'
import {
  MESSAGE_COLUMNS,
  type MessageRow,
  openMessage,
  openRecipient,
  RECIPIENT_COLUMNS,
  type RecipientRow,
} from './queue-row.ts'

const cancelIt = 'Cancel the message: "landbridge queue cancel".'

/**
 * Messages of the queue have their items and recipients, these have messages and routes, and everything opens. Without `key`
 * what is sealed is left alone.
 */
export async function checkQueue(
  run: CheckRun,
  org: OrganizationId,
  key: DataKey | undefined,
): Promise<void> {
  const where = `queue of organisation ${org}`
  await checkMessages(run, org, key, where)
  await checkRecipients(run, org, key, where)
  await checkItems(run, org, where)
  await checkRoutes(run, org, where)
}

async function checkMessages(
  { sql, findings }: CheckRun,
  org: OrganizationId,
  key: DataKey | undefined,
  where: string,
): Promise<void> {
  type Found = MessageRow & { found: number | null; recipient: number | null }
  const columns = MESSAGE_COLUMNS.split(', ')
    .map((column) => `q.${column}`)
    .join(', ')
  const rows = paged<Found>((last) =>
    sql.all(
      `SELECT ${columns}, i.no AS found,
        (SELECT r.no FROM queue_recipient r WHERE r.org = q.org AND r.message = q.id LIMIT 1) AS recipient
       FROM queue_message q LEFT JOIN mailbox m ON m.organization = q.org AND m.id = ?
       LEFT JOIN item i ON i.mailbox = m.no AND i.no = q.item
       WHERE q.org = ? AND q.id > ? ORDER BY q.id LIMIT ${PAGE}`,
      transportMailbox,
      org,
      last?.id ?? '',
    ),
  )
  for await (const row of rows) {
    if (row.found === null) findings.add(where, `The octets of message ${row.id} are not there.`, fromBackup)
    if (row.recipient === null) findings.add(where, `Message ${row.id} has no recipients.`, tellUs)
    if (key) tryOpen(findings, where, () => openMessage(key, org, row))
  }
}

async function checkRecipients(
  { sql, findings }: CheckRun,
  org: OrganizationId,
  key: DataKey | undefined,
  where: string,
): Promise<void> {
  type Found = RecipientRow & {
    message: MessageRow['id']
    known: string | null
    routed: number | null
    ready_at: number
  }
  const columns = RECIPIENT_COLUMNS.split(', ')
    .map((column) => `r.${column}`)
    .join(', ')
  const select = `SELECT r.message, r.ready_at, ${columns}, q.id AS known, u.ready_at AS routed
    FROM queue_recipient r LEFT JOIN queue_message q ON q.org = r.org AND q.id = r.message
    LEFT JOIN queue_route u ON u.org = r.org AND u.route_key = r.route_key WHERE r.org = ?`
  const rows = paged<Found>((last) =>
    last
      ? sql.all(
          `${select} AND (r.message, r.route_key, r.no) > (?, ?, ?) ORDER BY r.message, r.route_key, r.no LIMIT ${PAGE}`,
          org,
          last.message,
          last.route_key,
          last.no,
        )
      : sql.all(`${select} ORDER BY r.message, r.route_key, r.no LIMIT ${PAGE}`, org),
  )
  for await (const row of rows) {
    const who = `Recipient ${row.no} of message ${row.message}`
    if (row.known === null) findings.add(where, `${who} has no message.`, tellUs)
    if (row.routed === null) findings.add(where, `${who} is on no route: it is never delivered.`, tellUs)
    if (row.ready_at !== (row.leased_until ?? row.next_attempt_at))
      findings.add(where, `${who} is not ready when its row says.`, tellUs)
    if (!key) continue
    if (!tryOpen(findings, where, () => openRecipient(key, org, row.message, row)))
      findings.add(where, `${who} is not delivered.`, cancelIt)
  }
}

async function checkItems({ sql, findings }: CheckRun, org: OrganizationId, where: string): Promise<void> {
  const rows = paged<{ no: number; known: string | null }>((last) =>
    sql.all(
      `SELECT i.no, q.id AS known FROM mailbox m JOIN item i ON i.mailbox = m.no
       LEFT JOIN queue_message q ON q.org = m.organization AND q.item = i.no
       WHERE m.organization = ? AND m.id = ? AND m.state = 'active' AND i.no > ? ORDER BY i.no LIMIT ${PAGE}`,
      org,
      transportMailbox,
      last?.no ?? -1,
    ),
  )
  for await (const { no, known } of rows) {
    if (known === null)
      findings.add(where, `Item ${no} of the transport mailbox belongs to no message.`, tellUs)
  }
}

async function checkRoutes({ sql, findings }: CheckRun, org: OrganizationId, where: string): Promise<void> {
  type Found = { route_key: Uint8Array; first: number | null }
  const select = `SELECT u.route_key, (SELECT MIN(r.ready_at) FROM queue_recipient r
    WHERE r.org = u.org AND r.route_key = u.route_key) AS first FROM queue_route u WHERE u.org = ?`
  const rows = paged<Found>((last) =>
    last
      ? sql.all(`${select} AND u.route_key > ? ORDER BY u.route_key LIMIT ${PAGE}`, org, last.route_key)
      : sql.all(`${select} ORDER BY u.route_key LIMIT ${PAGE}`, org),
  )
  for await (const { first } of rows) {
    if (first === null) findings.add(where, 'A route has no recipients.', tellUs)
  }
}
