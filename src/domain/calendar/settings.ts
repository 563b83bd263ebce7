import type { MailboxReader, MailboxRef, MailboxWriter } from '../mailbox/store.ts'
import { Refusal } from '../refusal.ts'

/** Settings of a mailbox that hang on its root under a name, sealed as everything of it; the default until they are set. */
export async function readSettings<T extends Readonly<Record<string, unknown>>>(
  mailboxes: MailboxReader,
  at: MailboxRef,
  name: string,
  usual: T,
): Promise<T> {
  const kept = await mailboxes.findConfiguration(at, 'root', name)
  return kept === undefined ? usual : { ...usual, ...(kept.content as Partial<T>) }
}

/** Refuses `no-such-folder`, `too-large`. */
export async function writeSettings(
  mailboxes: MailboxWriter,
  at: MailboxRef,
  name: string,
  content: Readonly<Record<string, unknown>>,
): Promise<void> {
  const root = await mailboxes.findFolder(at, { distinguished: 'root' })
  if (root === undefined) throw new Refusal('no-such-folder', 'The mailbox has no root folder for settings.')
  await mailboxes.putConfiguration(at, root.no, name, content)
}

/** What a mailbox does with meeting messages by itself. */
export type SchedulingSettings = {
  /** Whether invitations go into the calendar as they come, tentatively, as Exchange does. */
  addRequests: boolean
}

const SCHEDULING = 'Landbridge.Scheduling'

export const schedulingSettings = (mailboxes: MailboxReader, at: MailboxRef): Promise<SchedulingSettings> =>
  readSettings(mailboxes, at, SCHEDULING, { addRequests: true })

export const setSchedulingSettings = (
  mailboxes: MailboxWriter,
  at: MailboxRef,
  { addRequests }: SchedulingSettings,
): Promise<void> => writeSettings(mailboxes, at, SCHEDULING, { addRequests })

/** What a resource takes beside what the directory says of it (DIR-18). Names and defaults of the first two are Exchange's. */
export type BookingSettings = {
  /** Of a series, how many of 100 occurrences may find the resource taken before the whole series is declined. */
  conflictPercentageAllowed: number
  /** And how many at most. */
  maximumConflictInstances: number
  /** Meetings that begin later than this are declined, and series are looked at so far. */
  bookingWindowDays: number
  /** Whether people outside the organisation may book it. */
  acceptExternal: boolean
}

const BOOKING = 'Landbridge.Booking'

const usualBooking: BookingSettings = {
  conflictPercentageAllowed: 0,
  maximumConflictInstances: 0,
  bookingWindowDays: 1_095,
  acceptExternal: false,
}

export const bookingSettings = (mailboxes: MailboxReader, at: MailboxRef): Promise<BookingSettings> =>
  readSettings(mailboxes, at, BOOKING, usualBooking)

/** Refuses `invalid-parameter`. */
export async function setBookingSettings(
  mailboxes: MailboxWriter,
  at: MailboxRef,
  settings: BookingSettings,
): Promise<void> {
  const { conflictPercentageAllowed, maximumConflictInstances, bookingWindowDays, acceptExternal } = settings
  const within = (value: number, most: number): boolean =>
    Number.isInteger(value) && value >= 0 && value <= most
  if (
    !within(conflictPercentageAllowed, 100) ||
    !within(maximumConflictInstances, 100) ||
    !within(bookingWindowDays, 1_095)
  )
    throw new Refusal(
      'invalid-parameter',
      'Conflicts are allowed for 0 to 100 percent and 0 to 100 occurrences, and bookings 0 to 1095 days ahead.',
    )
  await writeSettings(mailboxes, at, BOOKING, {
    conflictPercentageAllowed,
    maximumConflictInstances,
    bookingWindowDays,
    acceptExternal: acceptExternal === true,
  })
}
