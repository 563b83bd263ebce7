import type { HttpsFailure, HttpsFailureKind } from '#src/clients/https/https-failure.ts'
import { ConnectTimeout } from '#src/clients/https/secure-sockets.ts'
import { type FreeBusyFailureReason, FreeBusyTrouble } from '#src/domain/availability/free-busy-source.ts'

const reasonOf = {
  unreachable: 'unreachable',
  tls: 'unreachable',
  lost: 'unreachable',
  credentials: 'credentials',
  forbidden: 'peer-failed',
  busy: 'busy',
  fault: 'peer-failed',
  protocol: 'peer-failed',
  timeout: 'timeout',
  // It is called off when its time is over.
  aborted: 'timeout',
} satisfies Record<HttpsFailureKind, FreeBusyFailureReason>

/** There and late, as one that takes the request and does not answer it (exchange-interop 2.4). */
const isLate = ({ cause }: HttpsFailure): boolean => cause instanceof ConnectTimeout && cause.accepted

/** What a failure of the connection means for everybody who was asked about. */
export function troubleOf(failure: HttpsFailure): FreeBusyTrouble {
  const { kind, message, code, status, backOffMs } = failure
  const word = code ?? (status === undefined ? undefined : `HTTP ${status}`)
  return new FreeBusyTrouble(
    {
      reason: isLate(failure) ? 'timeout' : reasonOf[kind],
      message,
      ...(word !== undefined && { code: word }),
    },
    { cause: failure, ...(backOffMs !== undefined && { backOffMs }) },
  )
}
