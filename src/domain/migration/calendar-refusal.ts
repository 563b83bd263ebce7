import { Refusal } from '../refusal.ts'
import type { CalendarTooShort } from './batching/order.ts'
import { formatDay, readableDay } from './day.ts'
import type { PlanProblem } from './problem.ts'

/** What to do about a calendar into which the batches do not fit. */
export function calendarRefusal(cause: CalendarTooShort, problem: PlanProblem): Refusal {
  const { calendar } = problem.input.rules
  if (cause.day !== null)
    return new Refusal(
      'invalid-parameter',
      `What has to move on ${readableDay(cause.day)} needs more batches than the ${calendar.batchesPerWindow} of that night: whoever ` +
        'has that day or is in its pilot, and whoever must move with one of them or apart from one. Give some another day, ' +
        'raise the cap, or allow more batches a window with --per-window.',
      { cause },
    )
  const last = calendar.until === null ? 'for twenty years' : `until ${formatDay(calendar.until)}`
  return new Refusal(
    'invalid-parameter',
    `The windows from ${formatDay(calendar.from)} ${last} are ${cause.missing} too few for the batches. ` +
      'Give a later --until, more --days, a larger --cap or more batches a window with --per-window.',
    { cause },
  )
}
