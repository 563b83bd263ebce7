import { Refusal, type RefusalReason } from '#src/domain/refusal.ts'
import type { PlainCode } from '#src/wire/imap/response-code.ts'
import type { Completion } from './command.ts'

/** A new reason does not compile until IMAP has words for it (RFC 9051 §7.1, RFC 5530). */
const codeOf = {
  'no-such-organization': 'NONEXISTENT',
  'no-such-entry': 'NONEXISTENT',
  'no-such-mailbox': 'NONEXISTENT',
  'no-such-folder': 'NONEXISTENT',
  'no-such-item': 'NONEXISTENT',
  'no-such-domain': 'NONEXISTENT',
  'no-such-key': 'CONTACTADMIN',
  'no-such-token': 'NONEXISTENT',
  'name-taken': 'ALREADYEXISTS',
  'address-in-use': 'ALREADYEXISTS',
  'folder-exists': 'ALREADYEXISTS',
  'already-registered': 'ALREADYEXISTS',
  'domain-in-use': 'ALREADYEXISTS',
  'reserved-name': 'CANNOT',
  'wrong-state': 'CANNOT',
  'domain-not-verified': 'CANNOT',
  'not-supported': 'CANNOT',
  'folder-not-empty': 'HASCHILDREN',
  'folder-is-distinguished': 'CANNOT',
  'group-cycle': 'CANNOT',
  'not-allowed': 'NOPERM',
  'bad-credentials': 'AUTHENTICATIONFAILED',
  'too-many-failures': 'UNAVAILABLE',
  'password-policy': 'CANNOT',
  'over-quota': 'OVERQUOTA',
  'limit-exceeded': 'LIMIT',
  'too-large': 'TOOBIG',
  'invalid-parameter': 'CANNOT',
  'invalid-configuration': 'CONTACTADMIN',
  'cannot-calculate-changes': 'UNAVAILABLE',
  'key-unavailable': 'UNAVAILABLE',
  'try-later': 'UNAVAILABLE',
  damaged: 'CORRUPTION',
} satisfies Record<RefusalReason, PlainCode>

/** Reasons that lie within the service: their sentences are for its administrator, and clients do not read them. */
export const ownTroubles: ReadonlySet<RefusalReason> = new Set([
  'try-later',
  'damaged',
  'key-unavailable',
  'invalid-configuration',
])

/** There is no mailbox of that name, but CREATE would make it. */
export class MissingTarget extends Refusal {
  constructor() {
    super('no-such-folder', 'There is no mailbox of that name. Make it first.')
  }
}

/** A URL of CATENATE that names nothing the user may read (RFC 4469 §4.1). */
export class BadUrl extends Refusal {
  readonly url: string

  constructor(url: string) {
    super('no-such-item', 'There is no such message or part.')
    this.url = url
  }
}

/** NO with the code for a refusal of the domain; its message is a sentence for the person who asked. */
export function refusalCompletion(refusal: Refusal): Completion {
  const text = ownTroubles.has(refusal.reason)
    ? 'The service cannot do this at the moment. Try again later.'
    : refusal.message
  if (refusal instanceof BadUrl) return { status: 'NO', code: { code: 'BADURL', url: refusal.url }, text }
  const code = refusal instanceof MissingTarget ? 'TRYCREATE' : codeOf[refusal.reason]
  return { status: 'NO', code: { code }, text }
}
