import { departingSender } from '../directory/mail-from.ts'
import { Refusal } from '../refusal.ts'
import type { Store } from '../store.ts'
import { leavesUs } from './queue.ts'
import { transportMailboxOf } from './queue-mailbox.ts'
import type { Lease } from './store.ts'
import type { AttemptResult, MailTransport } from './transport.ts'

/** Hands what a lease holds to its transport. Rejects when our own store cannot be read. */
export async function attemptDelivery(
  { store, transport }: { store: Store; transport: MailTransport },
  { message, route, recipients }: Lease,
  signal: AbortSignal,
): Promise<readonly AttemptResult[]> {
  const at = transportMailboxOf(message.organization)
  const [item] = await store.mailboxes.getItems(at, [message.item])
  const body = item?.body
  if (body == null) return recipients.map(({ no }) => missing(no))
  const content = () => store.mailboxes.readBody(at, body)
  if (!leavesUs(route)) return transport.deliver({ message, route, recipients, content }, signal)
  try {
    const sender = await departingSender(store.directory, message.organization, message.sender)
    return await transport.deliver({ message: { ...message, sender }, route, recipients, content }, signal)
  } catch (error) {
    if (!(error instanceof Refusal) || error.reason !== 'domain-not-verified') throw error
    return recipients.map(({ no }) => unsendable(no, error.message))
  }
}

const unsendable = (no: number, problem: string): AttemptResult => ({
  no,
  outcome: 'refused',
  permanent: true,
  cause: 'refused',
  status: '5.3.5',
  problem,
})

const missing = (no: number): AttemptResult => ({
  no,
  outcome: 'refused',
  permanent: true,
  cause: 'refused',
  status: '5.3.0',
  problem: 'The message is not in the store of this service any more; its administrator can restore it.',
})

/** An attempt that failed for a reason of our own. */
export const failedHere = (no: number): AttemptResult => ({
  no,
  outcome: 'refused',
  permanent: false,
  cause: 'unreachable',
  status: '4.3.0',
  problem: 'This service could not send the message for a reason of its own.',
})

/** What was cut off because it took too long has been tried. */
export function countedAsSlow(result: AttemptResult): AttemptResult {
  if (result.outcome !== 'stopped') return result
  return {
    no: result.no,
    outcome: 'refused',
    permanent: false,
    cause: 'unreachable',
    status: '4.4.2',
    problem: 'The delivery took too long.',
  }
}
