import type { OrganizationId } from '#src/base/ids.ts'
import {
  type BookingSettings,
  type SchedulingSettings,
  setBookingSettings,
  setSchedulingSettings,
} from '../calendar/settings.ts'
import type { BookingOptions, Entry } from '../directory/entry.ts'
import type { DirectoryReader } from '../directory/store.ts'
import type { Writer } from '../store.ts'
import type { Member } from './engine/project/project.ts'
import type { Loss } from './source.ts'

/** How a room or equipment answers requests, as its source says it; of a person, whether requests go into the calendar as they come. */
export type MovedBooking = BookingOptions & BookingSettings & Partial<SchedulingSettings>

/** What a source says of one; `owner` by whatever name it has there. */
export type FoundBooking = { owner: string; booking: MovedBooking }

/** What nobody here can be told apart by; each is a list of people beside the settings of a room (Get-CalendarProcessing). */
export const bookingPolicies = ['BookInPolicy', 'RequestInPolicy', 'RequestOutOfPolicy'] as const

/**
 * Lets a room or equipment that is at home here now answer as its source says, and a person's calendar take requests so. Without a delegate nobody could answer what is
 * not accepted by itself: then everything is.
 */
export async function takeBooking(
  { directory, mailboxes }: Writer,
  organization: OrganizationId,
  { entry: id, booking }: Pick<Member, 'entry' | 'booking'>,
): Promise<void> {
  if (booking === undefined || id === null) return
  const entry = await directory.getEntry(organization, id)
  if (entry.mailbox === null) return
  const at = { organization, mailbox: entry.mailbox }
  if (entry.kind === 'user' && booking.addRequests !== undefined)
    await setSchedulingSettings(mailboxes, at, { addRequests: booking.addRequests })
  if (entry.kind !== 'resource') return
  const { autoAcceptRequests: accepts, ...others } = optionsOf(booking)
  const autoAcceptRequests = accepts || !(await hasDelegate(directory, organization, entry))
  await directory.saveEntry(organization, { ...entry, bookingOptions: { ...others, autoAcceptRequests } })
  await setBookingSettings(mailboxes, at, booking)
}

const optionsOf = ({
  autoAcceptRequests,
  autoDeclineRecurringRequests,
  autoDeclineConflictingRequests,
}: MovedBooking): BookingOptions => ({
  autoAcceptRequests,
  autoDeclineRecurringRequests,
  autoDeclineConflictingRequests,
})

const hasDelegate = async (
  directory: Pick<DirectoryReader, 'listDelegates'>,
  organization: OrganizationId,
  { id }: Entry,
): Promise<boolean> => (await directory.listDelegates(organization, id, { limit: 1 })).rows.length > 0

/** What of it is otherwise once it has moved. */
export async function bookingLosses(
  directory: Pick<DirectoryReader, 'listDelegates' | 'findEntry'>,
  organization: OrganizationId,
  { entry: id, booking, flippedAt }: Pick<Member, 'entry' | 'booking' | 'flippedAt'>,
): Promise<readonly Loss[]> {
  if (booking === undefined || booking.autoAcceptRequests || id === null || flippedAt === null) return []
  const entry = await directory.findEntry(organization, { id })
  if (entry?.kind !== 'resource' || (await hasDelegate(directory, organization, entry))) return []
  const reason =
    'It did not accept requests by itself, and no delegate of it is here yet: it accepts them now. Name one with "landbridge resource delegate", then turn that off with "landbridge resource set" and --auto-accept off.'
  return [{ property: 'booking options', reason, weight: 'metadata' }]
}
