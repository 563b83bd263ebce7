import { bookingPolicies, type MovedBooking } from '#src/domain/migration/moved-booking.ts'
import { type GrantFile, RowSayings } from './grant-rows.ts'
import type { Row } from './table.ts'
import { isFalse, isTrue, listOf } from './values.ts'

/** Get-CalendarProcessing: who decides about a room, and who may book it. Policies for everybody are no grants. */
export const calendarProcessing: GrantFile = {
  cmdlet: 'Get-CalendarProcessing',
  columns: ['identity', 'resourcedelegates'],
  said: (row) => {
    const sayings = new RowSayings(row)
    const owner = row.value('Mailbox').trim() || row.value('Identity').trim()
    for (const grantee of listOf(row.value('ResourceDelegates'), 'ResourceDelegates', row.where)) {
      sayings.grant({ owner, grantee, right: 'room-delegate' })
    }
    for (const policy of bookingPolicies) {
      for (const grantee of listOf(row.value(policy), policy, row.where)) {
        sayings.grant({ owner, grantee, right: 'folder-read', folder: policy })
      }
    }
    const booking = bookingOf(row)
    return booking === undefined ? sayings.said : { ...sayings.said, bookings: [{ owner, booking }] }
  },
}

/** Settings of a room, where the file has them; numbers as large as they may be here. */
function bookingOf(row: Row): MovedBooking | undefined {
  const how = row.value('AutomateProcessing').trim()
  if (how === '') return undefined
  const number = (column: string, most: number, otherwise: number): number => {
    const text = row.value(column).trim()
    return /^\d{1,9}$/.test(text) ? Math.min(most, Number(text)) : otherwise
  }
  return {
    // Who is not let in by policy has to be let in by a delegate.
    autoAcceptRequests: /^AutoAccept$/i.test(how) && !isFalse(row.value('AllBookInPolicy')),
    autoDeclineRecurringRequests: isFalse(row.value('AllowRecurringMeetings')),
    autoDeclineConflictingRequests: !isTrue(row.value('AllowConflicts')),
    conflictPercentageAllowed: number('ConflictPercentageAllowed', 100, 0),
    maximumConflictInstances: number('MaximumConflictInstances', 100, 0),
    // 0 is without end there.
    bookingWindowDays: number('BookingWindowInDays', MOST_DAYS, 180) || MOST_DAYS,
    acceptExternal: isTrue(row.value('ProcessExternalMeetingMessages')),
    addRequests: !/^None$/i.test(how),
  }
}

const MOST_DAYS = 1_095

/** Get-Mailbox: send on behalf. */
export const sendOnBehalf: GrantFile = {
  cmdlet: 'Get-Mailbox',
  columns: ['identity', 'grantsendonbehalfto'],
  said: (row) => {
    const sayings = new RowSayings(row)
    const owner = row.value('PrimarySmtpAddress').trim() || row.value('Identity').trim()
    for (const grantee of listOf(row.value('GrantSendOnBehalfTo'), 'GrantSendOnBehalfTo', row.where)) {
      sayings.grant({ owner, grantee, right: 'send-on-behalf' })
    }
    return sayings.said
  },
}
