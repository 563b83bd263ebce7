import type { AddressBooks } from '#src/domain/address-book/address-book.ts'
import type { AvailabilityQuery } from '#src/domain/availability/answer-availability.ts'
import type { FreeBusyAnswer } from '#src/domain/availability/free-busy-source.ts'
import type { RunningIntake } from '#src/domain/delivery/accept-message.ts'
import type { Spool } from '#src/domain/delivery/spool.ts'
import type { Authenticator } from '#src/domain/directory/login/authenticator.ts'
import type { Digests } from '#src/domain/mailbox/search/digests.ts'
import type { Store } from '#src/domain/store.ts'
import type { Log } from '#src/platform/log/open-log.ts'
import type { FoundLists } from './found-lists.ts'
import type { EwsLimits } from './limits.ts'
import type { Pushes } from './notifications/pushes.ts'
import type { Subscriptions } from './notifications/subscriptions.ts'

/** What operations work with. */
export type EwsServices = {
  store: Store
  authenticator: Authenticator
  intake: Pick<RunningIntake, 'begin' | 'automatic'>
  /** Where attachments of a request lie while it is answered. */
  spool: Spool
  addressBooks: Pick<AddressBooks, 'search'>
  /** When people are free, wherever their mailboxes are. */
  availability: (query: AvailabilityQuery) => Promise<FreeBusyAnswer[]>
  /** What searches remember, one for the process. */
  digests: Digests
  subscriptions: Subscriptions
  pushes: Pushes
  foundLists: FoundLists
  hostName: string
  limits: EwsLimits
  now: () => number
  log: Log
}
