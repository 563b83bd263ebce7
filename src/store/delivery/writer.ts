import type { DeliveryWriter } from '#src/domain/delivery/store.ts'
import type { Bodies } from '../bodies/bodies.ts'
import type { Session } from '../session.ts'
import { gatewayWrites } from './gateways.ts'
import { queueWrites } from './queue-writes.ts'
import { deliveryReader } from './reader.ts'
import { sendingWrites } from './sending.ts'
import { type TraceNumbers, traceWrites } from './trace.ts'

/** Writes within one transaction, and reads what it wrote. `queued` is told when something came in or was made due. */
export function deliveryWriter(
  session: Session,
  bodies: Bodies,
  numbers: TraceNumbers,
  queued: () => void,
): DeliveryWriter {
  return {
    ...deliveryReader(session),
    ...queueWrites(session, bodies, queued),
    ...traceWrites(session, numbers),
    ...sendingWrites(session),
    ...gatewayWrites(session),
  }
}
