import type { BusyType, CalendarObject } from './event.ts'

/** Both properties that say how the time of an event counts. */
export const freeBusyOf = (busyType: BusyType): Pick<CalendarObject, 'busyType' | 'freeBusyStatus'> => ({
  busyType,
  freeBusyStatus: busyType === 'free' ? 'free' : 'busy',
})
