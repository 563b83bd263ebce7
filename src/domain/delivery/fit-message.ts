import type { EntryId } from '#src/base/ids.ts'
import { RecipientFull } from './accept-recipient.ts'
import type { Arrival } from './arrival.ts'
import { MailboxesFull } from './deliver-local.ts'
import type { IntakeDeps } from './intake-deps.ts'
import type { Judgement } from './judge-message.ts'
import type { MessageCopy } from './message-copy.ts'
import {
  bounced,
  type EventSubject,
  fromAddress,
  policyApplied,
  received,
  ruleApplied,
  sendingOnStopped,
  submitted,
} from './message-events.ts'
import { type Outward, outwardCopies } from './outward-copies.ts'
import { leavesUs, type Route } from './queue.ts'
import type { LocalTarget, Targets } from './recipients.ts'
import type { RuleLetters } from './rule-letters.ts'
import { sendingOf } from './sending-limits.ts'
import { type Storable, storeMessage } from './store-message.ts'
import type { TakenMessage } from './taken-message.ts'
import type { TraceEvent } from './trace.ts'

/** Mailboxes and octets that are delivered before the client hears 250; what is beyond goes through the queue. */
const MOST_AT_ONCE = { mailboxes: 500, bytes: 512 * 1024 * 1024 }

/** A message whose copies are ready. */
type Fitting = {
  subject: EventSubject
  judgement: Judgement
  local: MessageCopy
  outward: Outward
  targets: Targets
  /** It is sent from an address of the domain an organisation is tried out with (LIM-10). */
  fromTestDomain: boolean
  identity: string | undefined
  /** What else it does in the mailboxes it comes to. */
  arrival: Arrival | undefined
  /** What rules of its mailboxes send because of it. */
  letters: RuleLetters['of']
  /** Told beside what is told of every message. */
  events: readonly TraceEvent[]
}

/**
 * Stores at once what can be stored at once; what is too much, or finds no room, goes through the queue, which tells its sender.
 * Resolves with the mailboxes that got it. Refuses `over-quota` when there is nobody else.
 */
export async function storeWhatFits(
  deps: IntakeDeps,
  taken: TakenMessage,
  fitting: Fitting,
): Promise<readonly LocalTarget[]> {
  const { subject, local, outward, targets } = fitting
  let [present, delayed] = split(taken, local, targets.local)
  for (;;) {
    const copies = await outwardCopies(
      { directory: deps.store.directory, keys: deps.keys, now: deps.now },
      outward,
      [...targets.outward, ...delayed.map(throughQueue)],
    )
    try {
      const sent = present.flatMap((target) => fitting.letters.get(target) ?? [])
      await storeMessage(deps.store, storable(deps, taken, fitting, present, [...copies, ...sent]))
      return present.filter(({ decision }) => decision.folder !== null)
    } catch (error) {
      if (!(error instanceof MailboxesFull)) throw error
      const full = [...error.targets]
      present = present.filter((target) => !error.targets.has(target))
      const nobody = present.length === 0 && delayed.length === 0 && targets.outward.length === 0
      if (nobody || taken.inside !== 'no') {
        await tellBounced(deps, taken, subject, full)
        // By the names the sender used: whoever is behind a group or alias is not a stranger's to know.
        const written = new Set(full.map(({ address, writtenTo }) => writtenTo ?? address))
        throw new RecipientFull([...written].join(', '))
      }
      delayed = [...delayed, ...full]
    }
  }
}

function split(
  { inside }: TakenMessage,
  { sizeBytes }: MessageCopy,
  targets: readonly LocalTarget[],
): [LocalTarget[], LocalTarget[]] {
  if (inside !== 'no') return [[...targets], []]
  const most = Math.max(
    1,
    Math.min(MOST_AT_ONCE.mailboxes, Math.floor(MOST_AT_ONCE.bytes / Math.max(1, sizeBytes))),
  )
  // The queue reports success; here nobody would (RFC 3461 §5.2.3).
  const first = targets.filter(({ notify }) => notify?.success !== true)
  const wantReport = targets.filter(({ notify }) => notify?.success === true)
  return [first.slice(0, most), [...first.slice(most), ...wantReport]]
}

const throughQueue = ({
  address,
  writtenTo,
  notify,
  originalRecipient,
}: LocalTarget): Targets['outward'][number] => ({
  address,
  route: { kind: 'local' },
  from: null,
  groups: [],
  redirectedBy: null,
  ...(writtenTo !== undefined && { writtenTo }),
  ...(notify && { notify }),
  ...(originalRecipient && { originalRecipient }),
})

function storable(
  deps: IntakeDeps,
  taken: TakenMessage,
  { subject, judgement, local, targets, fromTestDomain, identity, events, arrival }: Fitting,
  present: readonly LocalTarget[],
  outward: Storable['outward'],
): Storable {
  const { organization, connection, sender, message, inside } = taken
  const { envelopeId, returnContent } = sender
  return {
    organization: organization.id,
    local: { copy: local, targets: present, ...(arrival && { arrival }) },
    outward,
    queued: {
      organization: organization.id,
      from: fromAddress(message.envelope),
      origin: connection.user ? 'submitted' : 'inbound',
      subject: message.envelope.subject ?? '',
      messageId: subject.messageId,
      eightBit: message.eightBit,
      utf8: sender.utf8,
      requireTls: sender.requireTls,
      ...(envelopeId !== undefined && { envelopeId }),
      ...(returnContent !== undefined && { returnContent }),
      queuedAt: subject.at,
    },
    counts: countsOf(deps, taken, targets, fromTestDomain, outward),
    subject,
    identity,
    events: [...eventsOf(taken, subject, judgement, targets), ...events, ...rulesTold(subject, present)],
    keepsId: inside !== 'again',
  }
}

function countsOf(
  { limits }: IntakeDeps,
  { connection }: TakenMessage,
  targets: Targets,
  fromTestDomain: boolean,
  outward: Storable['outward'],
): Storable['counts'] {
  const redirects = new Map<EntryId, number>()
  const letters = outward.flatMap(({ own, targets }) => (own === undefined ? [] : targets))
  for (const { redirectedBy, route } of [...targets.outward, ...letters.filter(isExternal)]) {
    if (redirectedBy !== null && route.kind !== 'exchange')
      redirects.set(redirectedBy, (redirects.get(redirectedBy) ?? 0) + 1)
  }
  // That there is room was seen before the redirect was decided; two at the same moment may both pass.
  const redirected = [...redirects].map(([entry, external]) => ({
    entry,
    external,
    fromTestDomain: 0,
    limits: null,
  }))
  if (!connection.user) return redirected
  const own = targets.outward.filter(({ redirectedBy }) => redirectedBy === null)
  const external = own.filter(({ route }) => route.kind !== 'exchange').length
  const internal = targets.local.length + own.length - external
  const sending = sendingOf({ external, internal }, fromTestDomain)
  return [{ entry: connection.user.user.id, ...sending, limits }, ...redirected]
}

const isExternal = ({ route }: { route: Route }): boolean => leavesUs(route)

const rulesTold = (subject: EventSubject, present: readonly LocalTarget[]): TraceEvent[] =>
  present.flatMap(({ address, decision: { ruled, unsent } }) => [
    ...(ruled?.applied ?? []).map((rule) => ruleApplied(subject, address, rule)),
    ...(unsent ? [sendingOnStopped(subject, address, unsent)] : []),
  ])

function eventsOf(
  { connection, inside }: TakenMessage,
  subject: EventSubject,
  { trace, scans, dmarc }: Judgement,
  { local }: Targets,
): TraceEvent[] {
  if (inside === 'again') return []
  const arrived = received(subject, trace, scans)
  const applied = dmarc.applied ? [policyApplied(subject, dmarc.applied)] : []
  if (!connection.user) return [arrived, ...applied]
  // A colleague's message leaves one mailbox and comes to the organisation at the same moment.
  const left = submitted(subject, scans)
  return local.length > 0 ? [left, arrived] : [left]
}

/** From our own queue, the queue tells it (MON-11). */
async function tellBounced(
  { store }: IntakeDeps,
  { inside, organization }: TakenMessage,
  subject: EventSubject,
  full: readonly LocalTarget[],
): Promise<void> {
  if (inside !== 'no') return
  const events = full.map(({ address }) =>
    bounced(subject, {
      emailAddress: address,
      reason: `The mailbox of ${address} is full.`,
      status: '5.2.2',
    }),
  )
  await store.transact({ organization: organization.id }, ({ delivery }) => delivery.writeTrace(events))
}
