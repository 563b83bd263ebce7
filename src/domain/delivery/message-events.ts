import type { OrganizationId } from '#src/base/ids.ts'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { formatAddrSpec } from '#src/formats/address/addr-spec.ts'
import { mailboxesOf } from '#src/formats/address/mailbox-list.ts'
import type { Envelope } from '#src/formats/mime/envelope.ts'
import type { SenderTrace } from '../authentication/trace-verdicts.ts'
import type { DmarcPolicy } from '../authentication/verdict.ts'
import type { ScanVerdicts } from '../scanning/scan-decision.ts'
import type { AppliedRule, Unsent } from './mailbox-step.ts'
import type { Route, TransitId } from './queue.ts'
import type { TraceEvent } from './trace.ts'

/** What the events of one message have in common. */
export type EventSubject = {
  organization: OrganizationId
  traceId: TransitId
  at: number
  envelopeSender: string
  envelope: Envelope
  messageId: string
  recipients: readonly string[]
}

const SUBJECT_LENGTH = 500

/** The first address of From; empty when there is none that can be written. */
export const fromAddress = ({ from }: Envelope): string => firstOf(from)

function firstOf(list: Envelope['from']): string {
  const [first] = mailboxesOf(list ?? [])
  if (first === undefined) return ''
  try {
    return formatAddrSpec(first)
  } catch (error) {
    if (error instanceof SyntaxFault) return ''
    throw error
  }
}

/** Fields that MON-08 and MON-12 share: `sender` only when somebody else sent it. */
function namesOf({ envelope, envelopeSender, messageId }: EventSubject) {
  const from = fromAddress(envelope)
  const sender = firstOf(envelope.sender)
  return {
    ...(sender !== '' && sender.toLowerCase() !== from.toLowerCase() && { sender }),
    from,
    envelopeSender,
    subject: (envelope.subject ?? '').slice(0, SUBJECT_LENGTH),
    messageId,
  }
}

function event(
  subject: EventSubject,
  name: TraceEvent['name'],
  fields: TraceEvent['fields'],
  recipients: readonly string[] = subject.recipients,
): TraceEvent {
  const { organization, traceId, at, envelope, envelopeSender, messageId } = subject
  const senders = new Set([envelopeSender, fromAddress(envelope), firstOf(envelope.sender)])
  return {
    organization,
    traceId,
    at,
    name,
    fields,
    senders: [...senders].filter((sender) => sender !== ''),
    recipients,
    ...(messageId !== '' && { messageId }),
  }
}

/** MON-08, and what the virus scanner said where there is one. */
export const received = (
  subject: EventSubject,
  senders: Partial<SenderTrace>,
  scans: ScanVerdicts,
): TraceEvent =>
  event(subject, 'ORGANIZATION_EMAIL_RECEIVED', {
    recipients: subject.recipients,
    ...namesOf(subject),
    ...senders,
    spamVerdict: scans.spam?.word ?? 'GRAY',
    ...(scans.virus && { virusVerdict: scans.virus.word }),
    ...unscanned(scans),
    messageTimestamp: subject.at,
  })

/** MON-12: `recipients` are To, Cc and Bcc, which are those of the envelope. */
export const submitted = (subject: EventSubject, scans: ScanVerdicts): TraceEvent =>
  event(subject, 'OUTGOING_EMAIL_SUBMITTED', {
    recipients: subject.recipients,
    ...namesOf(subject),
    ...unscanned(scans),
  })

/** Why a scanner gave no answer: that may be why the message lies in Junk, or left us unseen. */
function unscanned({ virus, spam }: ScanVerdicts): { unscanned?: string } {
  if (virus?.word === 'PROCESSING_FAILED')
    return { unscanned: `no verdict of the virus scanner: ${virus.reason}` }
  if (spam?.word === 'PROCESSING_FAILED')
    return { unscanned: `no verdict of the spam scanner: ${spam.reason}` }
  return {}
}

/** MON-09. */
export const delivered = (
  subject: EventSubject,
  recipient: string,
  folder: string,
  identity?: string,
): TraceEvent =>
  event(subject, 'MAILBOX_EMAIL_DELIVERED', { recipient, folder, ...(identity && { identity }) }, [recipient])

/** RUL-05, MON-10: a rule of the owner of a mailbox was for it. */
export const ruleApplied = (subject: EventSubject, recipient: string, rule: AppliedRule): TraceEvent =>
  event(
    subject,
    'RULE_APPLIED',
    {
      recipient,
      ruleName: rule.name,
      ruleType: 'MAILBOX_RULE',
      ruleActions: rule.actions,
      ...(rule.folder !== undefined && { targetFolder: rule.folder }),
      ...(rule.recipients.length > 0 && { targetRecipient: rule.recipients }),
    },
    [recipient, ...rule.recipients],
  )

/** What the owner of a mailbox wants sent on stays there alone. */
export const sendingOnStopped = (
  subject: EventSubject,
  recipient: string,
  { because, recipients }: Unsent,
): TraceEvent =>
  event(
    subject,
    'SENDING_ON_STOPPED',
    { recipient, reason: unsentSentences[because], targetRecipient: recipients },
    [recipient, ...recipients.filter((each) => each !== '')],
  )

const unsentSentences = {
  circle: 'It was here before and comes back, so it is not sent on again.',
  report: 'Reports are never sent on.',
  limit: 'More than is allowed would be sent on today.',
} satisfies Record<Unsent['because'], string>

/** It had come to the mailbox before, as the message `first`, and Exchange brought it once more (exchange-interop 4.4). */
export const duplicateDropped = (subject: EventSubject, recipient: string, first: TransitId): TraceEvent =>
  event(subject, 'DUPLICATE_DROPPED', { recipient, first, ...namesOf(subject) }, [recipient])

/** Members of groups that did not get it: disabled, or without a way to them. One event for each group, with its first 100. */
export const membersSkipped = (
  subject: EventSubject,
  groups: readonly { group: string; count: number; members: readonly string[] }[],
): TraceEvent[] =>
  groups.map(({ group, count, members }) =>
    event(subject, 'GROUP_MEMBERS_SKIPPED', { group, count, members }, [group, ...members]),
  )

/** A message that comes back to a group from another server: its members have it. */
export const circleEnded = (subject: EventSubject, group: string): TraceEvent =>
  event(subject, 'GROUP_CIRCLE_ENDED', { group, ...namesOf(subject) }, [group])

/** MON-11. */
export const bounced = (
  subject: EventSubject,
  bouncedRecipient: { emailAddress: string; reason: string; status: string },
): TraceEvent =>
  event(subject, 'INCOMING_EMAIL_BOUNCED', { bouncedRecipient }, [bouncedRecipient.emailAddress])

/** MON-13. */
export const policyApplied = (subject: EventSubject, policy: DmarcPolicy): TraceEvent =>
  event(subject, 'DMARC_POLICY_APPLIED', {
    from: fromAddress(subject.envelope),
    recipients: subject.recipients,
    policy: policy.toUpperCase(),
  })

export const virusDropped = (subject: EventSubject, threat: string): TraceEvent =>
  event(subject, 'VIRUS_DROPPED', { recipients: subject.recipients, ...namesOf(subject), threat })

/** Into the queue, and which way. `queueId` is the name the queued message has from then on. */
export const routed = (
  subject: EventSubject,
  { address, writtenTo, route }: { address: string; writtenTo?: string; route: Route },
  queueId: TransitId,
): TraceEvent =>
  event(subject, 'ROUTED', { recipient: address, ...(writtenTo && { writtenTo }), route, queueId }, [
    address,
    ...(writtenTo ? [writtenTo] : []),
  ])
