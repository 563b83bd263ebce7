import { z } from 'zod'
import type { BookingOptions } from '#src/domain/directory/entry.ts'
import { attribute } from './fields.ts'

export const resourceType = z.enum(['ROOM', 'EQUIPMENT'])
export const resourceDescription = attribute.max(64)

/** DIR-18. */
export const bookingOptions = z.object({
  AutoAcceptRequests: z.boolean().optional(),
  AutoDeclineRecurringRequests: z.boolean().optional(),
  AutoDeclineConflictingRequests: z.boolean().optional(),
})

export function parseBookingOptions(given: z.output<typeof bookingOptions>): Partial<BookingOptions> {
  const { AutoAcceptRequests, AutoDeclineRecurringRequests, AutoDeclineConflictingRequests } = given
  return {
    ...(AutoAcceptRequests !== undefined && { autoAcceptRequests: AutoAcceptRequests }),
    ...(AutoDeclineRecurringRequests !== undefined && {
      autoDeclineRecurringRequests: AutoDeclineRecurringRequests,
    }),
    ...(AutoDeclineConflictingRequests !== undefined && {
      autoDeclineConflictingRequests: AutoDeclineConflictingRequests,
    }),
  }
}

export const formatBookingOptions = (options: BookingOptions) => ({
  AutoAcceptRequests: options.autoAcceptRequests,
  AutoDeclineRecurringRequests: options.autoDeclineRecurringRequests,
  AutoDeclineConflictingRequests: options.autoDeclineConflictingRequests,
})
