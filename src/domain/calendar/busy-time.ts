import type { Busy } from '../mailbox/event-index.ts'
import type { ItemNo } from '../mailbox/item.ts'

/** A stretch of time that somebody has something to do in; not cut to the window asked for. */
export type BusyTime = {
  startMs: number
  endMs: number
  busy: Busy
  private: boolean
  /** Only where they may be seen, and never of a private event. */
  details?: BusyDetails
}

type BusyDetails = {
  /** Null where the event is on another system. */
  item: ItemNo | null
  subject: string
  location: string | null
  isMeeting: boolean
  isRecurring: boolean
  /** An occurrence that was changed. */
  isException: boolean
  isReminderSet: boolean
}
