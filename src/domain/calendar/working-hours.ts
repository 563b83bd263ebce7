import { type Weekday, weekdays } from '#src/formats/recurrence/rule.ts'
import { findIanaZone } from '#src/formats/time-zone/iana-zone.ts'
import type { TimeZone } from '#src/formats/time-zone/zone.ts'
import type { MailboxReader, MailboxRef } from '../mailbox/store.ts'
import { Refusal } from '../refusal.ts'
import type { Store } from '../store.ts'
import { calendarPlaces } from './calendar-places.ts'

/** When somebody works, on the clock of their zone. */
export type WorkingHours = {
  /** IANA name. */
  timeZone: string
  /** Minutes since midnight, start before end: a shift over midnight is two (interop 2.3). */
  periods: readonly { days: readonly Weekday[]; startMinutes: number; endMinutes: number }[]
}

const NAME = 'Landbridge.WorkingHours'
const UNSAID = 'Etc/UTC'

/** As Exchange has them until somebody says otherwise: Monday to Friday, 8 to 17. */
export const usualHours = (timeZone: string): WorkingHours => ({
  timeZone,
  periods: [{ days: weekdays.slice(0, 5), startMinutes: 480, endMinutes: 1_020 }],
})

/** Of the owner of a mailbox; the usual ones in UTC until they are set. */
export async function workingHours(mailboxes: MailboxReader, at: MailboxRef): Promise<WorkingHours> {
  const places = await calendarPlaces(mailboxes, at)
  const kept = places && (await mailboxes.findConfiguration(at, places.root, NAME))
  return kept === undefined ? usualHours(UNSAID) : (kept.content as WorkingHours)
}

/** The zone that the owner of a mailbox has said; undefined until then. */
export async function knownZone(mailboxes: MailboxReader, at: MailboxRef): Promise<TimeZone | undefined> {
  const { timeZone } = await workingHours(mailboxes, at)
  return timeZone === UNSAID ? undefined : findIanaZone(timeZone)
}

/** Refuses `invalid-parameter`. A shift over midnight is kept as two. */
export async function setWorkingHours(store: Store, at: MailboxRef, hours: WorkingHours): Promise<void> {
  const zone = findIanaZone(hours.timeZone)
  if (zone === undefined)
    throw new Refusal(
      'invalid-parameter',
      `"${hours.timeZone}" is no time zone; say one such as Europe/Berlin.`,
    )
  const periods = hours.periods.flatMap(splitAtMidnight)
  const root = await store.mailboxes.findFolder(at, { distinguished: 'root' })
  const scope = { organization: at.organization, mailboxes: [at.mailbox] }
  await store.transact(scope, ({ mailboxes }) =>
    mailboxes.putConfiguration(at, root!.no, NAME, { timeZone: zone.id, periods }),
  )
}

export type WorkingPeriod = WorkingHours['periods'][number]

/** A shift over midnight as two. Refuses `invalid-parameter` for what is no stretch of a day. */
export function splitAtMidnight({
  days,
  startMinutes: start,
  endMinutes: end,
}: WorkingPeriod): WorkingPeriod[] {
  const fits = (minutes: number): boolean => Number.isInteger(minutes) && minutes >= 0 && minutes <= 1_440
  if (!fits(start) || !fits(end) || days.length === 0)
    throw new Refusal(
      'invalid-parameter',
      'Working hours lie between 0 and 1440 minutes after midnight, on a day at least.',
    )
  if (start < end) return [{ days, startMinutes: start, endMinutes: end }]
  const next = days.map((day) => weekdays[(weekdays.indexOf(day) + 1) % 7]!)
  const parts = [
    { days, startMinutes: start, endMinutes: 1_440 },
    { days: next, startMinutes: 0, endMinutes: end },
  ]
  return parts.filter(({ startMinutes, endMinutes }) => startMinutes < endMinutes)
}
