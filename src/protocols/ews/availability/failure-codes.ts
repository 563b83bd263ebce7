import type { FreeBusyFailure, FreeBusyFailureReason } from '#src/domain/availability/free-busy-source.ts'
import type { ResponseCode } from '#src/wire/ews/message.ts'

/** A new reason does not compile until EWS has a word for it (exchange-interop.md 2.2). */
const codeOf = {
  'unknown-address': 'ErrorMailRecipientNotFound',
  'not-allowed': 'ErrorNoFreeBusyAccess',
  'no-source': 'ErrorAvailabilityConfigNotFound',
  loop: 'ErrorProxyRequestNotAllowed',
  'too-many-members': 'ErrorFreeBusyDLLimitReached',
  timeout: 'ErrorTimeoutExpired',
  unreachable: 'ErrorProxyRequestProcessingFailed',
  busy: 'ErrorServerBusy',
  credentials: 'ErrorInvalidCrossForestCredentials',
  'peer-failed': 'ErrorProxyRequestProcessingFailed',
  unavailable: 'ErrorFreeBusyGenerationFailed',
} as const satisfies Record<FreeBusyFailureReason, ResponseCode>

/** What another system says about a mailbox and is true of it here too. */
const passedOn: ReadonlySet<ResponseCode> = new Set([
  'ErrorFreeBusyGenerationFailed',
  'ErrorResponseSchemaValidation',
  'ErrorMailboxLogonFailed',
  'ErrorMailboxMoveInProgress',
  'ErrorAutoDiscoverFailed',
])

export function failureCode({ reason, code }: FreeBusyFailure): ResponseCode {
  if (reason !== 'peer-failed' || code === undefined || code.startsWith('HTTP ')) return codeOf[reason]
  // Words that EWS does not have come from functions (CAP-04).
  return passedOn.has(code as ResponseCode) ? (code as ResponseCode) : 'ErrorFreeBusyGenerationFailed'
}
