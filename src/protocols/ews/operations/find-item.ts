import { Breath } from '#src/base/breath.ts'
import { calendarView, type ViewedEvent, viewedEvent } from '#src/domain/calendar/calendar-view.ts'
import { FolderRight } from '#src/domain/directory/folder-permission.ts'
import type { Request } from '#src/wire/ews/message.ts'
import { epochOf } from '#src/wire/ews/model/time-zones.ts'
import type { ItemResponseShapeType, SearchExpression } from '#src/wire/ews/schema-types.ts'
import type { EwsCall } from '../call.ts'
import { findItems } from '../finding/find-items.ts'
import { findGrouped, groupIndexOf, groupingOf } from '../finding/group-items.ts'
import { seek } from '../finding/seek.ts'
import { findHidden } from '../hidden/find-hidden.ts'
import { ItemView, viewParts } from '../item-view.ts'
import { MOST_FOUND } from '../limits.ts'
import { eachMessage } from '../messages.ts'
import { operation } from '../operation.ts'
import { pageOf } from '../paging.ts'
import { type FolderPlace, need } from '../places.ts'
import { type ShownItem, showItem } from '../properties/show-item.ts'
import { EwsRefusal } from '../refusal-codes.ts'

/** Between the ends of a CalendarView; Exchange allows no more. */
const LONGEST_VIEW_MS = 2 * 366 * 86_400_000

/** FindItem: what restrictions and query strings find, in order and by pages; of a calendar also the occurrences of a time. */
export const findItem = operation({
  name: 'FindItem',
  count: ({ ParentFolderIds }) => ParentFolderIds.length,
  run: (call, request) => ({
    messages: eachMessage(call, 'FindItem', request.ParentFolderIds, async (id) => {
      const place = need(await call.places.folder(id), FolderRight.readAny)
      if (request.Traversal === 'Associated') return { RootFolder: await findHidden(call, place, request) }
      if (request.CalendarView !== undefined) return { RootFolder: await inCalendar(call, place, request) }
      return { RootFolder: await inFolder(call, place, request) }
    }),
  }),
})

async function inFolder(call: EwsCall, place: FolderPlace, request: Request<'FindItem'>): Promise<object> {
  const none = request.Traversal !== 'Shallow'
  const grouping = groupingOf(request)
  const asked = { ...request, Restriction: withinNames(request) }
  const find = () =>
    grouping === undefined ? findItems(call, place, asked) : findGrouped(call, place, asked, grouping)
  const all = none ? [] : await find()
  const { SeekToConditionPageItemView: sought, FractionalPageItemView: fractional } = request
  const indexed = sought === undefined ? request.IndexedPageItemView : await seek(call, place, all, sought)
  const most = Math.min(request.ContactsView?.MaxEntriesReturned ?? MOST_FOUND, MOST_FOUND)
  const page = pageOf(all, indexed, fractional, most)
  const items = await call.services.store.mailboxes.getItems(place.mailbox.at, [...page.rows], viewParts)
  const breath = new Breath()
  const groups: { GroupIndex: string; Items: ShownItem[] }[] = []
  const shown: ShownItem[] = []
  for (const item of items) {
    call.signal.throwIfAborted()
    await breath.taken()
    const view = new ItemView(call, item, optionsOf(place, request.ItemShape))
    shown.push(await showItem(view))
    if (grouping !== undefined) addTo(groups, await groupIndexOf(view, grouping), shown.at(-1)!)
  }
  return { ...page.attributes, ...(grouping === undefined ? { Items: shown } : { Groups: groups }) }
}

/** Of a ContactsView the restriction to the names that it is about; the last one counts too. */
function withinNames({ Restriction, ContactsView }: Request<'FindItem'>): SearchExpression | undefined {
  const path = { FieldURI: { FieldURI: 'contacts:DisplayName' as const } }
  const beside = (Value: string) => ({ ...path, FieldURIOrConstant: { Constant: { Value } } })
  const { InitialName, FinalName } = ContactsView ?? {}
  const all: SearchExpression[] = [
    ...(Restriction ? [Restriction] : []),
    ...(InitialName ? [{ IsGreaterThanOrEqualTo: beside(InitialName) }] : []),
    ...(FinalName ? [{ IsLessThanOrEqualTo: beside(FinalName) }] : []),
  ]
  return all.length < 2 ? all[0] : { And: all }
}

/** The items of a group follow each other; it is called as the first of them writes it. */
function addTo(groups: { GroupIndex: string; Items: ShownItem[] }[], index: string, item: ShownItem): void {
  const last = groups.at(-1)
  if (last?.GroupIndex.toLowerCase() === index.toLowerCase()) last.Items.push(item)
  else groups.push({ GroupIndex: index, Items: [item] })
}

const optionsOf = ({ mailbox, rights }: FolderPlace, shape: ItemResponseShapeType) => ({
  mailbox,
  rights,
  shape,
  listed: true,
})

async function inCalendar(call: EwsCall, place: FolderPlace, request: Request<'FindItem'>): Promise<object> {
  const { StartDate, EndDate, MaxEntriesReturned } = request.CalendarView!
  if (groupingOf(request) !== undefined)
    throw new EwsRefusal('ErrorInvalidOperation', 'invalid-parameter', 'Occurrences are not grouped.')
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
  let found: ViewedEvent[] = []
  const most = Math.min(MaxEntriesReturned ?? MOST_FOUND, MOST_FOUND)
  for await (const viewed of calendarView(call.services.store.mailboxes, mailbox.at, {
    folder: folder.no,
    from,
    to,
    zone: call.zone,
    parts: viewParts,
    most: most + 1,
  })) {
    call.signal.throwIfAborted()
    found.push(viewed)
    // A view has no second page: who did not ask for the first few would never know of the others.
    if (MaxEntriesReturned === undefined && found.length > most) throw tooMany()
    // Only the first are shown: the others need not be kept.
    if (found.length >= 4 * MOST_FOUND) found = found.sort(byStart).slice(0, most + 1)
  }
  found.sort(byStart)
  const breath = new Breath()
  const shown: ShownItem[] = []
  for (const viewed of found.slice(0, most)) {
    call.signal.throwIfAborted()
    await breath.taken()
    const { item, recurrenceId, startMs, endMs } = viewed
    const occurrence = { at: { recurrenceId, startMs, endMs }, event: viewedEvent(viewed) }
    const options = { ...optionsOf(place, request.ItemShape), ...(recurrenceId !== null && { occurrence }) }
    shown.push(await showItem(new ItemView(call, item, options)))
  }
  return { TotalItemsInView: shown.length, IncludesLastItemInRange: found.length <= most, Items: shown }
}

const tooMany = () =>
  new EwsRefusal(
    'ErrorExceededFindCountLimit',
    'limit-exceeded',
    `There are more than ${MOST_FOUND} occurrences in this time. Ask for less of it, or say MaxEntriesReturned.`,
    { PolicyLimit: String(MOST_FOUND) },
  )

const byStart = (a: { startMs: number }, b: { startMs: number }): number => a.startMs - b.startMs
