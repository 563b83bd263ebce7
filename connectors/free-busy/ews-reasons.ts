import type { FreeBusyFailure, FreeBusyFailureReason } from '#src/domain/availability/free-busy-source.ts'

/** Response codes of a single mailbox (exchange-interop.md 2.2); any other: the server could not tell. */
const reasons: ReadonlyMap<string, FreeBusyFailureReason> = new Map([
  ['ErrorMailRecipientNotFound', 'unknown-address'],
  ['ErrorNonExistentMailbox', 'unknown-address'],
  ['ErrorInvalidSmtpAddress', 'unknown-address'],
  ['ErrorNoFreeBusyAccess', 'not-allowed'],
  ['ErrorAccessDenied', 'not-allowed'],
  ['ErrorTimeoutExpired', 'timeout'],
  ['ErrorServerBusy', 'busy'],
  ['ErrorMailboxStoreUnavailable', 'busy'],
  ['ErrorProxyRequestNotAllowed', 'loop'],
  ['ErrorFreeBusyDLLimitReached', 'too-many-members'],
  ['ErrorIndividualMailboxLimitReached', 'too-many-members'],
  ['ErrorAvailabilityConfigNotFound', 'no-source'],
  ['ErrorAddressSpaceNotFound', 'no-source'],
] as const)

export function failureOfCode(
  server: string,
  code: string | undefined,
  text: string | undefined,
): FreeBusyFailure {
  const reason = reasons.get(code ?? '')
  const words = text === undefined || text === '' ? '' : `: ${text}`
  return {
    reason: reason ?? 'peer-failed',
    message: `${server} answered ${code ?? 'an error without a code'}${words}`,
    ...(code !== undefined && { code }),
  }
}
