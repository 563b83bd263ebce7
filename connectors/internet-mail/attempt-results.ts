import type { Lack, SmtpFailure, SmtpFailureKind } from '#src/clients/smtp/failure.ts'
import type { Outcome } from '#src/clients/smtp/message.ts'
import type { AttemptResult } from '#src/domain/delivery/transport.ts'
import { type Reply, replyText } from '#src/wire/smtp/reply.ts'

/**
 * The next hop, for people; whether it sends the reports that senders ask for (RFC 3461), and whether the message must not go to it
 * in clear (RFC 8689).
 */
export type NextHop = { name: string; sendsReports: boolean; requireTls: boolean }

export type Refused = Extract<AttemptResult, { outcome: 'refused' }>

/** The codes of RFC 3463 for failures that no server gave one. */
const statusOf = {
  connect: '4.4.1',
  tls: '4.7.5',
  greeting: '4.4.1',
  login: '4.7.8',
  protocol: '4.5.0',
  rejected: '4.3.0',
  unsupported: '5.6.3',
  'too-large': '5.3.4',
  timeout: '4.4.2',
  lost: '4.4.2',
  source: '4.3.0',
  aborted: '4.3.2',
} satisfies Record<SmtpFailureKind, string>

/** RFC 6531 §3.7.4.2 has a code for addresses, 5.6.7, and one for the header, 5.6.9; RFC 8689 §4.2.1 those of TLS. */
const lackStatus = {
  '8bit': '5.6.3',
  'utf8-address': '5.6.7',
  'utf8-header': '5.6.9',
  'require-tls': '5.7.30',
  starttls: '5.7.10',
  certificate: '5.7.10',
} satisfies Record<Lack, string>

/** What an SMTP session said about one recipient. */
export function resultOf(no: number, outcome: Outcome, hop: NextHop): AttemptResult {
  if (outcome.state === 'failed') return failedResult(no, outcome.failure, hop)
  const reply = replyText(outcome.reply)
  if (outcome.state === 'delivered') {
    return {
      no,
      outcome: 'delivered',
      remote: hop.name,
      reply,
      reports: hop.sendsReports ? 'next-hop' : 'relayed',
    }
  }
  return {
    no,
    outcome: 'refused',
    permanent: outcome.reply.code >= 500,
    cause: 'refused',
    status: replyStatus(outcome.reply),
    problem: `${hop.name} said: ${reply}`,
    remote: hop.name,
    reply,
  }
}

function failedResult(no: number, failure: SmtpFailure, hop: NextHop): AttemptResult {
  if (failure.kind === 'aborted' && !failure.uncertain) return { no, outcome: 'stopped' }
  const permanent = isFinal(failure, hop)
  return {
    no,
    outcome: 'refused',
    permanent,
    cause: failure.kind === 'rejected' ? 'refused' : failure.kind === 'tls' ? 'insecure' : 'unreachable',
    status: failureStatus(failure, permanent),
    problem: `${hop.name}: ${failure.message}`,
    remote: hop.name,
    ...(failure.reply && { reply: replyText(failure.reply) }),
    ...(failure.uncertain && { uncertain: true }),
  }
}

/**
 * Our password and the peer's certificate are for administrators to mend, no sender can; but one who wants TLS or nothing hears at
 * once that a server has none (RFC 8689 §4.2.1).
 */
export function isFinal(
  { kind, lack, permanent }: SmtpFailure,
  { requireTls }: Pick<NextHop, 'requireTls'>,
): boolean {
  if (kind === 'tls') return requireTls && lack !== undefined
  return permanent && kind !== 'login'
}

function failureStatus(failure: SmtpFailure, permanent: boolean): string {
  if (failure.lack !== undefined && permanent) return lackStatus[failure.lack]
  const said = failure.reply && replyStatus(failure.reply)
  const wanted = permanent ? '5' : '4'
  return said?.startsWith(wanted) ? said : wanted + statusOf[failure.kind].slice(1)
}

const replyStatus = ({ code, status }: Reply): string => status ?? (code >= 500 ? '5.0.0' : '4.0.0')

/** The same for every recipient, as nobody was asked about one. */
export function refuseAll(
  recipients: readonly { no: number }[],
  refused: Omit<Refused, 'no' | 'outcome'>,
): AttemptResult[] {
  return recipients.map(({ no }) => ({ ...refused, no, outcome: 'refused' }))
}
