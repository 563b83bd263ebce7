import { backOffOf } from '#src/clients/ews/back-off.ts'
import { HttpsFailure } from '#src/clients/https/https-failure.ts'
import { type FailureKind, SourceFailure } from '#src/domain/migration/source-failure.ts'
import { namedValues } from '#src/wire/ews/fault.ts'
import type { ResponseMessageType } from '#src/wire/ews/schema-types.ts'

/** Response codes (ResponseCodeType) whose meaning is not "this one thing cannot be had". */
const kinds: ReadonlyMap<string, FailureKind> = new Map([
  ...each('throttled', [
    'ErrorServerBusy',
    'ErrorInsufficientResources',
    'ErrorSearchQueryHasTooManyKeywords',
  ]),
  // migration.md 3.2: often without a hint how long.
  ...each('too-many', [
    'ErrorExceededConnectionCount',
    'ErrorTooManyObjectsOpened',
    'ErrorExceededSubscriptionCount',
    'ErrorConcurrentSyncCalls',
  ]),
  ...each('transient', [
    'ErrorMailboxStoreUnavailable',
    'ErrorInternalServerTransientError',
    'ErrorInternalServerError',
    'ErrorMailboxMoveInProgress',
    'ErrorMailboxFailover',
    'ErrorTimeoutExpired',
    'ErrorConnectionFailed',
    'ErrorADUnavailable',
    'ErrorADOperation',
    'ErrorBatchProcessingStopped',
    'ErrorProxyCallFailed',
    'ErrorNoRespondingCASInDestinationSite',
  ]),
  ...each('no-room', ['ErrorQuotaExceeded']),
  ...each('refused', [
    'ErrorImpersonateUserDenied',
    'ErrorImpersonationDenied',
    'ErrorImpersonationFailed',
    'ErrorAccessDenied',
    'ErrorPasswordExpired',
    'ErrorPasswordChangeRequired',
    'ErrorMissingEmailAddressForManagedFolder',
    'ErrorTokenSerializationDenied',
  ]),
  ...each('mailbox-permanent', [
    'ErrorNonExistentMailbox',
    'ErrorMissingEmailAddress',
    'ErrorMailboxConfiguration',
    'ErrorAccountDisabled',
    'ErrorInvalidSmtpAddress',
    'ErrorNonPrimarySmtpAddress',
    'ErrorMailboxHoldNotFound',
    'ErrorCrossSiteRequest',
    'ErrorInvalidRequest',
    'ErrorInvalidOperation',
    'ErrorSchemaValidation',
    'ErrorInvalidServerVersion',
  ]),
])

function each(kind: FailureKind, codes: readonly string[]): [string, FailureKind][] {
  return codes.map((code) => [code, kind])
}

/** What helps, as the cmdlet that does it; nothing for what mends itself. */
const remedies: ReadonlyMap<string, string> = new Map([
  ['ErrorQuotaExceeded', 'Raise its quota: Set-Mailbox <mailbox> -ProhibitSendReceiveQuota <size>.'],
  [
    'ErrorImpersonateUserDenied',
    'Give the migration account the right: New-ManagementRoleAssignment -Name Landbridge -Role ApplicationImpersonation -User <account>.',
  ],
  [
    'ErrorNonExistentMailbox',
    'Get-Mailbox tells the mailbox that has this address; a mail user or contact has none.',
  ],
  [
    'ErrorAccessDenied',
    'Give the migration account the ApplicationImpersonation role, or Full Access: Add-MailboxPermission <mailbox> -User <account> -AccessRights FullAccess.',
  ],
  [
    'ErrorServerBusy',
    'Where it lasts, exempt the migration account: New-ThrottlingPolicy Landbridge -EwsMaxConcurrency Unlimited; Set-ThrottlingPolicyAssociation <account> -ThrottlingPolicy Landbridge.',
  ],
])

/** Policies that count calls at once are told by name in the words of a busy server (migration.md 1.3, mustang #122). */
const concurrency = /concurren|connection count|too many (?:connections|objects)/i

export function kindOfCode(code: string, text = ''): FailureKind {
  if (code === 'ErrorServerBusy' && concurrency.test(text)) return 'too-many'
  return kinds.get(code) ?? 'item-permanent'
}

/** What Exchange said of one thing, as a failure. `what` begins the sentence: `The item "Budget"`. */
export function failureOfMessage(
  message: ResponseMessageType,
  what: string,
  fallback?: FailureKind,
): SourceFailure {
  const { ResponseCode: code = 'ErrorUnknown', MessageText: text = '' } = message
  const backOffMs = backOffOf(namedValues(message.MessageXml ?? []))
  const known = kindOfCode(code, text)
  const kind = known === 'item-permanent' && fallback !== undefined ? fallback : known
  return new SourceFailure(kind, code, sentence(what, code, text), { backOffMs: backOffMs ?? null })
}

/** The same of one item or folder alone, in a mailbox that could be opened: nothing else is the worse for it. */
export function failureOfOne(message: ResponseMessageType, what: string): SourceFailure {
  const failure = failureOfMessage(message, what)
  const { kind, code, message: said } = failure
  return kind === 'refused' || kind === 'mailbox-permanent'
    ? new SourceFailure('item-permanent', code, said)
    : failure
}

const sentence = (what: string, code: string, text: string): string =>
  [`${what}: ${code}${text === '' ? '' : `, ${text}`}`.replace(/\.?$/, '.'), remedies.get(code) ?? '']
    .join(' ')
    .trim()

const kindOfFailure = {
  unreachable: 'transient',
  tls: 'refused',
  credentials: 'refused',
  forbidden: 'refused',
  busy: 'throttled',
  fault: 'transient',
  protocol: 'transient',
  timeout: 'transient',
  lost: 'transient',
  aborted: 'transient',
} as const satisfies Record<HttpsFailure['kind'], FailureKind>

/** A failure of a whole call. An error that is none of the connection is passed on as it is. */
export function failureOfCall(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason
  if (!(error instanceof HttpsFailure)) return error
  const { kind, code, message, status } = error
  const word = code ?? (status === undefined || kind !== 'protocol' ? kind : `HTTP ${status}`)
  const ofCode = code === undefined || kind === 'tls' ? undefined : kindOfCode(code, message)
  // Of a whole call nothing is the fault of one item.
  const meant =
    kind === 'fault' || kind === 'busy'
      ? ofCode === undefined || ofCode === 'item-permanent'
        ? kind === 'busy'
          ? 'throttled'
          : 'mailbox-permanent'
        : ofCode
      : kindOfFailure[kind]
  const remedy = code === undefined ? undefined : remedies.get(code)
  return new SourceFailure(meant, word, remedy === undefined ? message : `${message} ${remedy}`, {
    backOffMs: error.backOffMs ?? null,
    ofSignIn: kind === 'credentials',
    cause: error,
  })
}
