import type { OrganizationId } from '#src/base/ids.ts'
import { shellWord } from '#src/base/shell-word.ts'
import { Refusal } from '../refusal.ts'
import type { Store } from '../store.ts'
import type { QueuedRecipient, TransitId } from './queue.ts'
import { transportMailbox } from './store.ts'
import { outgoingEvent } from './trace-outgoing.ts'

/** Recipients made due in one transaction. */
const PAGE = 500

/** Makes what waits due now: of one message, or of the whole organisation. How many recipients. Refuses `no-such-item`. */
export async function retryQueued(
  store: Store,
  organization: OrganizationId,
  id: TransitId | null,
  now: number,
): Promise<number> {
  if (id !== null && (await store.delivery.findQueued(organization, id)) === undefined) throw notQueued(id)
  for (let made = 0; ; ) {
    const page = await store.transact({ organization }, ({ delivery }) =>
      delivery.retryQueued(organization, id, now, PAGE),
    )
    made += page
    if (page < PAGE) return made
  }
}

/**
 * Takes a message out of the queue for everybody it has not reached; nobody is told, the trace remembers. Recipients whose
 * delivery is under way stay. Which were taken. Refuses `no-such-item`.
 */
export async function cancelQueued(
  store: Store,
  organization: OrganizationId,
  id: TransitId,
  now: number,
): Promise<readonly QueuedRecipient[]> {
  const queued = await store.delivery.findQueued(organization, id)
  if (queued === undefined) throw notQueued(id)
  const known = new Map(queued.recipients.map((recipient) => [recipient.no, recipient]))
  return store.transact({ organization, mailboxes: [transportMailbox] }, async ({ delivery }) => {
    const taken = await delivery.cancelQueued(organization, id)
    await delivery.writeTrace(
      taken.flatMap(({ no }) => {
        const recipient = known.get(no)
        return recipient
          ? [outgoingEvent('OUTGOING_EMAIL_CANCELLED', queued.message, recipient, now, {})]
          : []
      }),
    )
    return taken
  })
}

/** What is said where a message should be in the queue. */
export function notQueued(id: TransitId): Refusal {
  return new Refusal(
    'no-such-item',
    `There is no message ${id} in the queue (any more). "landbridge trace --id ${shellWord(id)}" tells what became of it.`,
  )
}
