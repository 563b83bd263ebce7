import type { MailStatus } from '../delivery/intake.ts'
import { type Entry, primaryAddress } from '../directory/entry.ts'
import type { RefusalReason } from '../refusal.ts'

/** A directory older than this may lack whom mail is for (exchange-interop 4.2). */
const STALE_AFTER_MS = 24 * 60 * 60 * 1_000

/** How an organisation shares its domains with Exchange (exchange-interop 4.9). */
export type SharedDomain = {
  /** Whose MX the world uses: before the cut-over Exchange's, and then Exchange knows who is unknown here. */
  mailExchanger: 'exchange' | 'landbridge'
  /** After the cut-over: addresses nobody here has still go to Exchange. */
  unknownToExchange: boolean
}

/** Where a message comes from: one of our users, the Exchange side, or anybody. */
export type Origin = 'submission' | 'exchange' | 'internet'

export type RoutedEntry = Pick<Entry, 'id' | 'kind' | 'state' | 'home' | 'mailbox' | 'target' | 'addresses'>

/** Everything the routing of one address depends on. */
export type RoutingFacts = {
  origin: Origin
  /** As it was written: the case of a local part means something to some. */
  address: string
  /** What its domain is for; undefined when it is nobody's here. */
  domain: 'mail' | 'routing' | undefined
  /** Whom the address belongs to, whatever its state; an encapsulated Exchange address (IMCEAEX) opened. */
  entry: RoutedEntry | undefined
  /** The subaddress's detail, when the entry was found by the part before the `+` (CLT-11). */
  detail: string | null
  /** Whether an Exchange side can be reached at all. */
  exchange: boolean
  /** Undefined when the organisation shares nothing. */
  shared: SharedDomain | undefined
  /** Age of the directory that is synchronised from elsewhere; null when none is. */
  directoryAgeMs: number | null
}

export type RouteRefusal = {
  to: 'refused'
  reason: RefusalReason
  status: MailStatus
  sentence: string
}

/** Where mail for one address goes (exchange-interop 4.2). Addresses are those of the envelope from then on. */
export type RouteDecision =
  /** Into a mailbox here. */
  | { to: 'mailbox'; entry: RoutedEntry; detail: string | null }
  /** A group managed here: to each of its members. */
  | { to: 'members'; entry: RoutedEntry }
  /** To the Exchange side, once, under this address; a group managed there is expanded there and nowhere else (4.4). */
  | { to: 'exchange'; address: string }
  /** An entry whose mail goes to another address: ask again with that one. */
  | { to: 'address'; address: string }
  /** To the mail exchangers of its domain. */
  | { to: 'internet'; address: string; domain: string }
  /** To whoever answers for the service: postmaster@ and abuse@ of our domains (RFC 5321 §4.5.1, RFC 2142). */
  | { to: 'postmaster' }
  | RouteRefusal

/** The routing decision table. Pure: the same facts give the same way. */
export function decideRoute(facts: RoutingFacts): RouteDecision {
  if (facts.domain === undefined && facts.entry === undefined) return decideForeign(facts)
  if (facts.entry !== undefined) return decideKnown(facts, facts.entry)
  return decideUnknown(facts)
}

function decideForeign({ origin, address }: RoutingFacts): RouteDecision {
  if (origin === 'submission') return { to: 'internet', address, domain: domainIn(address) }
  return refused('not-allowed', '5.7.1', `Relaying to ${address} is denied.`)
}

function decideKnown(facts: RoutingFacts, entry: RoutedEntry): RouteDecision {
  // What is at home in Exchange, Exchange decides about: a disabled account there may well have a mailbox.
  if (entry.home === 'exchange') return toExchange(facts, envelopeAddress(facts, entry))
  if (entry.state !== 'ENABLED')
    return refused('wrong-state', '5.2.1', `${facts.address} does not receive mail at the moment.`)
  if (entry.home === 'external' || entry.kind === 'contact') return toTarget(facts, entry)
  if (entry.kind === 'group') return { to: 'members', entry }
  if (entry.mailbox !== null) return { to: 'mailbox', entry, detail: facts.detail }
  return toTarget(facts, entry)
}

/** A contact, or somebody in the address book whose mailbox is elsewhere. */
function toTarget(facts: RoutingFacts, entry: RoutedEntry): RouteDecision {
  const target = entry.target ?? (entry.kind === 'contact' ? primaryAddress(entry) : null)
  return target === null ? noSuchRecipient(facts.address) : { to: 'address', address: target }
}

function decideUnknown(facts: RoutingFacts): RouteDecision {
  const { address, domain, origin, shared, directoryAgeMs } = facts
  const asksExchange = shared !== undefined && domain === 'mail' && origin !== 'exchange'
  // Before the cut-over Exchange is the authority for everything in the shared domain, its postmaster too.
  if (asksExchange && shared.mailExchanger === 'exchange') return toExchange(facts, address)
  if (isRoleAddress(address)) return { to: 'postmaster' }
  // Never relayed and never doubted: only we own the routing domain, and this alone breaks the ping-pong.
  if (domain === 'routing') return noSuchRecipient(address)
  if (asksExchange && shared.unknownToExchange) return toExchange(facts, address)
  if (directoryAgeMs !== null && directoryAgeMs > STALE_AFTER_MS) {
    return refused(
      'try-later',
      '4.1.1',
      `The directory has not been synchronised for more than 24 hours and does not know ${address}. Try again later.`,
    )
  }
  return noSuchRecipient(address)
}

function toExchange({ exchange }: RoutingFacts, address: string): RouteDecision {
  if (exchange) return { to: 'exchange', address }
  return refused(
    'invalid-configuration',
    '4.3.5',
    `${address} is on the Exchange side, and no route to it is configured here (setting exchange.host).`,
  )
}

/**
 * The address Exchange is given: the one that was written, but never a subaddress, which Exchange does not know, nor one of the
 * routing domain, which it would send back.
 */
function envelopeAddress({ address, domain, detail }: RoutingFacts, entry: RoutedEntry): string {
  const own = entry.addresses.some(
    (each) =>
      (each.kind === 'primary' || each.kind === 'alias') &&
      each.address.toLowerCase() === address.toLowerCase(),
  )
  if (own && domain === 'mail' && detail === null) return address
  return primaryAddress(entry) ?? entry.target ?? address
}

const isRoleAddress = (address: string): boolean => /^(postmaster|abuse)@/i.test(address)

const domainIn = (address: string): string => address.slice(address.lastIndexOf('@') + 1).toLowerCase()

const noSuchRecipient = (address: string): RouteRefusal =>
  refused('no-such-entry', '5.1.1', `There is nobody with the address ${address} here.`)

function refused(reason: RefusalReason, status: MailStatus, sentence: string): RouteRefusal {
  return { to: 'refused', reason, status, sentence }
}
