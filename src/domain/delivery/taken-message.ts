import type { Organization } from '../organization/store.ts'
import type { RoutedOrganization } from '../routing/find-route.ts'
import type { IncomingMessage } from './incoming-message.ts'
import type { IntakeConnection, IntakeSender } from './intake.ts'
import type { TransitId } from './queue.ts'
import type { AcceptedRecipient } from './recipients.ts'
import type { Restriction } from './sender-restrictions.ts'

/** A message with everything that is known about it when its last octet has come. */
export type TakenMessage = {
  id: TransitId
  connection: IntakeConnection
  sender: IntakeSender
  organization: Organization
  routed: RoutedOrganization
  accepted: readonly AcceptedRecipient[]
  message: IncomingMessage
  /** From the Exchange side. */
  fromExchange: boolean
  /** From our own queue: `again` when this organisation has had it already. */
  inside: 'no' | 'new' | 'again'
  /** Members of groups whom its sender may not send to. */
  restriction: Restriction
}
