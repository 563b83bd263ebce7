import type { DeliveryWriter } from '#src/domain/delivery/store.ts'
import type { TraceEvent } from '#src/domain/delivery/trace.ts'
import type { Bodies } from '../bodies/bodies.ts'
import type { Session } from '../session.ts'
import { gatewayWrites } from './gateways.ts'
import { queueWrites } from './queue-writes.ts'
import { deliveryReader } from './reader.ts'
import { sendingWrites } from './sending.ts'
import { type TraceNumbers, traceWrites } from './trace.ts'

/** Who hears what one transaction did to mail, while it is not durable yet. */
type DeliveryEar = {
  /** Something came in or was made due. */
  queued(): void
  traced(events: readonly TraceEvent[]): void
}

/** Writes within one transaction, and reads what it wrote. */
export function deliveryWriter(
  session: Session,
  bodies: Bodies,
  numbers: TraceNumbers,
  ear: DeliveryEar,
): DeliveryWriter {
  return {
    ...deliveryReader(session),
    ...queueWrites(session, bodies, () => ear.queued()),
    ...traceWrites(session, numbers, (events) => ear.traced(events)),
    ...sendingWrites(session),
    ...gatewayWrites(session),
  }
}
