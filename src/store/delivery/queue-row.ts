import { timingSafeEqual } from 'node:crypto'
import type { OrganizationId } from '#src/base/ids.ts'
import { Damaged } from '#src/domain/damaged.ts'
import type {
  QueuedMessage,
  QueuedRecipient,
  RecipientProgress,
  Route,
  TransitId,
} from '#src/domain/delivery/queue.ts'
import type { ItemNo } from '#src/domain/mailbox/item.ts'
import type { DataKey } from '../data-key.ts'

export type MessageRow = {
  id: TransitId
  item: ItemNo
  queued_at: number
  size_bytes: number
  sealed: Uint8Array
}
export const MESSAGE_COLUMNS = 'id, item, queued_at, size_bytes, sealed'

export type RecipientRow = {
  no: number
  route_key: Uint8Array
  next_attempt_at: number
  attempts: number
  uncertain_attempts: number
  leased_until: number | null
  delay_reported_at: number | null
  sealed: Uint8Array
  sealed_problem: Uint8Array | null
}
export const RECIPIENT_COLUMNS =
  'no, route_key, next_attempt_at, attempts, uncertain_attempts, leased_until, delay_reported_at, sealed, sealed_problem'

/** What is sealed of a message; the rest is in clear, and part of the place it is sealed for. */
type MessageRecord = Omit<QueuedMessage, 'id' | 'organization' | 'item' | 'sizeBytes' | 'queuedAt'>
type RecipientRecord = Omit<QueuedRecipient, 'no'>

const messagePlace = (
  org: OrganizationId,
  row: Pick<MessageRow, 'id' | 'item' | 'queued_at' | 'size_bytes'>,
): string => `queue:${org}:${row.id}:${row.item}:${row.queued_at}:${row.size_bytes}`
const recipientPlace = (org: OrganizationId, message: TransitId, no: number): string =>
  `queue-recipient:${org}:${message}:${no}`
const problemPlace = (org: OrganizationId, message: TransitId, no: number): string =>
  `queue-problem:${org}:${message}:${no}`

/** The blind key of a route: the same for the same destination of one organisation. */
export function routeKey(key: DataKey, route: Route): Uint8Array {
  const where =
    route.kind === 'internet'
      ? `internet ${route.domain.toLowerCase()}`
      : route.kind === 'gateway'
        ? `gateway ${route.name}`
        : route.kind
  return key.blind('queue-route', where)
}

export const destinationOf = (org: OrganizationId, route: Uint8Array): string =>
  `${org}/${Buffer.from(route).toString('hex')}`

export function sealMessage(key: DataKey, message: QueuedMessage): MessageRow {
  const { id, organization, item, sizeBytes, queuedAt, ...record } = message
  const row = { id, item, queued_at: queuedAt, size_bytes: sizeBytes }
  const sealed = key.sealJson(messagePlace(organization, row), record satisfies MessageRecord)
  return { ...row, sealed }
}

export function openMessage(key: DataKey, organization: OrganizationId, row: MessageRow): QueuedMessage {
  const record = key.openJson<MessageRecord>(messagePlace(organization, row), row.sealed)
  return {
    ...record,
    id: row.id,
    organization,
    item: row.item,
    sizeBytes: row.size_bytes,
    queuedAt: row.queued_at,
  }
}

export function sealRecipient(
  key: DataKey,
  org: OrganizationId,
  message: TransitId,
  { no, ...record }: QueuedRecipient,
): Uint8Array {
  return key.sealJson(recipientPlace(org, message, no), record satisfies RecipientRecord)
}

export const sealProblem = (
  key: DataKey,
  org: OrganizationId,
  message: TransitId,
  no: number,
  problem: string,
): Uint8Array => key.seal(problemPlace(org, message, no), problem)

/** Refuses `damaged` also when the row lies under another route than its sealed one: mail must not go elsewhere. */
export function openRecipient(
  key: DataKey,
  org: OrganizationId,
  message: TransitId,
  row: RecipientRow,
): QueuedRecipient & RecipientProgress {
  const place = recipientPlace(org, message, row.no)
  const record = key.openJson<RecipientRecord>(place, row.sealed)
  if (!timingSafeEqual(routeKey(key, record.route), row.route_key)) {
    throw new Damaged(
      `What is stored at ${place} lies under another route: it was changed outside the service.`,
      'Cancel the message.',
    )
  }
  return {
    ...record,
    no: row.no,
    attempts: row.attempts,
    nextAttemptAt: row.next_attempt_at,
    leasedUntil: row.leased_until,
    delayReportedAt: row.delay_reported_at,
    uncertainAttempts: row.uncertain_attempts,
    problem:
      row.sealed_problem && key.open(problemPlace(org, message, row.no), row.sealed_problem).toString('utf8'),
  }
}
