import type { OrganizationId } from '#src/base/ids.ts'
import { domainOf } from '../directory/address.ts'
import { Refusal } from '../refusal.ts'
import type { Store } from '../store.ts'
import type { RunningIntake } from './accept-message.ts'
import { type IntakeSender, type IntakeTransaction, MailRefusal } from './intake.ts'
import type { QueuedMessage, QueuedRecipient } from './queue.ts'
import type { Attempt, AttemptResult, MailTransport } from './transport.ts'

/** Recipients of one transaction of our own: a copy for each is written before it ends. */
const MOST_AT_ONCE = 100
const HERE = 'this service'

/**
 * Delivers what waits in the queue for mailboxes here: what found them full or was for too many at once, what wants a report
 * of success, and mail between organisations of this service. It goes through the intake like any other.
 */
export function localTransport(deps: {
  store: Pick<Store, 'directory'>
  intake: RunningIntake
}): MailTransport {
  return {
    async deliver(attempt, signal) {
      const results = new Map<number, AttemptResult>()
      for (const group of await groupsOf(deps.store, attempt)) {
        for (let at = 0; at < group.length; at += MOST_AT_ONCE) {
          const part = group.slice(at, at + MOST_AT_ONCE)
          const some = signal.aborted ? part.map(stopped) : await deliverTo(deps.intake, attempt, part)
          for (const each of some) results.set(each.no, each)
        }
      }
      return attempt.recipients.map(({ no }) => results.get(no)!)
    },
    close: async () => {},
  }
}

const stopped = ({ no }: QueuedRecipient): AttemptResult => ({ no, outcome: 'stopped' })

/** By organisation, as one transaction is for one. */
async function groupsOf(
  { directory }: Pick<Store, 'directory'>,
  { recipients }: Attempt,
): Promise<QueuedRecipient[][]> {
  const owners = new Map<string, OrganizationId | undefined>()
  const groups = new Map<OrganizationId | undefined, QueuedRecipient[]>()
  for (const recipient of recipients) {
    const domain = domainOf(recipient.address)
    if (!owners.has(domain)) owners.set(domain, (await directory.findDomainOwner(domain))?.organization)
    const owner = owners.get(domain)
    const group = groups.get(owner)
    if (group) group.push(recipient)
    else groups.set(owner, [recipient])
  }
  return [...groups.values()]
}

async function deliverTo(
  intake: RunningIntake,
  attempt: Attempt,
  recipients: readonly QueuedRecipient[],
): Promise<AttemptResult[]> {
  const { message } = attempt
  const transaction = intake.again(senderOf(message), { id: message.id, organization: message.organization })
  const results: AttemptResult[] = []
  const accepted: QueuedRecipient[] = []
  try {
    for (const recipient of recipients) {
      const refused = await refusalOf(transaction.recipient({ address: recipient.address }))
      if (refused === undefined) accepted.push(recipient)
      else results.push(resultOf(recipient, refused))
    }
    if (accepted.length === 0) return results
    const refused = await refusalOf(handOver(transaction, attempt))
    if (refused !== undefined && accepted.length > 1) {
      // One of them is to blame, so each is tried by itself.
      for (const each of accepted) results.push(...(await deliverTo(intake, attempt, [each])))
      return results
    }
    return [...results, ...accepted.map((each) => resultOf(each, refused))]
  } finally {
    await transaction.abort()
  }
}

async function handOver(transaction: IntakeTransaction, attempt: Attempt): Promise<void> {
  for await (const chunk of attempt.content()) await transaction.write(Uint8Array.from(chunk))
  await transaction.finish()
}

/** What the domain said no with; what is our own fault rejects. */
async function refusalOf(work: Promise<unknown>): Promise<Refusal | undefined> {
  try {
    await work
    return undefined
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
}

const passing = new Set(['key-unavailable', 'try-later', 'damaged', 'invalid-configuration'])

function resultOf({ no }: QueuedRecipient, refused: Refusal | undefined): AttemptResult {
  if (refused === undefined)
    return { no, outcome: 'delivered', remote: HERE, reply: 'delivered', reports: 'final' }
  const permanent =
    refused instanceof MailRefusal ? refused.status.startsWith('5') : !passing.has(refused.reason)
  const status = refused instanceof MailRefusal ? refused.status : permanent ? '5.2.0' : '4.3.0'
  return {
    no,
    outcome: 'refused',
    permanent,
    cause: 'refused',
    status,
    problem: refused.message,
    remote: HERE,
  }
}

/** No report is asked for: the queue writes it. */
const senderOf = (message: QueuedMessage): IntakeSender => ({
  address: message.sender,
  sizeBytes: message.sizeBytes,
  eightBit: message.eightBit,
  utf8: message.utf8,
  requireTls: message.requireTls,
})
