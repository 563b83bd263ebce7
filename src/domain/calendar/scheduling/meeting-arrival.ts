import type { OrganizationId } from '#src/base/ids.ts'
import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import { occurrenceOf } from '#src/formats/jscalendar/patch.ts'
import type { TimeZone } from '#src/formats/time-zone/zone.ts'
import type { StoredCopy } from '../../delivery/arrival.ts'
import type { LocalTarget } from '../../delivery/recipients.ts'
import { type Entry, primaryAddress } from '../../directory/entry.ts'
import { shareFiles } from '../../mailbox/files.ts'
import type { ItemNo } from '../../mailbox/item.ts'
import type { MailboxReader, MailboxRef, MailboxWriter, NewItem } from '../../mailbox/store.ts'
import type { Writer } from '../../store.ts'
import { copiesGoTo } from '../delegates.ts'
import { bookingSettings, schedulingSettings } from '../settings.ts'
import { saidZone } from '../working-hours.ts'
import { bookOccurrences } from './book-occurrences.ts'
import type { Booked } from './book-resource.ts'
import { copyToDelegates } from './copy-to-delegates.ts'
import { type Times, timesOfOne } from './counter-times.ts'
import { decideMeeting } from './decide-meeting.ts'
import { type Kept, type MeetingDecision, type MeetingFacts, takesPlace } from './meeting-facts.ts'
import { kindOfMethod, type MeetingMark, type MeetingText, occurrenceKey } from './meeting-message.ts'
import { type Named, note, toldByOrganizer } from './meeting-objects.ts'
import { answerOwed, throwAway } from './owed-answers.ts'
import { type Addresses, attendeesOf, isPerson } from './people.ts'
import { type MeetingPost, sendLetter } from './post.ts'
import type { ArrivingText } from './read-arriving.ts'
import { isWritable, keptEvents, writeChanges } from './take-meeting.ts'
import { addressesOfEntry, type Person } from './who.ts'

type ArrivingMeeting = ArrivingText & {
  sender: Person
  /** Where the times of the meeting have no zone that is known. */
  sendersZone: TimeZone | undefined
  groups: Addresses
  organization: OrganizationId
  /** Whose mailboxes it comes to. */
  owners: ReadonlyMap<LocalTarget, Entry>
}

type Done = {
  mark: MeetingMark
  booked: Booked | undefined
  kept: readonly Kept<ItemNo>[]
  /** Events that were added or changed. */
  written: readonly ItemNo[]
}

/** One meeting message on its way into the mailboxes of several people and resources. */
export class MeetingArrival {
  readonly #placed = new Map<LocalTarget, ItemNo>()
  readonly #deps: MeetingPost
  readonly #arriving: ArrivingMeeting
  readonly #done = new Map<LocalTarget, Done>()

  constructor(deps: MeetingPost, arriving: ArrivingMeeting) {
    this.#deps = deps
    this.#arriving = arriving
  }

  /** Within the transaction that stores the message. */
  async into({ mailboxes }: Writer, at: MailboxRef, target: LocalTarget): Promise<Pick<NewItem, 'content'>> {
    const owner = this.#arriving.owners.get(target)
    const calendar = await mailboxes.findFolder(at, { distinguished: 'calendar' })
    if (owner === undefined || calendar === undefined) return {}
    const { sender, groups } = this.#arriving
    const meeting = await this.#meetingFor(mailboxes, at)
    const kept = await keptEvents(mailboxes, at, meeting.objects[0].uid)
    const self = { name: owner.displayName, address: target.address }
    const facts: MeetingFacts<ItemNo> = {
      meeting,
      sender: sender.addresses,
      senderGroups: groups,
      owner: { addresses: new Set(addressesOfEntry(owner)), self: { name: self.name, email: self.address } },
      kept,
      addRequests: owner.kind === 'resource' || (await schedulingSettings(mailboxes, at)).addRequests,
    }
    const decided = decideMeeting(facts)
    const decision: typeof decided = isWritable(decided.changes) ? decided : { outcome: 'shown', changes: [] }
    const booked =
      owner.kind === 'resource'
        ? await this.#book(mailboxes, at, { owner, self, decision, facts })
        : undefined
    const changes = booked === undefined ? decision.changes : booked.changes
    const written = await writeChanges(mailboxes, at, calendar.no, changes, this.#deps.now())
    const mark = markOf(meeting, sender, decision, kept, booked)
    this.#done.set(target, { mark, booked, kept, written })
    return { content: mark as unknown as Record<string, unknown> }
  }

  /** Times of a zone that nobody knows are on the clock of who sent them, else of who reads them. */
  async #meetingFor(mailboxes: MailboxReader, at: MailboxRef): Promise<MeetingText> {
    const { meeting, inZone, sendersZone } = this.#arriving
    const zone = inZone && (sendersZone ?? (await saidZone(mailboxes, at)))
    return zone ? inZone(zone) : meeting
  }

  /** Files that came with an invitation are the event's too, as the body of both. Rooms have no use for them. */
  async stored({ mailboxes }: Writer, at: MailboxRef, target: LocalTarget, copy: StoredCopy): Promise<void> {
    this.#placed.set(target, copy.no)
    const done = this.#done.get(target)
    if (done?.mark.kind !== 'request' || done.booked !== undefined) return
    const { mark, written } = done
    const ofSeries = mark.recurrenceId !== undefined && mark.outcome === 'updated'
    if (ofSeries) return
    for (const event of written) await shareFiles(mailboxes, at, copy, event)
  }

  async #book(
    mailboxes: MailboxWriter,
    at: MailboxRef,
    {
      owner,
      self,
      decision,
      facts,
    }: {
      owner: Extract<Entry, { kind: 'resource' }>
      self: Named
      decision: MeetingDecision<ItemNo>
      facts: MeetingFacts<ItemNo>
    },
  ): Promise<Booked> {
    const settings = await bookingSettings(mailboxes, at)
    const { sender } = this.#arriving
    // Exchange's rooms take strangers' requests no more than ours do (ProcessExternalMeetingMessages).
    if (!sender.internal && !settings.acceptExternal) return { answer: 'nothing', changes: [], replies: [] }
    const now = this.#deps.now()
    const addresses = new Set(addressesOfEntry(owner))
    const request = { resource: owner, self, addresses, decision, settings, now }
    return bookOccurrences(mailboxes, at, request, facts)
  }

  /** When the message is durable: what resources answer, and copies for delegates. */
  async after(target: LocalTarget): Promise<void> {
    const owner = this.#arriving.owners.get(target)
    const done = this.#done.get(target)
    const item = this.#placed.get(target)
    if (owner === undefined || done === undefined || item === undefined) return
    const at = { organization: this.#arriving.organization, mailbox: target.mailbox }
    const { booked, mark } = done
    if (booked !== undefined) await this.#answer(at, owner, item, booked, mark)
    else if (mark.outcome === 'asked-again') await this.#sendAgain(at, owner, done)
    else await this.#tellDelegates(at, owner, item, mark)
  }

  async #answer(
    at: MailboxRef,
    owner: Entry,
    item: ItemNo,
    booked: Booked,
    mark: MeetingMark,
  ): Promise<void> {
    if (booked.answer === 'nothing') return
    if (booked.answer !== 'delegates') return answerOwed(this.#deps, { at, owner, item, mark })
    const { directory } = this.#deps.store
    const { rows } = await directory.listDelegates(at.organization, owner.id, { limit: 100 })
    await copyToDelegates(this.#deps, { at, owner, item, mark }, rows)
  }

  async #sendAgain(at: MailboxRef, owner: Entry, { kept }: Done): Promise<void> {
    const event = kept.find((one) => one.event.recurrenceId === undefined)?.event
    const to = event && attendeesOf(event).find((one) => isPerson(one, this.#arriving.sender.addresses))
    if (event === undefined || to?.email === undefined) return
    const organizer = { name: owner.displayName, address: primaryAddress(owner) ?? '' }
    const [one] = note('REQUEST', toldByOrganizer(event, organizer), [
      { name: to.name ?? '', address: to.email },
    ])
    await sendLetter(this.#deps, { owner, at, login: null }, { note: one!, automatic: true }, { save: false })
  }

  async #tellDelegates(at: MailboxRef, owner: Entry, item: ItemNo, mark: MeetingMark): Promise<void> {
    const { store } = this.#deps
    const { to, only } = await copiesGoTo(store.mailboxes, at, { private: isPrivate(mark.object) })
    if (to.length === 0) return
    const entries = await Promise.all(to.map((id) => store.directory.findEntry(at.organization, { id })))
    const delegates = entries.filter((entry) => entry !== undefined)
    const copies = await copyToDelegates(this.#deps, { at, owner, item, mark }, delegates)
    if (only && copies > 0 && mark.kind === 'request') await throwAway(this.#deps.store, at, item)
  }
}

const isPrivate = ({ privacy }: CalendarObject): boolean => privacy === 'private' || privacy === 'secret'

const bookedOutcome = {
  accept: 'booked',
  decline: 'turned-down',
  delegates: 'to-delegates',
  released: 'cancelled',
} as const

function timesOfKept(event: CalendarObject, recurrenceId: string | undefined): Times | undefined {
  if (recurrenceId === undefined) return timesOfOne(event)
  return takesPlace(event, recurrenceId) ? timesOfOne(occurrenceOf(event, recurrenceId)) : undefined
}

/** What is kept of a meeting message that was so decided. */
export function markOf(
  { method, objects }: MeetingText,
  sender: Pick<Person, 'addresses'>,
  { outcome }: Pick<MeetingDecision<ItemNo>, 'outcome'>,
  kept: readonly Kept<ItemNo>[],
  booked: Booked | undefined,
): MeetingMark {
  const [object] = objects
  const series = kept.find(({ event }) => event.recurrenceId === undefined)
  const recurrenceId = occurrenceKey(series?.event, object)
  const answers = method === 'REPLY' || method === 'COUNTER'
  const attendees = attendeesOf(object)
  const answer = answers
    ? (attendees.find((one) => isPerson(one, sender.addresses)) ?? attendees[0])
    : undefined
  const status = answer?.participationStatus
  const response =
    status === 'accepted' || status === 'declined' || status === 'tentative' ? status : undefined
  const countered = method === 'COUNTER' && series ? timesOfKept(series.event, recurrenceId) : undefined
  return {
    '@type': 'MeetingMessage',
    kind: kindOfMethod[method],
    method,
    uid: object.uid,
    ...(recurrenceId !== undefined && { recurrenceId }),
    ...(response && { response }),
    outcome: booked === undefined || booked.answer === 'nothing' ? outcome : bookedOutcome[booked.answer],
    object,
    ...(countered && { countered }),
    ...(booked && booked.answer !== 'nothing' && booked.answer !== 'delegates' && { owed: booked.replies }),
  }
}
