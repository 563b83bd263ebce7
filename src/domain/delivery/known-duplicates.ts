import type { Store } from '../store.ts'
import type { EventSubject } from './message-events.ts'
import type { LocalTarget, Targets } from './recipients.ts'
import type { TakenMessage } from './taken-message.ts'
import type { TraceEvent } from './trace.ts'

/** exchange-interop 4.4. */
const WITHIN_MS = 24 * 60 * 60 * 1_000

type Subject = Pick<EventSubject, 'organization' | 'traceId' | 'messageId' | 'at'>

/**
 * Leaves out mailboxes that got the message in the last 24 hours, where a group may have brought it a second time: through a
 * group here, or from Exchange, which tells nobody what it expanded (exchange-interop 4.4). What somebody sends twice by
 * hand arrives twice.
 *
 * Of a message out of our own queue, leaves out everybody whom an earlier attempt reached: a process that ended between the
 * delivery and its note in the queue tries again.
 */
export async function dropDuplicates(
  { delivery }: Pick<Store, 'delivery'>,
  subject: Subject,
  targets: Targets,
  { fromExchange, inside }: Pick<TakenMessage, 'fromExchange' | 'inside'>,
): Promise<Targets> {
  const { organization, messageId, at } = subject
  const cameByGroup = async ({ address, viaGroup }: LocalTarget) => {
    if ((!fromExchange && !viaGroup) || messageId === '') return false
    const query = { messageId, recipient: address, from: at - WITHIN_MS }
    return (await delivery.findTrace(organization, query, { limit: 100 })).rows.some(isDelivered)
  }
  const reached = inside === 'no' ? nobody : await reachedBefore(delivery, subject)
  const local: LocalTarget[] = []
  for (const target of targets.local) {
    if (!reached.here.has(target.address) && !(await cameByGroup(target))) local.push(target)
  }
  return {
    ...targets,
    local,
    outward: targets.outward.filter(({ address }) => !reached.outside.has(address)),
  }
}

type Reached = { here: ReadonlySet<string>; outside: ReadonlySet<string> }

const nobody: Reached = { here: new Set(), outside: new Set() }

/** Everybody to whom the message went under this name. */
async function reachedBefore(
  delivery: Pick<Store['delivery'], 'findTrace'>,
  { organization, traceId }: Subject,
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
