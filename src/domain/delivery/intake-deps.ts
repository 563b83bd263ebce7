import type { OutwardRouting } from '../gateway/outward-route.ts'
import type { Organization } from '../organization/store.ts'
import type { SharedDomain } from '../routing/decide-route.ts'
import type { OpenEncapsulated, RoutingDeps } from '../routing/find-route.ts'
import type { Store } from '../store.ts'
import type { ArrivalStep } from './arrival.ts'
import type { IntakeConnection } from './intake.ts'
import type { JudgeDeps } from './judge-message.ts'
import type { MailboxStep } from './mailbox-step.ts'
import type { TransitKeys } from './outward-copies.ts'
import type { SendingDeps } from './sender-rights.ts'
import type { SendingLimits } from './sending-limits.ts'
import type { Spool } from './spool.ts'

/** What taking messages in needs. */
export type IntakeDeps = {
  store: Store
  spool: Spool
  /** Our name, in Received and Authentication-Results. */
  hostName: string
  judges: Omit<JudgeDeps, 'random'>
  /** Whether a connection comes from the Exchange side, by its address or certificate (exchange-interop 4.6). */
  isExchange: (connection: IntakeConnection) => boolean
  /** Whether there is a route to an Exchange side. */
  exchange: boolean
  /** Octets of a message that Exchange takes at most, where they are known before it is brought there. */
  largestToExchange?: number
  /** How an organisation shares its domains; undefined when it does not. */
  sharedDomain: (organization: Organization) => SharedDomain | undefined
  openEncapsulated: OpenEncapsulated
  synchronizedAt: RoutingDeps['synchronizedAt']
  mailboxStep: MailboxStep
  /** What messages do in mailboxes beside lying there: meetings, answers of those who are away. */
  arrivals?: ArrivalStep
  keys: TransitKeys
  limits: SendingLimits
  /** Whether users may send as `ann+shop@`, too; not, if not said (CLT-10). */
  sendFromSubaddresses?: boolean
  /** Address that gets mail to postmaster@ and abuse@; empty for the organisation's own choice. */
  postmaster: string
  /** Told of what went wrong without the sender being concerned. */
  trouble: (sentence: string, error: unknown) => void
  /** Epoch milliseconds. */
  now: () => number
  /** At least 0, less than 1. */
  random: () => number
}

export const senderRightsOf = ({ store, sendFromSubaddresses = false }: IntakeDeps): SendingDeps => ({
  directory: store.directory,
  fromSubaddresses: sendFromSubaddresses,
})

/** What finding the way of an address needs, and of mail that leaves. */
export type TargetDeps = RoutingDeps & OutwardRouting & { postmaster: string }

export const routingOf = (deps: IntakeDeps): TargetDeps => ({
  directory: deps.store.directory,
  gateways: deps.store.delivery,
  openEncapsulated: deps.openEncapsulated,
  exchange: deps.exchange,
  synchronizedAt: deps.synchronizedAt,
  postmaster: deps.postmaster,
  now: deps.now,
})
