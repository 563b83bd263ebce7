import { randomUUID } from 'node:crypto'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { loopCount } from '#src/formats/trace-headers/loop-mark.ts'
import { countHops } from '#src/formats/trace-headers/received-parse.ts'
import { domainOf } from '../directory/address.ts'
import { spamVerdictField } from '../scanning/scan-decision.ts'
import { requireClearAuthors } from './author-fields.ts'
import { storeWhatFits } from './fit-message.ts'
import { MailRefusal } from './intake.ts'
import type { IntakeDeps } from './intake-deps.ts'
import { type Judgement, judgeMessage } from './judge-message.ts'
import { dropDuplicates, identityOf } from './known-duplicates.ts'
import { requireShortLines } from './line-length.ts'
import { hashBody } from './message-copy.ts'
import {
  type EventSubject,
  fromAddress,
  membersSkipped,
  policyApplied,
  received,
  virusDropped,
} from './message-events.ts'
import { copyOf, headerEdits, LATER_FIELD, traceFields } from './message-headers.ts'
import { targetsOf } from './message-targets.ts'
import type { Outward } from './outward-copies.ts'
import type { LocalTarget } from './recipients.ts'
import { requireAuthors } from './sender-rights.ts'
import type { TakenMessage } from './taken-message.ts'
import type { TraceEvent } from './trace.ts'
import { returnPathField } from './transit-headers.ts'
import { unfoldWinmail } from './unfold-winmail.ts'
import { resultsText } from './verdict-fields.ts'

/** RFC 5321 §6.3 wants at least 100 to be let through; exchange-interop 4.3 stops at what Exchange calls a loop. */
const MOST_HOPS = 30

/**
 * The pipeline (architecture decision 6) from the sender's rights to durable rows. Resolves, when everything is on disk, with the
 * mailboxes that got the message. Refuses what it is refused for, as a whole.
 */
export async function completeMessage(
  deps: IntakeDeps,
  taken: TakenMessage,
): Promise<readonly LocalTarget[]> {
  const { message, connection, sender, organization } = taken
  const now = deps.now()
  const messageId =
    message.envelope.messageId ?? (connection.user ? `<${randomUUID()}@${deps.hostName}>` : '')
  const subject = subjectOf(taken, messageId, now)
  requireNoLoop(deps, taken, messageId)
  const senderNow = connection.user ? await checkAuthors(deps, taken) : null
  const judgement = await judge(deps, taken)
  if (await isDropped(deps, taken, judgement, subject)) return []
  const junk = isJunk(taken, judgement)
  const all = await targetsOf(deps, taken, messageId, junk)
  if (all.local.length + all.outward.length === 0) throw nobodyLeft()
  if (connection.user && all.outward.some(({ route }) => route.kind === 'internet'))
    await requireShortLines(message.octets)
  const bodyHash = once(() => hashBody(message.octets, message.bodyOffset))
  const identity = deps.exchange ? await identityOf(taken, subject, bodyHash) : undefined
  const { targets, events } = await dropDuplicates(deps.store, subject, identity, all, taken)
  const edits = headerEdits(deps.hostName, taken, messageId, senderNow, now)
  const fields = traceFields(deps.hostName, taken, judgement, junk)
  const base = await copyOf(message, edits, [])
  const { verdict } = judgement
  const outward: Outward = {
    organization: organization.id,
    sender: sender.address,
    copies: {
      internet: connection.user ? base : base.with(fields.authentication.join('')),
      inside: base.with([...fields.verdicts, ...fields.authentication].join('')),
    },
    signAs: connection.user ? domainOf(fromAddress(message.envelope)) : null,
    arc: verdict
      ? { chain: verdict.arc.result, authenticationResults: resultsText(verdict, deps.hostName) }
      : null,
    bodyHash,
    fields: message.fields,
    messageId,
  }
  const unfolded = targets.local.length > 0 ? await unfoldWinmail(deps.spool, message) : undefined
  try {
    const top = [returnPathField(sender.address), ...fields.verdicts, ...fields.authentication]
    const local = await copyOf(unfolded ?? message, edits, top)
    const fromTestDomain = connection.user !== undefined && (await isTestDomain(deps, taken))
    return await storeWhatFits(deps, taken, {
      subject,
      judgement,
      local,
      outward,
      targets,
      fromTestDomain,
      identity,
      events: [...events, ...membersSkipped(subject, all.skipped)],
    })
  } finally {
    await unfolded?.octets.release()
  }
}

async function isTestDomain(
  { store }: IntakeDeps,
  { organization, message }: TakenMessage,
): Promise<boolean> {
  const domain = await store.directory.findDomain(organization.id, domainOf(fromAddress(message.envelope)))
  return domain?.isTest === true
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined
  return () => {
    result ??= work()
    return result
  }
}

function subjectOf(
  { id, organization, sender, message, accepted }: TakenMessage,
  messageId: string,
  at: number,
): EventSubject {
  return {
    organization: organization.id,
    traceId: id,
    at,
    envelopeSender: sender.address,
    envelope: message.envelope,
    messageId,
    recipients: accepted.map(({ given }) => given.address),
  }
}

function requireNoLoop({ keys }: IntakeDeps, { message, accepted }: TakenMessage, messageId: string): void {
  const { fields } = message
  if (countHops(fields) > MOST_HOPS) {
    throw loop(`The message went through more than ${MOST_HOPS} servers; it goes in a circle.`)
  }
  for (const { given, way } of accepted) {
    if (
      way.to === 'mailbox' ||
      countOrNone(() => loopCount(fields, keys.loop, { recipient: given.address, messageId })) === 0
    )
      continue
    throw loop(
      `This message was here for ${given.address} before and comes back; two servers send it to each other.`,
    )
  }
}

/** An address too long to be marked was never marked. */
function countOrNone(count: () => number): number {
  try {
    return count()
  } catch (error) {
    if (error instanceof SyntaxFault) return 0
    throw error
  }
}

const nobodyLeft = () =>
  new MailRefusal('wrong-state', '5.2.1', 'None of the recipients can receive mail at the moment.')

const loop = (sentence: string) => new MailRefusal('group-cycle', '5.4.6', sentence)

async function checkAuthors(
  { store }: IntakeDeps,
  { organization, connection, message }: TakenMessage,
): Promise<string | null> {
  const { user } = connection.user!
  const { sender } = await requireAuthors(
    store.directory,
    organization.id,
    user,
    requireClearAuthors(message),
  )
  return sender
}

async function judge(deps: IntakeDeps, taken: TakenMessage): Promise<Judgement> {
  const { id, connection, sender, accepted, message, organization, fromExchange, inside } = taken
  // What comes out of our own queue was scanned when it went in.
  if (inside !== 'no')
    return { dmarc: { action: 'accept' }, scan: { action: 'accept' }, scans: {}, trace: {} }
  const judgement = await judgeMessage(
    { ...deps.judges, random: deps.random },
    {
      id,
      connection,
      sender,
      recipients: accepted.map(({ given }) => given.address),
      message,
      internalLink: fromExchange,
      dmarcEnforced: organization.settings.dmarcEnforced,
    },
  )
  const { scan } = judgement
  if (scan.action === 'defer') {
    throw new MailRefusal(
      'try-later',
      '4.7.1',
      'The message could not be scanned at the moment. Try again later.',
    )
  }
  return judgement
}

/** Viruses are never delivered, and nobody is told but who sent it to us by hand (SEC-02); DMARC may ask for the same (DOM-12). */
async function isDropped(
  deps: IntakeDeps,
  taken: TakenMessage,
  { scan, scans, dmarc, trace }: Judgement,
  subject: EventSubject,
): Promise<boolean> {
  const events: TraceEvent[] = []
  const arrived = received(subject, { ...trace, spamVerdict: scans.spam?.word ?? 'GRAY' })
  const submission = taken.connection.user !== undefined
  if (scan.action === 'drop')
    events.push(...(submission ? [] : [arrived]), virusDropped(subject, scan.threat))
  else if (dmarc.action === 'drop') events.push(arrived, policyApplied(subject, dmarc.applied ?? 'reject'))
  if (events.length === 0) return false
  const { id: organization } = taken.organization
  await deps.store.transact({ organization }, ({ delivery }) => delivery.writeTrace(events))
  if (submission) {
    throw new MailRefusal('not-allowed', '5.7.1', 'The message holds a virus and was not sent.')
  }
  return true
}

function isJunk({ inside, message }: TakenMessage, { scan, dmarc }: Judgement): boolean {
  if (inside === 'again') {
    return message.fields.some(
      ({ key, value }) => key === LATER_FIELD.toLowerCase() && value.trim() === 'junk',
    )
  }
  if (inside === 'new') {
    const spam = spamVerdictField.toLowerCase()
    return message.fields.some(({ key, value }) => key === spam && value.trim() === 'FAIL')
  }
  return scan.action === 'junk' || dmarc.action === 'junk'
}
