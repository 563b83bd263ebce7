import type { SyntaxFault } from '#src/base/syntax-fault.ts'
import { MailRefusal } from '#src/domain/delivery/intake.ts'
import { Refusal, type RefusalReason } from '#src/domain/refusal.ts'
import { type Reply, reply } from '#src/wire/smtp/reply.ts'

/** Replies that more than one verb gives. Codes of RFC 5321 §4.2.3, status codes of RFC 3463 and 5248. */
export const replies = {
  ok: reply(250, '2.0.0', 'OK'),
  unknownCommand: reply(500, '5.5.1', 'Command not recognised'),
  notHere: reply(502, '5.5.1', 'Command not offered here'),
  badSequence: (advice: string) => reply(503, '5.5.1', advice),
  syntax: (fault: SyntaxFault) => reply(501, '5.5.4', fault.message),
  notACommand: reply(500, '5.5.2', 'The line is not a command'),
  lineTooLong: reply(500, '5.5.2', 'The line is too long'),
  authLineTooLong: reply(500, '5.5.6', 'The line of the authentication exchange is too long'),
  /** RFC 2920 and RFC 5321 §4.1.1.1; what spam engines do that never read a reply. */
  tooEarly: reply(554, '5.5.0', 'Wait for the reply before you send more'),
  bareLineFeed: reply(521, '5.5.2', 'Lines end with CRLF, not with LF alone'),
  notSmtp: reply(521, '5.7.0', 'This is a mail server'),
  tlsFirst: reply(530, '5.7.0', 'Say STARTTLS first'),
  loginFirst: reply(530, '5.7.0', 'Authentication required'),
  unknownParameter: (keyword: string) => reply(555, '5.5.4', `The parameter ${keyword} is not offered here`),
  tooLarge: (bytes: number) =>
    reply(552, '5.3.4', `The message is larger than the ${bytes} octets taken here`),
  bareNewline: reply(
    550,
    '5.6.11',
    'The message has a CR or LF that stands alone; send lines that end with CRLF',
  ),
  tooManyRecipients: (count: number) => reply(452, '4.5.3', `No more than ${count} recipients at a time`),
  tooManyErrors: reply(421, '4.7.0', 'Too many errors; goodbye'),
  tooManyIdle: reply(421, '4.7.0', 'Too many commands without a message; goodbye'),
  timeout: reply(421, '4.4.2', 'Waited too long; goodbye'),
  signedOut: reply(421, '4.7.0', 'The sign-in of this session is over; goodbye'),
  stopping: reply(421, '4.3.2', 'The service is stopping; try again soon'),
  ourFault: reply(451, '4.3.0', 'The service failed; try again later'),
  /** Whose key is disabled or out of reach. Nothing failed, and more is nobody's business. */
  putOff: reply(451, '4.2.1', 'Mail of this organisation is not taken in at the moment; try again later'),
  /** RFC 4954 §6: a client keeps the password for the next try. */
  loginLater: reply(454, '4.7.0', 'The password cannot be checked now; try again later'),
  noRoom: reply(452, '4.3.1', 'The service is short of room. Try again later.'),
  unreadable: reply(421, '4.7.0', 'What follows cannot be read; goodbye'),
  tooMuch: reply(421, '4.7.0', 'Too much of a refused message; goodbye'),
  tooManyLogins: reply(421, '4.7.0', 'Too many failed sign-ins; goodbye'),
}

type Words = readonly [code: number, status: string]

/** A new reason does not compile until SMTP has words for it. */
const wordsOf = {
  'no-such-organization': [550, '5.1.2'],
  'no-such-entry': [550, '5.1.1'],
  'no-such-mailbox': [550, '5.1.1'],
  'no-such-folder': [550, '5.2.0'],
  'no-such-item': [550, '5.2.0'],
  'no-such-domain': [550, '5.1.2'],
  'no-such-key': [550, '5.3.0'],
  'no-such-token': [535, '5.7.8'],
  'name-taken': [550, '5.3.0'],
  'address-in-use': [550, '5.3.0'],
  'folder-exists': [550, '5.3.0'],
  'already-registered': [550, '5.3.0'],
  'domain-in-use': [550, '5.3.0'],
  'reserved-name': [550, '5.3.0'],
  'wrong-state': [550, '5.2.1'],
  'domain-not-verified': [550, '5.7.1'],
  'not-supported': [504, '5.5.4'],
  'folder-not-empty': [550, '5.3.0'],
  'folder-is-distinguished': [550, '5.3.0'],
  'group-cycle': [550, '5.4.6'],
  'not-allowed': [550, '5.7.1'],
  'bad-credentials': [535, '5.7.8'],
  'too-many-failures': [454, '4.7.0'],
  'password-policy': [550, '5.7.1'],
  'over-quota': [552, '5.2.2'],
  'limit-exceeded': [452, '4.5.3'],
  'too-large': [552, '5.3.4'],
  'invalid-parameter': [553, '5.1.3'],
  'invalid-configuration': [451, '4.3.5'],
  'cannot-calculate-changes': [451, '4.3.0'],
  'key-unavailable': [451, '4.3.0'],
  'try-later': [451, '4.3.0'],
  damaged: [451, '4.3.0'],
} satisfies Record<RefusalReason, Words>

/** Where the same reason speaks of the sender (RFC 3463 §3.2). */
const wordsOfSender: Partial<Record<RefusalReason, Words>> = {
  'no-such-entry': [550, '5.1.8'],
  'no-such-domain': [550, '5.1.8'],
  'invalid-parameter': [553, '5.1.7'],
}

/** Codes for the statuses that a `MailRefusal` names itself; by class and subject where the detail needs none. */
const codeOfStatus: Readonly<Record<string, number>> = {
  '5.1.3': 553,
  '5.1.7': 553,
  '5.2.2': 552,
  '5.3.4': 552,
  '5.6.7': 553,
  '4.5.3': 452,
  '4.2.2': 452,
  '4.3.1': 452,
  '5.4.6': 554,
  '5.6.0': 554,
  '5.7.8': 535,
  '4.7.0': 450,
  '4.7.1': 450,
  '4.2.0': 450,
  '4.2.1': 450,
}

/** Reasons that lie within the service: their sentences are for its administrator, and peers do not read them. */
const ownTroubles: ReadonlySet<RefusalReason> = new Set([
  'try-later',
  'damaged',
  'key-unavailable',
  'invalid-configuration',
])

export const isOwnTrouble = (error: unknown): boolean =>
  error instanceof Refusal && !(error instanceof MailRefusal) && ownTroubles.has(error.reason)

/** Whether a disk or the spool has no room, or fails: what the store, the file system or the spool threw. */
export function isShortOfRoom(error: unknown): boolean {
  if (error instanceof MailRefusal) return error.status === '4.3.1'
  const { code, cause } = error as { code?: unknown; cause?: { code?: unknown } | null }
  return [code, cause?.code].some(
    (each) => typeof each === 'string' && /^(?:ENOSPC|EDQUOT|EIO|SQLITE_FULL|SQLITE_IOERR.*)$/.test(each),
  )
}

/** The reply for a refusal of the domain; its message is a sentence for the person who asked. */
export function refusalReply(refusal: Refusal, about: 'sender' | 'recipient' | 'message' | 'login'): Reply {
  if (refusal instanceof MailRefusal) {
    const { status } = refusal
    const code = codeOfStatus[status] ?? (status.startsWith('4') ? 451 : 550)
    return reply(code, status, refusal.message)
  }
  const [code, status] =
    (about === 'sender' ? wordsOfSender[refusal.reason] : undefined) ?? wordsOf[refusal.reason]
  return reply(code, status, refusal.message)
}
