import { randomUUID } from 'node:crypto'
import type { EntryId, OrganizationId } from '#src/base/ids.ts'
import type { IndexedMessage } from '../mailbox/message-parts.ts'
import type { MailboxRef, StagedBody } from '../mailbox/store.ts'
import { Refusal } from '../refusal.ts'
import type { Store, Writer } from '../store.ts'
import type { Arrival } from './arrival.ts'
import { appendLocal, stageLocal } from './deliver-local.ts'
import { MailRefusal } from './intake.ts'
import type { MessageCopy } from './message-copy.ts'
import { delivered, type EventSubject, routed } from './message-events.ts'
import type { OutwardCopy } from './outward-copies.ts'
import type { QueuedMessage, QueuedRecipient, TransitId } from './queue.ts'
import { ensureTransportMailbox } from './queue-mailbox.ts'
import type { LocalTarget, OutwardTarget } from './recipients.ts'
import { type Sending, type SendingLimits, sendingDay } from './sending-limits.ts'
import type { TraceEvent } from './trace.ts'

/** A message and everything it becomes. */
export type Storable = {
  organization: OrganizationId
  local: { copy: MessageCopy; targets: readonly LocalTarget[]; arrival?: Arrival }
  outward: readonly OutwardCopy[]
  /** What the queue knows of the message, whichever copy it is. */
  queued: Omit<QueuedMessage, 'id' | 'item' | 'sender' | 'sizeBytes'>
  /** Counted against the limits of who sends. */
  counts: readonly (Sending & { entry: EntryId; limits: SendingLimits | null })[]
  subject: EventSubject
  /** What its deliveries are known by later; see `identityOf`. */
  identity: string | undefined
  /** Told beside deliveries and routes. */
  events: readonly TraceEvent[]
  /** The first queued copy has the name under which the message was taken. */
  keepsId: boolean
}

type QueuedCopy = OutwardCopy & {
  id: TransitId
  at: MailboxRef
  staged: StagedBody
  item: IndexedMessage['item']
}

/**
 * Makes a message durable as a whole, in one transaction: items in mailboxes, copies in the queue, counts, trace. Throws
 * `MailboxesFull` when mailboxes have no room; nothing is stored then. Refuses `limit-exceeded` (5.4.5) beyond the day's limits.
 */
export async function storeMessage(store: Store, message: Storable): Promise<void> {
  const { organization, local, outward, subject, counts } = message
  const kept = local.targets.filter(({ decision }) => decision.folder !== null)
  const copies = await stageLocal(store, organization, local.copy, kept)
  const queued = await stageOutward(store, message, outward)
  const scope = {
    organization,
    mailboxes: [...kept.map(({ mailbox }) => mailbox), ...(queued[0] ? [queued[0].at.mailbox] : [])],
  }
  const folder = queued[0] && (await ensureTransportMailbox(store, organization)).folder
  await store.transact(scope, async (writer) => {
    await count(writer, organization, counts, subject.at)
    const folders = await appendLocal(writer, copies, subject.at, local.arrival)
    for (const copy of queued) await enqueue(writer, message, copy, folder!)
    await writer.delivery.writeTrace([
      ...message.events,
      ...copies.map(({ target }) =>
        delivered(subject, target.address, folders.get(target)!, message.identity),
      ),
      ...queued.flatMap(({ targets, id }) => targets.map((target) => routed(subject, target, id))),
    ])
  })
}

async function stageOutward(
  store: Store,
  { organization, subject, keepsId }: Storable,
  copies: readonly OutwardCopy[],
): Promise<QueuedCopy[]> {
  if (copies.length === 0) return []
  const { at } = await ensureTransportMailbox(store, organization)
  const staged: QueuedCopy[] = []
  for (const each of copies) {
    const id = staged.length === 0 && keepsId && each.own === undefined ? subject.traceId : newTransitId()
    const body = await store.stageBody(at, each.copy.sizeBytes, each.copy.read())
    staged.push({ ...each, id, at, staged: body, item: await each.copy.item() })
  }
  return staged
}

/** 32 hex digits, drawn from what the system gave for many at once. */
export const newTransitId = (): TransitId => randomUUID().replaceAll('-', '') as TransitId

async function enqueue(
  { mailboxes, delivery }: Writer,
  { queued }: Storable,
  { id, at, item, staged, sender, copy, targets, own }: QueuedCopy,
  folder: Parameters<Writer['mailboxes']['appendItem']>[1]['folder'],
): Promise<void> {
  const stored = await mailboxes.appendItem(at, {
    ...item,
    folder,
    receivedAt: queued.queuedAt,
    body: staged,
    ignoreQuota: true,
  })
  const message = { ...queued, ...own, id, item: stored.no, sender, sizeBytes: copy.sizeBytes }
  await delivery.enqueue(message, targets.map(queuedRecipient))
}

function queuedRecipient(target: OutwardTarget, index: number): QueuedRecipient {
  const { address, writtenTo, notify, originalRecipient, route } = target
  return {
    no: index + 1,
    address,
    route,
    ...(writtenTo !== undefined && { writtenTo }),
    ...(notify && { notify }),
    ...(originalRecipient && { originalRecipient }),
  }
}

async function count(
  { delivery }: Writer,
  organization: OrganizationId,
  counts: Storable['counts'],
  now: number,
): Promise<void> {
  for (const each of counts) {
    try {
      await delivery.countSending(organization, { day: sendingDay(now), ...each })
    } catch (error) {
      if (!(error instanceof Refusal) || error.reason !== 'limit-exceeded') throw error
      throw new MailRefusal('limit-exceeded', '5.4.5', error.message)
    }
  }
}
