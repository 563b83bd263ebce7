import { randomUUID } from 'node:crypto'
import { domainOf } from '../directory/address.ts'
import { spamVerdictField } from '../scanning/scan-decision.ts'
import { requireClearAuthors } from './author-fields.ts'
import { storeWhatFits } from './fit-message.ts'
import { MailRefusal } from './intake.ts'
import { type IntakeDeps, senderRightsOf } from './intake-deps.ts'
import { type Judgement, judgeMessage } from './judge-message.ts'
import { dropDuplicates, identityOf } from './known-duplicates.ts'
import { requireShortLines } from './line-length.ts'
import { loopingRecipients, withoutThose } from './loops.ts'
import { hashBody } from './message-copy.ts'
import {
  circleEnded,
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
import { leavesUs } from './queue.ts'
import type { LocalTarget, Targets } from './recipients.ts'
import { type Rounds, roundsOf } from './rounds.ts'
import { ruleLetters } from './rule-letters.ts'
import { requireAuthors } from './sender-rights.ts'
import type { TakenMessage } from './taken-message.ts'
import type { TraceEvent } from './trace.ts'
import { missingDate, returnPathField } from './transit-headers.ts'
import { unfoldWinmail } from './unfold-winmail.ts'
import { resultsText } from './verdict-fields.ts'

/**
 * The pipeline (architecture decision 6) from the sender's rights to durable rows. Resolves, when everything is on disk, with the
 * mailboxes that got the message. Refuses what it is refused for, as a whole. What mailboxes answer is done `later`.
 */
export async function completeMessage(
  deps: IntakeDeps,
  taken: TakenMessage,
  { later, rounds }: { later: (work: () => Promise<void>) => void; rounds: Rounds },
): Promise<readonly LocalTarget[]> {
  const { message, connection, sender, organization } = taken
  const now = deps.now()
  const messageId =
    message.envelope.messageId ?? (connection.user ? `<${randomUUID()}@${deps.hostName}>` : '')
  const subject = subjectOf(taken, messageId, now)
  const bodyHash = once(() => hashBody(message.octets, message.bodyOffset))
  const passing = roundsOf(rounds, message.envelope, bodyHash, now)
  const { reported, ended } = await loopingRecipients(deps, taken, messageId, passing)
  const left = withoutThose(taken, [...reported, ...ended])
  const senderNow = connection.user ? await checkAuthors(deps, taken) : null
  const judgement = await judge(deps, taken)
  if (await isDropped(deps, taken, judgement, subject)) return []
  const ends = ended.map(({ given }) => circleEnded(subject, given.address))
  if (ended.length === taken.accepted.length) {
    await deps.store.transact({ organization: organization.id }, ({ delivery }) => delivery.writeTrace(ends))
    return []
  }
  const junk = isJunk(taken, judgement)
  const onlySpam = isOnlySpam(taken, judgement)
  const about = { messageId, junk, onlySpam, looping: reported, rounds: passing }
  const all = await targetsOf(deps, left, about)
  if (all.local.length + all.outward.length === 0) throw nobodyLeft()
  if (connection.user && all.outward.some(({ route }) => leavesUs(route)))
    await requireShortLines(message.octets)
  const identity = deps.exchange ? await identityOf(taken, subject, bodyHash) : undefined
  const { targets, events } = await dropDuplicates(deps.store, subject, identity, all, taken)
  const edits = headerEdits(deps.hostName, taken, messageId, senderNow, now)
  const fields = traceFields(deps.hostName, taken, judgement, junk)
  const base = await copyOf(message, edits, [])
  const dated = connection.user ? [] : missingDate(message.fields, now)
  const { verdict } = judgement
  const outward: Outward = {
    organization: organization.id,
    sender: sender.address,
    copies: {
      internet: connection.user ? base : base.with([...dated, ...fields.authentication].join('')),
      inside: base.with([...dated, ...fields.verdicts, ...fields.authentication].join('')),
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
    const arriving = { ...taken, message: unfolded ?? message, messageId }
    const arrival = targets.local.length > 0 ? await deps.arrivals?.(arriving, targets.local) : undefined
    const isCounted = connection.user === undefined && taken.inside === 'no'
    const wentOn = await passing.counting(isCounted ? passedOnFrom(left, all) : [])
    await using letters = await ruleLetters(deps, taken, messageId, targets.local)
    const delivered = await storeWhatFits(deps, taken, {
      subject,
      judgement,
      local,
      outward,
      targets,
      fromTestDomain,
      identity,
      arrival,
      letters: letters.of,
      events: [...events, ...ends, ...membersSkipped(subject, all.skipped)],
    })
    wentOn()
    if (arrival && delivered.length > 0) later(() => arrival.after(delivered))
    return delivered
  } finally {
    await unfolded?.octets.release()
  }
}

/** Addresses of ours from which a message goes on: those that are elsewhere, groups, and mailboxes that send it on. */
const passedOnFrom = ({ accepted }: TakenMessage, { local, outward }: Targets): Set<string> =>
  new Set([
    ...accepted.flatMap(({ given, way }) => (way.to === 'mailbox' ? [] : [given.address])),
    ...local.flatMap(({ address, decision }) => (decision.ruled?.letters.length ? [address] : [])),
    ...outward.flatMap(({ from, redirectedBy }) => (redirectedBy === null || from === null ? [] : [from])),
  ])

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

const nobodyLeft = () =>
  new MailRefusal('wrong-state', '5.2.1', 'None of the recipients can receive mail at the moment.')

async function checkAuthors(
  deps: IntakeDeps,
  { organization, connection, message }: TakenMessage,
): Promise<string | null> {
  const { user } = connection.user!
  const { sender } = await requireAuthors(
    senderRightsOf(deps),
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
      isOwnDomain: async (domain) =>
        (await deps.store.directory.findDomainOwner(domain))?.organization === organization.id,
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
  const arrived = received(subject, trace, scans)
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

/** Wanted in Junk by the spam scanner, and neither for what its author's domain asks nor as nobody could scan it. */
const isOnlySpam = ({ inside }: TakenMessage, { scan, dmarc }: Judgement): boolean =>
  inside === 'new' || (scan.action === 'junk' && scan.because === 'spam' && dmarc.action !== 'junk')
