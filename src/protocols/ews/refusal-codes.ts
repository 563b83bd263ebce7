import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { Refusal, type RefusalReason } from '#src/domain/refusal.ts'
import { InvalidValue } from '#src/wire/ews/invalid-value.ts'
import type { ResponseCode } from '#src/wire/ews/message.ts'
import type { Refused } from '#src/wire/ews/refused.ts'

/** A new reason does not compile until EWS has a word for it (ResponseCodeType). */
const codeOf = {
  'no-such-organization': 'ErrorNonExistentMailbox',
  'no-such-entry': 'ErrorNonExistentMailbox',
  'no-such-mailbox': 'ErrorNonExistentMailbox',
  'no-such-folder': 'ErrorFolderNotFound',
  'no-such-item': 'ErrorItemNotFound',
  'no-such-domain': 'ErrorInvalidRequest',
  'no-such-key': 'ErrorInternalServerError',
  'no-such-token': 'ErrorInvalidRequest',
  'name-taken': 'ErrorFolderExists',
  'address-in-use': 'ErrorInvalidRequest',
  'folder-exists': 'ErrorFolderExists',
  'already-registered': 'ErrorInvalidRequest',
  'domain-in-use': 'ErrorInvalidRequest',
  'reserved-name': 'ErrorInvalidRequest',
  'wrong-state': 'ErrorInvalidOperation',
  'domain-not-verified': 'ErrorInvalidOperation',
  'not-supported': 'ErrorInvalidOperation',
  'folder-not-empty': 'ErrorCannotDeleteObject',
  'folder-is-distinguished': 'ErrorDeleteDistinguishedFolder',
  'group-cycle': 'ErrorInvalidRequest',
  'not-allowed': 'ErrorAccessDenied',
  'bad-credentials': 'ErrorAccessDenied',
  'too-many-failures': 'ErrorServerBusy',
  'password-policy': 'ErrorInvalidRequest',
  'over-quota': 'ErrorQuotaExceeded',
  'limit-exceeded': 'ErrorExceededFindCountLimit',
  'too-large': 'ErrorMessageSizeExceeded',
  'invalid-parameter': 'ErrorInvalidRequest',
  'invalid-configuration': 'ErrorInternalServerError',
  'cannot-calculate-changes': 'ErrorInvalidSyncStateData',
  'key-unavailable': 'ErrorMailboxStoreUnavailable',
  'try-later': 'ErrorServerBusy',
  damaged: 'ErrorCorruptData',
} satisfies Record<RefusalReason, ResponseCode>

/** A refusal for which EWS has a closer word. */
export class EwsRefusal extends Refusal {
  readonly code: ResponseCode
  /** What MessageXml says by name, for example BackOffMilliseconds. */
  readonly values: Readonly<Record<string, string>> | undefined

  constructor(
    code: ResponseCode,
    reason: RefusalReason,
    message: string,
    values?: Readonly<Record<string, string>>,
  ) {
    super(reason, message)
    this.code = code
    this.values = values
  }
}

/** Reasons that lie within the service: their sentences are for its administrator. */
const ownTroubles: ReadonlySet<RefusalReason> = new Set([
  'try-later',
  'damaged',
  'key-unavailable',
  'invalid-configuration',
])

/** The words of EWS for a refusal, or for something in a request that has no meaning. Undefined for a fault of our own. */
export function refusedFor(error: unknown): Refused | undefined {
  if (error instanceof InvalidValue) return { code: error.code, text: error.message }
  if (error instanceof SyntaxFault) return { code: 'ErrorInvalidRequest', text: error.message }
  if (!(error instanceof Refusal)) return undefined
  if (error instanceof EwsRefusal) {
    const { code, message, values } = error
    return { code, text: message, ...(values && { values }) }
  }
  const code = codeOf[error.reason]
  if (ownTroubles.has(error.reason)) {
    const text = 'The service cannot do this at the moment. Try again later.'
    return code === 'ErrorServerBusy'
      ? { code, text, values: { BackOffMilliseconds: '30000' } }
      : { code, text }
  }
  return { code, text: error.message }
}
