import type { DeliveryReader } from '#src/domain/delivery/store.ts'
import type { Session } from '../session.ts'
import { gatewayReads } from './gateways.ts'
import { queueReads } from './queue-reads.ts'
import { sendingReads } from './sending.ts'
import { traceReads } from './trace.ts'

/** Queue, trace, counts and gateways as this session sees them. Every call on an organisation opens its key first. */
export function deliveryReader(session: Session): DeliveryReader {
  return {
    ...queueReads(session),
    ...traceReads(session),
    ...sendingReads(session),
    ...gatewayReads(session),
  }
}
