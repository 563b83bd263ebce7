/**
 * Events and tasks marked private, for those who may use a calendar and not see what is private in it (EWS ViewPrivateItems): a
 * time that is taken, and nothing of what for.
 */
import type { CalendarObject, Patch } from '#src/formats/jscalendar/event.ts'
import { Flag, type Item } from '../mailbox/item.ts'
import { calendarObjectOf } from './events.ts'

/** As Exchange calls it to whoever may not see it. */
const PRIVATE_TITLE = 'Private Appointment'

const shownOfObject = [
  '@type',
  'uid',
  'created',
  'updated',
  'sequence',
  'freeBusyStatus',
  'busyType',
  'status',
  'start',
  'timeZone',
  'endTimeZone',
  'duration',
  'showWithoutTime',
  'timeZones',
  'recurrenceRules',
  'excludedRecurrenceRules',
  'recurrenceId',
  'recurrenceIdTimeZone',
  'due',
] as const satisfies readonly (keyof CalendarObject)[]

const shownOfPatch: ReadonlySet<string> = new Set([...shownOfObject, 'excluded'])

const isMarked = ({ privacy }: CalendarObject | Patch): boolean =>
  privacy === 'private' || privacy === 'secret'

/** Whether an item read with its content is an event or task that is private, or a series in which something is. */
export function isPrivate(item: Pick<Item, 'class' | 'content'>): boolean {
  const object = calendarObjectOf(item)
  if (object === undefined) return false
  return isMarked(object) || Object.values(object.recurrenceOverrides ?? {}).some(isMarked)
}

/** The event or task without anything but its times. */
export function hidePrivate(object: CalendarObject): CalendarObject {
  const shown: Record<string, unknown> = { privacy: 'private', title: PRIVATE_TITLE }
  for (const name of shownOfObject) if (object[name] !== undefined) shown[name] = object[name]
  const { recurrenceOverrides: overrides } = object
  if (overrides !== undefined)
    shown.recurrenceOverrides = Object.fromEntries(
      Object.entries(overrides).map(([id, patch]) => [id, timesOfPatch(patch)]),
    )
  return shown as CalendarObject
}

const timesOfPatch = (patch: Patch): Patch =>
  Object.fromEntries(Object.entries(patch).filter(([name]) => shownOfPatch.has(name))) as Patch

/** The item as somebody is shown it who may not see what is private. */
export const hidePrivateItem = (item: Item): Item => ({
  ...item,
  flags: item.flags & ~Flag.hasAttachment,
  keywords: [],
  body: null,
  structure: null,
  properties: null,
  summary: { subject: PRIVATE_TITLE } as NonNullable<Item['summary']>,
  content: hidePrivate(calendarObjectOf(item)!) as unknown as NonNullable<Item['content']>,
})
