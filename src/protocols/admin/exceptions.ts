import type { RefusalReason } from '#src/domain/refusal.ts'

/** The exceptions of WorkMail's API model, and those that every AWS service has. */
export type ExceptionName =
  | 'DirectoryInUseException'
  | 'DirectoryUnavailableException'
  | 'EmailAddressInUseException'
  | 'EntityAlreadyRegisteredException'
  | 'EntityNotFoundException'
  | 'EntityStateException'
  | 'InvalidConfigurationException'
  | 'InvalidParameterException'
  | 'InvalidPasswordException'
  | 'LimitExceededException'
  | 'MailDomainInUseException'
  | 'MailDomainNotFoundException'
  | 'MailDomainStateException'
  | 'NameAvailabilityException'
  | 'OrganizationNotFoundException'
  | 'OrganizationStateException'
  | 'ReservedNameException'
  | 'ResourceNotFoundException'
  | 'TooManyTagsException'
  | 'UnsupportedOperationException'
  | 'AccessDeniedException'
  | 'IncompleteSignatureException'
  | 'InternalFailure'
  | 'InvalidSignatureException'
  | 'MissingAuthenticationTokenException'
  | 'SerializationException'
  | 'ServiceUnavailableException'
  | 'ThrottlingException'
  | 'UnknownOperationException'
  | 'UnrecognizedClientException'

/**
 * `InvalidParameterException` is for what is wrong by itself, whatever the service holds: a command that meets it was written wrongly.
 * A new reason does not compile until the administration API has words for it (API-02).
 */
export const exceptionOf = {
  'no-such-organization': 'OrganizationNotFoundException',
  'no-such-entry': 'EntityNotFoundException',
  'no-such-mailbox': 'EntityNotFoundException',
  'no-such-folder': 'ResourceNotFoundException',
  'no-such-item': 'ResourceNotFoundException',
  'no-such-domain': 'MailDomainNotFoundException',
  'no-such-key': 'ResourceNotFoundException',
  'no-such-token': 'ResourceNotFoundException',
  'name-taken': 'NameAvailabilityException',
  'address-in-use': 'EmailAddressInUseException',
  'folder-exists': 'NameAvailabilityException',
  'already-registered': 'EntityAlreadyRegisteredException',
  'domain-in-use': 'MailDomainInUseException',
  'reserved-name': 'ReservedNameException',
  'wrong-state': 'EntityStateException',
  'domain-not-verified': 'MailDomainStateException',
  'not-supported': 'UnsupportedOperationException',
  'folder-not-empty': 'EntityStateException',
  'folder-is-distinguished': 'UnsupportedOperationException',
  'group-cycle': 'EntityStateException',
  'not-allowed': 'AccessDeniedException',
  'bad-credentials': 'UnrecognizedClientException',
  'too-many-failures': 'ThrottlingException',
  'password-policy': 'InvalidPasswordException',
  'over-quota': 'LimitExceededException',
  'limit-exceeded': 'LimitExceededException',
  'too-large': 'InvalidParameterException',
  'invalid-parameter': 'InvalidParameterException',
  'invalid-configuration': 'InvalidConfigurationException',
  'cannot-calculate-changes': 'InvalidParameterException',
  'key-unavailable': 'OrganizationStateException',
  'try-later': 'ServiceUnavailableException',
  damaged: 'InternalFailure',
} satisfies Record<RefusalReason, ExceptionName>

/** Client faults are 400, whatever they are; those of our own are 5xx, which clients try again (API-02). */
export function statusOf(exception: ExceptionName): number {
  if (exception === 'InternalFailure') return 500
  return exception === 'ServiceUnavailableException' ? 503 : 400
}

/** What the protocol itself says no to: signatures, framing, scope. Refusals of the domain come through `exceptionOf`. */
export class ApiException extends Error {
  override readonly name = 'ApiException'
  readonly type: ExceptionName

  constructor(type: ExceptionName, message: string) {
    super(message)
    this.type = type
  }
}
