import { randomUUID } from 'node:crypto'
import { parseDuration } from '#src/formats/jscalendar/duration.ts'
import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import { keptZone } from '#src/formats/jscalendar/kept-zone.ts'
import { parseLocal } from '#src/formats/recurrence/civil.ts'
import { addItem, contentSummary, type NewContentItem } from '../mailbox/add-item.ts'
import type { ItemContent } from '../mailbox/content.ts'
import { fileNames } from '../mailbox/files.ts'
import type { FolderNo, Item, ItemNo, ItemState } from '../mailbox/item.ts'
import type { MailboxReader, MailboxRef } from '../mailbox/store.ts'
import { requireUnchanged } from '../mailbox/unchanged.ts'
import { Refusal } from '../refusal.ts'
import type { Store } from '../store.ts'
import { eventEntryOf } from './event-entry.ts'

/** More changed occurrences than any real series has; each costs every question about it. */
const MOST_OVERRIDES = 5_000

type Options = Pick<NewContentItem, 'flags' | 'keywords' | 'properties' | 'receivedAt' | 'files'>

/**
 * Stores an event or task; one without a UID gets one. Refuses `invalid-parameter` for one that cannot be placed in
 * time, and what `addItem` refuses.
 */
export async function addCalendarObject(
  store: Store,
  at: MailboxRef,
  folder: FolderNo,
  object: CalendarObject,
  options: Options = {},
): Promise<ItemState> {
  const content = requireCalendarObject(object.uid === '' ? { ...object, uid: randomUUID() } : object)
  const itemClass = content['@type'] === 'Task' ? 'task' : 'event'
  return addItem(store, at, { ...options, folder, class: itemClass, content })
}

/**
 * Puts another event or task in place of an item's. Refuses as `addCalendarObject`, `no-such-item`, and `ChangedMeanwhile` when somebody
 * changed it after `unchangedSince`.
 */
export async function changeCalendarObject(
  store: Store,
  at: MailboxRef,
  item: ItemNo,
  object: CalendarObject,
  { unchangedSince, ...options }: Pick<Options, 'keywords' | 'properties'> & { unchangedSince?: number } = {},
): Promise<ItemState> {
  const content = requireCalendarObject(object)
  const itemClass = content['@type'] === 'Task' ? 'task' : 'event'
  const scope = { organization: at.organization, mailboxes: [at.mailbox] }
  return store.transact(scope, async ({ mailboxes }) => {
    await requireUnchanged(mailboxes, at, item, unchangedSince)
    return mailboxes.changeItem(at, item, {
      ...options,
      content,
      summary: { ...contentSummary(itemClass, content), ...(await fileNames(mailboxes, at, item)) },
      event: eventEntryOf(content) ?? null,
    })
  })
}

/** The event or task of an item read with its content; undefined for another kind of item. */
export function calendarObjectOf(item: Pick<Item, 'class' | 'content'>): CalendarObject | undefined {
  return (item.class === 'event' || item.class === 'task') && item.content
    ? (item.content as unknown as CalendarObject)
    : undefined
}

export type FoundEvent = { item: Item; event: CalendarObject }

/** The event or task of an item. Refuses `no-such-item`. */
export async function getEvent(mailboxes: MailboxReader, at: MailboxRef, no: ItemNo): Promise<FoundEvent> {
  const [item] = await mailboxes.getItems(at, [no], ['summary', 'structure', 'content', 'properties'])
  const event = item && calendarObjectOf(item)
  if (item === undefined || event === undefined)
    throw new Refusal('no-such-item', 'There is no such event in this mailbox.')
  return { item, event }
}

/** Events of an iCalendar UID outside the recoverable area, those of the calendar first. */
export async function findByUid(
  mailboxes: MailboxReader,
  at: MailboxRef,
  uid: string,
): Promise<readonly FoundEvent[]> {
  const found = await mailboxes.eventsByUid(at, uid)
  if (found.length === 0) return []
  const numbers = found.map(({ item }) => item)
  const items = await mailboxes.getItems(at, numbers, ['summary', 'content', 'properties'])
  const calendar = await mailboxes.findFolder(at, { distinguished: 'calendar' })
  return items
    .filter(({ deletedFrom }) => deletedFrom === null)
    .flatMap((item) => {
      const event = calendarObjectOf(item)
      return event ? [{ item, event }] : []
    })
    .toSorted((a, b) => Number(b.item.folder === calendar?.no) - Number(a.item.folder === calendar?.no))
}

/** Refuses `invalid-parameter` for one that cannot be placed in time. */
export function requireCalendarObject(object: CalendarObject): CalendarObject & ItemContent {
  const said = (what: string): Refusal => new Refusal('invalid-parameter', what)
  const moments = [object.start, object.due, ...Object.keys(object.recurrenceOverrides ?? {})]
  for (const moment of moments) {
    if (moment !== undefined && Number.isNaN(parseLocal(moment)))
      throw said(`"${moment}" is no date and time such as 2026-11-21T09:00:00.`)
  }
  if (object['@type'] === 'Event' && object.start === undefined) throw said('An event needs a start.')
  if (object.duration !== undefined && parseDuration(object.duration)?.sign !== 1)
    throw said(`"${object.duration}" is no length of time such as PT1H30M.`)
  if (object.timeZone != null && keptZone(object.timeZone, object.timeZones) === undefined)
    throw said(`"${object.timeZone}" is no time zone that is known here, and comes without a definition.`)
  if (Object.keys(object.recurrenceOverrides ?? {}).length > MOST_OVERRIDES)
    throw said(`A series has at most ${MOST_OVERRIDES} occurrences of its own.`)
  return object as CalendarObject & ItemContent
}
