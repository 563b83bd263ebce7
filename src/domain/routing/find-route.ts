import type { OrganizationId } from '#src/base/ids.ts'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { parseAddrSpec } from '#src/formats/address/addr-spec.ts'
import { MailRefusal } from '../delivery/intake.ts'
import { domainOf, splitDetail } from '../directory/address.ts'
import type { Entry } from '../directory/entry.ts'
import type { DirectoryReader } from '../directory/store.ts'
import {
  decideRoute,
  type Origin,
  type RouteDecision,
  type RouteRefusal,
  type RoutingFacts,
  type SharedDomain,
} from './decide-route.ts'

/** An address of another system inside a local part, as Exchange writes it (`IMCEAEX-…`, exchange-interop 1.2). */
export type OpenEncapsulated = (local: string) => { type: string; address: string } | undefined

export type RoutingDeps = {
  directory: DirectoryReader
  openEncapsulated: OpenEncapsulated
  /** Whether there is a route to an Exchange side. */
  exchange: boolean
  /** Epoch milliseconds at which the organisation's directory was last synchronised as a whole; null when it is kept here alone. */
  synchronizedAt: (organization: OrganizationId) => Promise<number | null>
  now: () => number
}

export type RoutedOrganization = { id: OrganizationId; shared: SharedDomain | undefined }

/** A way that has an end. */
export type FinalRoute = Exclude<RouteDecision, { to: 'address' }>

/** Contacts that name each other end here; an honest chain has two. */
const MOST_STEPS = 10
const LONGEST_ADDRESS = 1_000

/** The way of mail for one address, contacts followed. Refused ways are part of the answer; rejects when the directory cannot be read. */
export async function findRoute(
  deps: RoutingDeps,
  organization: RoutedOrganization,
  origin: Origin,
  address: string,
): Promise<FinalRoute> {
  let way = decideRoute(await factsOf(deps, organization, origin, address))
  for (let steps = 0; way.to === 'address'; steps++) {
    if (steps === MOST_STEPS) return circular(address)
    // An entry of the directory vouches for its target, so that may lie anywhere.
    way = decideRoute(await factsOf(deps, organization, 'submission', way.address))
  }
  return way
}

/** Whom mail for an address of one of our domains is for, whatever becomes of it; undefined for an address of others, or nobody's. */
export async function findRecipient(
  deps: RoutingDeps,
  organization: OrganizationId,
  address: string,
): Promise<Entry | undefined> {
  requireAddress(address)
  const owner = await deps.directory.findDomainOwner(domainOf(address))
  if (owner?.verified !== true || owner.organization !== organization) return undefined
  return (await findEntry(deps, organization, address)).entry
}

/** The same for an entry that was found without an address: a member of a group. */
export async function findRouteOfEntry(
  deps: RoutingDeps,
  organization: RoutedOrganization,
  entry: Entry,
): Promise<FinalRoute> {
  const address = entry.addresses.find(({ kind }) => kind === 'primary')?.address ?? entry.target
  if (address === null || address === undefined) {
    return {
      to: 'refused',
      reason: 'no-such-entry',
      status: '5.1.1',
      sentence: `${entry.name} has no address.`,
    }
  }
  const facts = await commonFacts(deps, organization, 'submission', address)
  const way = decideRoute({ ...facts, entry, detail: null })
  return way.to === 'address' ? findRoute(deps, organization, 'submission', way.address) : way
}

/** A refused way as the refusal that SMTP answers with. */
export function refusalOf({ reason, status, sentence }: RouteRefusal): MailRefusal {
  return new MailRefusal(reason, status, sentence)
}

async function factsOf(
  deps: RoutingDeps,
  organization: RoutedOrganization,
  origin: Origin,
  address: string,
): Promise<RoutingFacts> {
  const facts = await commonFacts(deps, organization, origin, address)
  if (facts.domain === undefined) return facts
  const { entry, detail } = await findEntry(deps, organization.id, address)
  return { ...facts, entry, detail }
}

async function commonFacts(
  deps: RoutingDeps,
  organization: RoutedOrganization,
  origin: Origin,
  address: string,
): Promise<RoutingFacts> {
  requireAddress(address)
  const owner = await deps.directory.findDomainOwner(domainOf(address))
  const here = owner?.verified === true && owner.organization === organization.id
  const synchronizedAt = await deps.synchronizedAt(organization.id)
  return {
    origin,
    address,
    domain: here ? owner.use : undefined,
    entry: undefined,
    detail: null,
    exchange: deps.exchange,
    shared: organization.shared,
    directoryAgeMs: synchronizedAt === null ? null : deps.now() - synchronizedAt,
  }
}

/** Whose the address is: the whole address wins over the part before the first `+` (CLT-11), then what it encapsulates. */
async function findEntry(
  { directory, openEncapsulated }: RoutingDeps,
  organization: OrganizationId,
  address: string,
): Promise<{ entry: Entry | undefined; detail: string | null }> {
  const exact = await directory.findEntry(organization, { address })
  if (exact) return { entry: exact, detail: null }
  const inside = opened(openEncapsulated, address.slice(0, address.lastIndexOf('@')))
  if (inside !== undefined) {
    const entry = await findEncapsulated(directory, organization, inside)
    return { entry, detail: null }
  }
  const split = splitDetail(address)
  const entry = split && (await directory.findEntry(organization, { address: split.base }))
  return { entry, detail: entry ? split!.detail : null }
}

function findEncapsulated(
  directory: DirectoryReader,
  organization: OrganizationId,
  { type, address }: { type: string; address: string },
): Promise<Entry | undefined> {
  if (type === 'EX') return directory.findEntry(organization, { x500: address })
  return type === 'SMTP' ? directory.findEntry(organization, { address }) : Promise.resolve(undefined)
}

/** A local part whose escapes are broken is nobody's. */
function opened(open: OpenEncapsulated, local: string): { type: string; address: string } | undefined {
  try {
    return open(local)
  } catch (error) {
    if (error instanceof SyntaxFault) return undefined
    throw error
  }
}

/** Encapsulated and rewritten addresses have local parts beyond the 64 octets of others. */
function requireAddress(address: string): void {
  const text = /^(?:IMCEA[a-z0-9]+-|SRS[01][=+-])[^\s@"]+@([^@]+)$/i.exec(address)
  try {
    parseAddrSpec(text && address.length <= LONGEST_ADDRESS ? `x@${text[1]}` : address)
  } catch (error) {
    if (!(error instanceof SyntaxFault)) throw error
    throw new MailRefusal('invalid-parameter', '5.1.3', `"${address.slice(0, 100)}" is no e-mail address.`)
  }
}

const circular = (address: string): FinalRoute => ({
  to: 'refused',
  reason: 'group-cycle',
  status: '5.4.6',
  sentence: `The forwarding of ${address} goes in a circle.`,
})
