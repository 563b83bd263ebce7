import type { RecipientStatus, TypedAddress } from '#src/formats/delivery-status/status.ts'
import type { Reported } from './report.ts'

/**
 * The recipients of a report. `inside` the organisation everybody is named. Others read only the addresses that they wrote
 * to, each once for success, failure and delay, and nothing of what was said about those behind them (RFC 3461 §5.2.7).
 */
export function recipientStatuses(
  reported: readonly Reported[],
  inside: boolean,
  now: number,
): RecipientStatus[] {
  if (inside) return reported.map((each) => namedStatus(each, now))
  const groups = new Map<string, Reported[]>()
  for (const each of reported) {
    const key = `${kindOf(each)}\0${writtenTo(each).toLowerCase()}`
    const group = groups.get(key)
    if (group) group.push(each)
    else groups.set(key, [each])
  }
  return [...groups.values()].map((group) => outsideStatus(group as [Reported, ...Reported[]], now))
}

const kindOf = ({ action }: Reported) => (action === 'failed' || action === 'delayed' ? action : 'success')
const writtenTo = ({ recipient }: Reported) => recipient.writtenTo ?? recipient.address

function outsideStatus(group: readonly [Reported, ...Reported[]], now: number): RecipientStatus {
  const [first] = group
  const { originalRecipient, writtenTo: written } = first.recipient
  if (written === undefined) return namedStatus(first, now)
  const { willRetryUntilMs } = first
  return {
    finalRecipient: typed(written),
    ...(originalRecipient && { originalRecipient }),
    action: kindOf(first) === 'success' && group.length > 1 ? 'expanded' : first.action,
    status: sharedStatus(group.map(({ status }) => status)),
    lastAttemptMs: now,
    ...(willRetryUntilMs !== undefined && { willRetryUntilMs }),
  }
}

/** What is wrong with an address behind the one written to is not wrong with that one (X.2.4 of RFC 3463). */
function sharedStatus(statuses: readonly string[]): string {
  const [first] = statuses as [string]
  const [kind, subject] = first.split('.')
  if (kind === '2') return first
  return subject === '1' || statuses.some((each) => each !== first) ? `${kind}.2.4` : first
}

function namedStatus(
  { recipient, action, status, remote, diagnostic, reason, willRetryUntilMs }: Reported,
  now: number,
): RecipientStatus {
  const original =
    recipient.originalRecipient ??
    (recipient.writtenTo === undefined ? undefined : typed(recipient.writtenTo))
  return {
    finalRecipient: typed(recipient.address),
    ...(original && { originalRecipient: original }),
    action,
    status,
    ...(remote !== undefined && { remoteMta: remote }),
    ...(diagnostic !== undefined && { diagnostic }),
    ...(reason !== undefined && { reason }),
    lastAttemptMs: now,
    ...(willRetryUntilMs !== undefined && { willRetryUntilMs }),
  }
}

const typed = (address: string): TypedAddress => ({
  type: /^[\x20-\x7e]*$/.test(address) ? 'rfc822' : 'utf-8',
  address,
})
