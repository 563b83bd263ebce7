import { Breath } from '#src/base/breath.ts'
import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import { type Occurrence, occurrencesIn } from '#src/formats/jscalendar/occurrences.ts'
import { occurrenceOf } from '#src/formats/jscalendar/patch.ts'
import { SharedEffort } from '#src/formats/recurrence/effort.ts'
import { type TimeZone, utc } from '#src/formats/time-zone/zone.ts'
import type { IndexedEvent } from '../mailbox/event-index.ts'
import type { FolderNo, Item, ItemNo, ItemPart } from '../mailbox/item.ts'
import type { MailboxReader, MailboxRef, Page } from '../mailbox/store.ts'
import { calendarObjectOf } from './events.ts'

/** One occurrence as a calendar shows it: of `object`, which may be a series. */
export type ViewedEvent = Occurrence & { item: Item; object: CalendarObject }

/** The occurrence itself. */
export const viewedEvent = ({ object, recurrenceId }: ViewedEvent): CalendarObject =>
  recurrenceId === null ? object : occurrenceOf(object, recurrenceId)

type ViewQuery = {
  folder?: FolderNo
  /** Epoch milliseconds; `to` is not in it. */
  from: number
  to: number
  /** Whose clock whole days and floating times are on. */
  zone?: TimeZone
  parts?: readonly ItemPart[]
  /** Of each series, and those of its own on top of that; its first ones in the window. */
  most?: number
}

const PAGE = 200
/** Floating events lie in the index by UTC; clocks differ from it by so much. */
const CLOCK_SLACK_MS = 14 * 3_600_000

/** Occurrences that overlap the window, each event's in order, by pages of the index: never a whole calendar at once. */
export async function* calendarView(
  mailboxes: MailboxReader,
  at: MailboxRef,
  { folder, from, to, zone = utc, parts = [], most = Number.POSITIVE_INFINITY }: ViewQuery,
): AsyncGenerator<ViewedEvent> {
  const breath = new Breath()
  const efforts = new SharedEffort()
  for await (const page of indexedEvents(mailboxes, at, { folder, from, to })) {
    const numbers = page.map(({ item }) => item)
    const items = await mailboxes.getItems(at, numbers, [...new Set<ItemPart>(['content', ...parts])])
    for (const item of items) {
      const object = calendarObjectOf(item)
      if (object === undefined) continue
      await breath.taken()
      const effort = efforts.next()
      for (const occurrence of occurrencesIn(object, { from, to }, zone, { effort, most }))
        yield { ...occurrence, item, object }
    }
  }
}

/** The index of a window with room for floating times, a page at a time. */
export async function* indexedEvents(
  mailboxes: MailboxReader,
  at: MailboxRef,
  { folder, from, to }: { folder?: FolderNo | undefined; from: number; to: number },
): AsyncGenerator<readonly IndexedEvent[]> {
  let after: ItemNo | null = null
  do {
    const page: Page<IndexedEvent, ItemNo> = await mailboxes.eventsIn(at, {
      from: from - CLOCK_SLACK_MS,
      to: to + CLOCK_SLACK_MS,
      ...(folder !== undefined && { folder }),
      after,
      limit: PAGE,
    })
    if (page.rows.length > 0) yield page.rows
    after = page.next
  } while (after !== null)
}
