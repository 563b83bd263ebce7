import { calendarView } from '#src/domain/calendar/calendar-view.ts'
import { FolderRight } from '#src/domain/directory/folder-permission.ts'
import type { Request } from '#src/wire/ews/message.ts'
import type { ItemResponseShapeType } from '#src/wire/ews/schema-types.ts'
import type { EwsCall } from '../call.ts'
import { findItems } from '../finding/find-items.ts'
import { ItemView, viewParts } from '../item-view.ts'
import { MOST_FOUND } from '../limits.ts'
import { eachMessage } from '../messages.ts'
import { operation } from '../operation.ts'
import { pageOf } from '../paging.ts'
import { type FolderPlace, need } from '../places.ts'
import { type ShownItem, showItem } from '../properties/show-item.ts'
import { EwsRefusal } from '../refusal-codes.ts'
import { epochOf } from '../time-zones.ts'

/** Between the ends of a CalendarView; Exchange allows no more. */
const LONGEST_VIEW_MS = 2 * 366 * 86_400_000

/** FindItem: what restrictions and query strings find, in order and by pages; of a calendar also the occurrences of a time. */
export const findItem = operation({
  name: 'FindItem',
  count: ({ ParentFolderIds }) => ParentFolderIds.length,
  run: (call, request) => ({
    messages: eachMessage(call, 'FindItem', request.ParentFolderIds, async (id) => {
      const place = need(await call.places.folder(id), FolderRight.readAny)
      if (request.GroupBy ?? request.DistinguishedGroupBy)
        throw new EwsRefusal('ErrorInvalidOperation', 'not-supported', 'Items are not grouped here.')
      if (request.CalendarView !== undefined) return { RootFolder: await inCalendar(call, place, request) }
      return { RootFolder: await inFolder(call, place, request) }
    }),
  }),
})

async function inFolder(call: EwsCall, place: FolderPlace, request: Request<'FindItem'>): Promise<object> {
  const none = request.Traversal !== 'Shallow'
  const all = none ? [] : await findItems(call, place, request)
  const { IndexedPageItemView: indexed, FractionalPageItemView: fractional, ContactsView: contacts } = request
  const most = Math.min(contacts?.MaxEntriesReturned ?? MOST_FOUND, MOST_FOUND)
  const page = pageOf(all, indexed, fractional, most)
  const items = await call.services.store.mailboxes.getItems(place.mailbox.at, [...page.rows], viewParts)
  const shown: ShownItem[] = []
  for (const item of items) {
    call.signal.throwIfAborted()
    shown.push(await showItem(new ItemView(call, item, optionsOf(place, request.ItemShape))))
  }
  return { ...page.attributes, Items: shown }
}

const optionsOf = ({ mailbox, rights }: FolderPlace, shape: ItemResponseShapeType) => ({
  mailbox,
  rights,
  shape,
  listed: true,
})

async function inCalendar(call: EwsCall, place: FolderPlace, request: Request<'FindItem'>): Promise<object> {
  const { StartDate, EndDate, MaxEntriesReturned } = request.CalendarView!
  const { mailbox, folder } = place
  if (folder.class !== 'event')
    throw new EwsRefusal(
      'ErrorCalendarFolderIsInvalidForCalendarView',
      'invalid-parameter',
      'This folder is no calendar.',
    )
  const [from, to] = [epochOf(StartDate, call.zone), epochOf(EndDate, call.zone)]
  if (to < from)
    throw new EwsRefusal(
      'ErrorCalendarEndDateIsEarlierThanStartDate',
      'invalid-parameter',
      'EndDate is before StartDate.',
    )
  if (to - from > LONGEST_VIEW_MS)
    throw new EwsRefusal('ErrorCalendarViewRangeTooBig', 'limit-exceeded', 'A view is of two years at most.')
  const found: { view: ItemView; startMs: number }[] = []
  const most = Math.min(MaxEntriesReturned ?? MOST_FOUND, MOST_FOUND)
  for await (const viewed of calendarView(call.services.store.mailboxes, mailbox.at, {
    folder: folder.no,
    from,
    to,
    zone: call.zone,
    parts: viewParts,
  })) {
    call.signal.throwIfAborted()
    const { item, event, series, recurrenceId, startMs, endMs } = viewed
    const occurrence = series === null ? {} : { occurrence: { at: { recurrenceId, startMs, endMs }, event } }
    const view = new ItemView(call, item, { ...optionsOf(place, request.ItemShape), ...occurrence })
    found.push({ view, startMs })
    // Only the first are shown: the others need not be kept.
    if (found.length >= 4 * MOST_FOUND) found.sort(byStart).splice(most + 1)
  }
  found.sort(byStart)
  const shown: ShownItem[] = []
  for (const { view } of found.slice(0, most)) shown.push(await showItem(view))
  return { TotalItemsInView: shown.length, IncludesLastItemInRange: found.length <= most, Items: shown }
}

const byStart = (a: { startMs: number }, b: { startMs: number }): number => a.startMs - b.startMs
