import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import { type Entry, primaryAddress } from '../../directory/entry.ts'
import { contentSummary } from '../../mailbox/add-item.ts'
import { fileNames, shareFiles } from '../../mailbox/files.ts'
import type { FolderNo, Item, ItemNo } from '../../mailbox/item.ts'
import type { MailboxReader, MailboxRef, MailboxWriter } from '../../mailbox/store.ts'
import { Refusal } from '../../refusal.ts'
import type { Store } from '../../store.ts'
import { eventEntryOf } from '../event-entry.ts'
import { type FoundEvent, findByUid, getEvent, requireCalendarObject } from '../events.ts'
import { attendeeCopy } from './attendee-copy.ts'
import type { Change, Kept } from './meeting-facts.ts'
import { isSameOccurrence, type MeetingMark } from './meeting-message.ts'
import { addressesOfEntry } from './who.ts'

/** Events of a UID in the calendars of a mailbox: not those that were thrown away. */
export async function keptEvents(
  mailboxes: MailboxReader,
  at: MailboxRef,
  uid: string,
): Promise<readonly Kept<ItemNo>[]> {
  const found = await findByUid(mailboxes, at, uid)
  const kept: Kept<ItemNo>[] = []
  const calendars = new Map<FolderNo, boolean>()
  for (const { item, event } of found) {
    const known = calendars.get(item.folder)
    const isCalendar = known ?? (await mailboxes.getFolder(at, item.folder)).class === 'event'
    calendars.set(item.folder, isCalendar)
    if (isCalendar) kept.push({ item: item.no, event })
  }
  // Copies in other calendars of the same person are that person's own business.
  const first = found.find(({ item }) => calendars.get(item.folder))?.item.folder
  return kept.filter(({ item }) => found.some((one) => one.item.no === item && one.item.folder === first))
}

/** The event that a meeting message is about; undefined when it is not in a calendar (any more). */
export async function eventOfMeeting(
  mailboxes: MailboxReader,
  at: MailboxRef,
  { uid, object }: Pick<MeetingMark, 'uid' | 'object'>,
): Promise<FoundEvent | undefined> {
  const kept = await keptEvents(mailboxes, at, uid)
  const lone = kept.find(({ event }) => isSameOccurrence(event, object))
  const one = kept.find(({ event }) => event.recurrenceId === undefined) ?? lone
  if (one === undefined) return undefined
  const [item] = await mailboxes.getItems(at, [one.item], ['summary', 'content', 'properties'])
  return item && { item, event: one.event }
}

/**
 * The event that a request invites to; put into the calendar when it is not there (yet, or any more), so that it can be
 * answered (EWS AcceptItem on a meeting request), with the files of `message` where that lies in the same mailbox: in one
 * transaction, and once however many ask for it. Refuses `invalid-parameter`, `no-such-folder`.
 */
export async function takeInvitation(
  store: Store,
  at: MailboxRef,
  owner: Pick<Entry, 'addresses' | 'displayName'>,
  mark: MeetingMark,
  now: number,
  message?: Item,
): Promise<FoundEvent> {
  const before = await eventOfMeeting(store.mailboxes, at, mark)
  if (before !== undefined) return before
  const self = { name: owner.displayName, email: primaryAddress(owner) ?? '' }
  const me = { addresses: new Set(addressesOfEntry(owner)), self }
  const event = attendeeCopy(mark.object, me, undefined)
  const scope = { organization: at.organization, mailboxes: [at.mailbox] }
  return store.transact(scope, async ({ mailboxes }) => {
    const kept = await eventOfMeeting(mailboxes, at, mark)
    if (kept !== undefined) return kept
    const calendar = await mailboxes.findFolder(at, { distinguished: 'calendar' })
    if (calendar === undefined) throw new Refusal('no-such-folder', 'The mailbox has no calendar.')
    const [no] = await writeChanges(mailboxes, at, calendar.no, [{ do: 'add', event }], now)
    const { structure, summary } = message ?? {}
    if (message && structure && summary)
      await shareFiles(mailboxes, at, { no: message.no, structure, summary }, no!)
    return getEvent(mailboxes, at, no!)
  })
}

const MOST_CHARACTERS = 2 * 1024 * 1024

/** Whether all of it can be written: what strangers send is not believed to fit. */
export function isWritable(changes: readonly Change<ItemNo>[]): boolean {
  try {
    return changes.every(
      (change) =>
        change.do === 'remove' ||
        JSON.stringify(requireCalendarObject(change.event)).length <= MOST_CHARACTERS,
    )
  } catch (error) {
    if (error instanceof Refusal) return false
    throw error
  }
}

/**
 * Writes what was decided, within a transaction. Small things are not held up by a full mailbox: the message that brought
 * them was let in. Gives the events that were added or changed. Refuses `invalid-parameter` for one that cannot be placed in
 * time.
 */
export async function writeChanges(
  mailboxes: MailboxWriter,
  at: MailboxRef,
  calendar: FolderNo,
  changes: readonly Change<ItemNo>[],
  now: number,
): Promise<ItemNo[]> {
  const written: ItemNo[] = []
  for (const change of changes) {
    if (change.do === 'remove') {
      const deleted = await mailboxes.findFolder(at, { distinguished: 'deleteditems' })
      if (deleted !== undefined) await mailboxes.moveItems(at, { items: [change.item], to: deleted.no })
      continue
    }
    const parts = eventParts(change.event)
    if (change.do === 'change') {
      const summary = { ...parts.summary, ...(await fileNames(mailboxes, at, change.item)) }
      await mailboxes.changeItem(at, change.item, { ...parts, summary, event: parts.event ?? null })
      written.push(change.item)
    } else {
      const { event, ...rest } = parts
      const made = await mailboxes.appendItem(at, {
        ...rest,
        ...(event && { event }),
        class: 'event',
        folder: calendar,
        receivedAt: now,
        ignoreQuota: true,
      })
      written.push(made.no)
    }
  }
  return written
}

function eventParts(object: CalendarObject) {
  const content = requireCalendarObject(object)
  return { content, summary: contentSummary('event', content), event: eventEntryOf(content) }
}
