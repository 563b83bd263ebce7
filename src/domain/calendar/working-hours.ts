import { type Weekday, weekdays } from '#src/formats/recurrence/rule.ts'
import { findIanaZone } from '#src/formats/time-zone/iana-zone.ts'
import type { TimeZone } from '#src/formats/time-zone/zone.ts'
import type { MailboxReader, MailboxRef, MailboxWriter } from '../mailbox/store.ts'
import { Refusal } from '../refusal.ts'
import { calendarPlaces } from './calendar-places.ts'

/** When somebody works, on the clock of their zone. */
export type WorkingHours = {
  /** IANA name. */
  timeZone: string
  /** Minutes since midnight, start before end: a shift over midnight is two (interop 2.3). */
  periods: readonly { days: readonly Weekday[]; startMinutes: number; endMinutes: number }[]
}

const NAME = 'Landbridge.WorkingHours'

/** As Exchange has them until somebody says otherwise: Monday to Friday, 8 to 17. */
export const usualHours = (timeZone: string): WorkingHours => ({
  timeZone,
  periods: [{ days: weekdays.slice(0, 5), startMinutes: 480, endMinutes: 1_020 }],
})

/** Of the owner of a mailbox; the usual ones in UTC until they are set. */
export const workingHours = async (mailboxes: MailboxReader, at: MailboxRef): Promise<WorkingHours> =>
  (await saidHours(mailboxes, at)) ?? usualHours('Etc/UTC')

/** The zone that the owner of a mailbox has said; undefined until then. */
export async function saidZone(mailboxes: MailboxReader, at: MailboxRef): Promise<TimeZone | undefined> {
  const hours = await saidHours(mailboxes, at)
  return hours && findIanaZone(hours.timeZone)
}

/** Those that the owner of a mailbox has said; undefined until then. */
export async function saidHours(mailboxes: MailboxReader, at: MailboxRef): Promise<WorkingHours | undefined> {
  const places = await calendarPlaces(mailboxes, at)
  const kept = places && (await mailboxes.findConfiguration(at, places.root, NAME))
  return kept?.content as WorkingHours | undefined
}

/** Within a transaction; null for the usual ones again. A shift over midnight is kept as two. Refuses `invalid-parameter`. */
export async function setWorkingHours(
  mailboxes: MailboxWriter,
  at: MailboxRef,
  hours: WorkingHours | null,
): Promise<void> {
  const root = await mailboxes.findFolder(at, { distinguished: 'root' })
  await mailboxes.putConfiguration(at, root!.no, NAME, hours && requireHours(hours))
}

/** As they are kept: a shift over midnight as two. Refuses `invalid-parameter`. */
export function requireHours({ timeZone, periods }: WorkingHours): WorkingHours {
  const zone = findIanaZone(timeZone)
  if (zone === undefined)
    throw new Refusal('invalid-parameter', `"${timeZone}" is no time zone; say one such as Europe/Berlin.`)
  return { timeZone: zone.id, periods: periods.flatMap(splitAtMidnight) }
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
