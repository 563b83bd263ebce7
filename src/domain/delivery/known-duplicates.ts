import { createHash } from 'node:crypto'
import { formatDate } from '#src/formats/header/date.ts'
import type { Store } from '../store.ts'
import { duplicateDropped, type EventSubject } from './message-events.ts'
import type { LocalTarget, Targets } from './recipients.ts'
import type { TakenMessage } from './taken-message.ts'
import type { TraceEvent } from './trace.ts'

/** exchange-interop 4.4. */
const WITHIN_MS = 24 * 60 * 60 * 1_000

/**
 * What makes two messages one: Message-ID, sender of the envelope, Date, and the octets of the body, as one hash.
 * Undefined without a Message-ID. `bodyHash` is as for DKIM.
 */
export async function identityOf(
  { sender, message }: Pick<TakenMessage, 'sender' | 'message'>,
  { messageId, at }: Pick<EventSubject, 'messageId' | 'at'>,
  bodyHash: () => Promise<string>,
): Promise<string | undefined> {
  if (messageId === '') return undefined
  // As it is added to what goes on without one.
  const date = message.envelope.date ?? formatDate(at)
  const facts = [messageId, sender.address.toLowerCase(), date, await bodyHash()]
  return createHash('sha256').update(facts.join('\0')).digest('base64url')
}

/**
 * Leaves out mailboxes that got this very message in the last 24 hours, when Exchange brings it: it tells nobody what it expanded,
 * so whatever comes from there may have come through a group (exchange-interop 4.4). Each one left out is told in `events`.
 * A message that only has the Message-ID of another one arrives, and so does everything from elsewhere.
 *
 * Of a message out of our own queue, leaves out everybody whom an earlier attempt reached: a process that ended between the
 * delivery and its note in the queue tries again.
 */
export async function dropDuplicates(
  { delivery }: Pick<Store, 'delivery'>,
  subject: EventSubject,
  identity: string | undefined,
  targets: Targets,
  { fromExchange, inside }: Pick<TakenMessage, 'fromExchange' | 'inside'>,
): Promise<{ targets: Targets; events: TraceEvent[] }> {
  const { organization, messageId, at } = subject
  const firstOf = async ({ address }: LocalTarget) => {
    if (!fromExchange || identity === undefined) return undefined
    const query = { messageId, recipient: address, from: at - WITHIN_MS }
    const { rows } = await delivery.findTrace(organization, query, { limit: 100 })
    return rows.find((event) => isDelivered(event) && event.fields.identity === identity)
  }
  const reached = inside === 'no' ? nobody : await reachedBefore(delivery, subject)
  const local: LocalTarget[] = []
  const events: TraceEvent[] = []
  for (const target of targets.local) {
    if (reached.here.has(target.address)) continue
    const first = await firstOf(target)
    if (first === undefined) local.push(target)
    else events.push(duplicateDropped(subject, target.address, first.traceId))
  }
  const outward = targets.outward.filter(({ address }) => !reached.outside.has(address))
  return { targets: { ...targets, local, outward }, events }
}

type Reached = { here: ReadonlySet<string>; outside: ReadonlySet<string> }

const nobody: Reached = { here: new Set(), outside: new Set() }

/** Everybody to whom the message went under this name. */
async function reachedBefore(
  delivery: Pick<Store['delivery'], 'findTrace'>,
  { organization, traceId }: EventSubject,
): Promise<Reached> {
  const here = new Set<string>()
  const outside = new Set<string>()
  for (let after: string | null = null; ; ) {
    const { rows, next } = await delivery.findTrace(organization, { traceId }, { after, limit: 500 })
    for (const event of rows) {
      if (isDelivered(event)) here.add(String(event.fields.recipient))
      if (isSentOn(event)) outside.add(String(event.fields.recipient))
    }
    if (next === null) break
    after = next
  }
  return { here, outside }
}

const isDelivered = ({ name }: TraceEvent): boolean => name === 'MAILBOX_EMAIL_DELIVERED'

/** Its first way into the queue was the route to here. */
const isSentOn = ({ name, fields }: TraceEvent): boolean =>
  name === 'ROUTED' && (fields.route as { kind?: string } | undefined)?.kind !== 'local'
