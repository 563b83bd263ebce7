import { Refusal } from '../../../refusal.ts'
import { parseDay } from '../../day.ts'
import type { WindowRules } from './project.ts'
import { windowAt } from './window.ts'

/** Refuses `invalid-parameter` for a window that nobody can read, or that does not open within two years of `now`. */
export function requireWindow(window: WindowRules, now: number): void {
  const refuse = (what: string) => new Refusal('invalid-parameter', what)
  const { begin, end, zone, holidays } = window
  if (begin === end)
    throw refuse(
      `A window from ${begin} to ${end} opens and closes at the same time. Write two times, as 22:00-06:00; "always" is no window.`,
    )
  try {
    Temporal.Now.zonedDateTimeISO(zone)
  } catch {
    throw refuse(`"${zone}" is no time zone. Write one as Europe/Berlin.`)
  }
  for (const holiday of holidays)
    if (parseDay(holiday) === null) throw refuse(`"${holiday}" is no date. Write holidays as 2026-12-24.`)
  let opens: unknown
  try {
    opens = windowAt(window, now)
  } catch (error) {
    throw refuse(`The window cannot be understood: ${(error as Error).message}`)
  }
  if (opens === null) throw refuse('No window opens within two years with these days and holidays.')
}
