import { Refusal } from '../refusal.ts'
import type { CalendarTooShort } from './batching/order.ts'
import { type Day, formatDay, readableDay } from './day.ts'
import type { PlanProblem } from './problem.ts'

/** What to do about a calendar into which the batches do not fit. */
export function calendarRefusal(cause: CalendarTooShort, problem: PlanProblem): Refusal {
  const { calendar } = problem.input.rules
  if (cause.day !== null)
    return new Refusal(
      'invalid-parameter',
      `What has to move on ${readableDay(cause.day)} needs more batches than the ${calendar.batchesPerWindow} of that night: whoever ` +
        `has that day or is in its pilot (${namedOf(cause.day, problem)}), and whoever must move with one of them or apart from one. Give some another day, ` +
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

const mostNamed = 3

/** Some of those who have that day, and the first rule that brings somebody along. */
function namedOf(day: Day, { input, waiting, batches, numberOf, together }: PlanProblem): string {
  const nameOf = (mailbox: number) => input.mailboxes[mailbox]!.id
  const has = (mailbox: number) => numberOf[mailbox] !== -1 && batches.pinned[numberOf[mailbox]!] === day
  const there = [...waiting].filter(has)
  const more = there.length - mostNamed
  const names = `${there.slice(0, mostNamed).map(nameOf).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
  const pair = together.find(({ a, b }) => has(a) !== has(b))
  return pair === undefined ? names : `${names}; ${nameOf(pair.a)} with ${nameOf(pair.b)} by ${pair.because}`
}
