import type { FolderPlace } from '../directory/mailbox-access.ts'
import type { FolderNo } from '../mailbox/item.ts'
import type { MailboxReader, MailboxRef } from '../mailbox/store.ts'

/** Where a mailbox has its calendar, and the folder that its settings are kept with. */
type CalendarPlaces = { calendar: FolderPlace; root: FolderNo }

const MOST_KEPT = 20_000
const kept = new WeakMap<MailboxReader, Map<string, CalendarPlaces>>()

/** Undefined where there is no calendar. They stay where they are, so they are looked up once; what lies in them is not remembered. */
export async function calendarPlaces(
  mailboxes: MailboxReader,
  at: MailboxRef,
): Promise<CalendarPlaces | undefined> {
  const known = kept.get(mailboxes) ?? new Map<string, CalendarPlaces>()
  kept.set(mailboxes, known)
  const name = `${at.organization} ${at.mailbox}`
  const before = known.get(name)
  if (before !== undefined) return before
  const calendar = await mailboxes.findFolder(at, { distinguished: 'calendar' })
  const root = await mailboxes.findFolder(at, { distinguished: 'root' })
  if (calendar === undefined || root === undefined) return undefined
  const { no, parent, class: itemClass, distinguished } = calendar
  const places = { calendar: { no, parent, class: itemClass, distinguished }, root: root.no }
  if (known.size >= MOST_KEPT) known.clear()
  known.set(name, places)
  return places
}
