import type { FolderNo, ItemNo } from './item.ts'

/** How the time of an event counts, from the least to the most (EWS LegacyFreeBusyType). */
export const busyOrder = ['free', 'workingElsewhere', 'tentative', 'busy', 'outOfOffice'] as const
export type Busy = (typeof busyOrder)[number]

/**
 * What an event is found by: its UID, and when it takes place. Times lie in clear, so that a question about one week costs
 * that week and needs no key; the rest is sealed with the event.
 */
export type EventEntry = {
  /** iCalendar UID; only a blind index of it is kept. */
  uid: string
  /** Epoch milliseconds: the first start and the last end of all its occurrences; null where it has no end. */
  fromMs: number
  toMs: number | null
  busy: Busy
  /** Its occurrences must be computed from the event itself. */
  series: boolean
  /** Whole days or a floating time: its times are those of UTC and mean the clock of who looks. */
  floating: boolean
  private: boolean
}

/** `modseq`: of its item, which changes with it. */
export type IndexedEvent = Omit<EventEntry, 'uid'> & { item: ItemNo; folder: FolderNo; modseq: number }

/** Events that may overlap `from` to before `to`, in epoch milliseconds; floating ones are shifted by nobody. */
export type EventQuery = {
  from: number
  to: number
  folder?: FolderNo
  /** The `next` of the page before. */
  after?: ItemNo | null
  limit: number
}
