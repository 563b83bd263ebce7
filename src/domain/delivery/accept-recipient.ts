import type { OrganizationId } from '#src/base/ids.ts'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { formatAddrSpec } from '#src/formats/address/addr-spec.ts'
import { originalSender } from '#src/formats/trace-headers/srs.ts'
import { domainOf } from '../directory/address.ts'
import { Refusal } from '../refusal.ts'
import type { Origin, RoutedEntry } from '../routing/decide-route.ts'
import { type FinalRoute, findRoute, type RoutedOrganization, refusalOf } from '../routing/find-route.ts'
import { requireMember } from './group-reach.ts'
import { type IntakeRecipient, type IntakeSender, MailRefusal } from './intake.ts'
import { type IntakeDeps, routingOf } from './intake-deps.ts'
import { findPostmaster } from './postmaster.ts'
import type { AcceptedRecipient } from './recipients.ts'
import type { Restriction } from './sender-restrictions.ts'

/** The mailbox of a recipient has no room: it bounces (LIM-18). */
export class RecipientFull extends MailRefusal {
  constructor(address: string) {
    super('over-quota', '5.2.2', `The mailbox of ${address} is full.`)
  }
}

/**
 * Accepts a recipient, or refuses it as SMTP answers RCPT: unknown, relaying denied, disabled, full, a group without anybody. A full mailbox is refused
 * for good (552 5.2.2), because LIM-18 wants such mail bounced: the sender learns it now and not in days.
 */
export async function acceptRecipient(
  deps: IntakeDeps,
  organization: RoutedOrganization,
  origin: Origin,
  sender: IntakeSender,
  given: IntakeRecipient,
  restriction: Restriction,
): Promise<AcceptedRecipient> {
  const way =
    (await wayOfReport(deps, organization.id, sender, given.address)) ??
    (await findRoute(routingOf(deps), organization, origin, given.address))
  if (way.to === 'refused') throw refusalOf(way)
  if (way.to === 'postmaster')
    return { given, way: await postmasterWay(deps, organization.id, given.address) }
  if (way.to === 'mailbox')
    await requireRoom(deps, organization.id, way.entry, given.address, sender.sizeBytes ?? 0)
  requireFitsExchange(deps, { given, way }, sender.sizeBytes ?? 0)
  if (way.to === 'members')
    await requireMember(routingOf(deps), organization, way.entry, given.address, restriction)
  return { given, way }
}

/** Who takes less than we do is asked before we accept: what comes back later is a report to a sender who may be forged (exchange-interop 4.5). */
export function requireFitsExchange(
  { largestToExchange = Number.POSITIVE_INFINITY }: Pick<IntakeDeps, 'largestToExchange'>,
  { given: { address }, way }: AcceptedRecipient,
  sizeBytes: number,
): void {
  if (way.to !== 'exchange' || sizeBytes <= largestToExchange) return
  throw new MailRefusal(
    'too-large',
    '5.3.4',
    `The message has ${sizeBytes} octets, and ${address} takes at most ${largestToExchange}.`,
  )
}

/** A report about mail that we passed on under a rewritten sender goes back to who sent that. */
async function wayOfReport(
  { keys, now, store }: IntakeDeps,
  organization: OrganizationId,
  sender: IntakeSender,
  address: string,
): Promise<FinalRoute | undefined> {
  const domain = domainOf(address)
  const local = address.slice(0, address.lastIndexOf('@'))
  if (!/^SRS[01][=+-]/i.test(local)) return undefined
  const owner = await store.directory.findDomainOwner(domain)
  if (!owner?.verified || owner.organization !== organization) return undefined
  try {
    const original = originalSender(local, { secrets: keys.srsSecrets, domain }, now())
    if (original === undefined) return undefined
    if (sender.address !== '') throw notOurs(address, 'takes delivery reports only')
    return { to: 'internet', address: formatAddrSpec(original), domain: original.host.toLowerCase() }
  } catch (error) {
    if (error instanceof SyntaxFault) throw notOurs(address, 'was not made here, or too long ago')
    throw error
  }
}

async function postmasterWay(
  { store, postmaster }: IntakeDeps,
  organization: OrganizationId,
  address: string,
): Promise<AcceptedRecipient['way']> {
  const entry = await findPostmaster(store.directory, organization, postmaster)
  if (entry) return { to: 'mailbox', entry, detail: null }
  throw new MailRefusal('no-such-entry', '4.2.1', `Nobody answers for ${address} yet. Try again later.`)
}

/** Refuses a mailbox whose key is out of reach as well: `key-unavailable`, for now. */
async function requireRoom(
  { store }: IntakeDeps,
  organization: OrganizationId,
  entry: RoutedEntry,
  address: string,
  sizeBytes: number,
): Promise<void> {
  if (entry.mailbox === null) throw new Refusal('no-such-mailbox', `${address} has no mailbox.`)
  const mailbox = await store.mailboxes.getMailbox({ organization, mailbox: entry.mailbox })
  const isFull = mailbox.sizeBytes >= mailbox.quotaBytes || mailbox.sizeBytes + sizeBytes > mailbox.quotaBytes
  if (isFull) throw new RecipientFull(address)
}

const notOurs = (address: string, why: string) =>
  new MailRefusal('no-such-entry', '5.1.1', `The address ${address} ${why}.`)
