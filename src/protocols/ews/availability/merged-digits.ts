import type { FreeBusy } from '#src/domain/availability/free-busy-source.ts'
import { mergedRanks, type Stretches } from '#src/domain/calendar/busy-times.ts'
import { type Busy, busyOrder } from '#src/domain/mailbox/event-index.ts'

/** Working elsewhere is 0 in the stream, for programs that know four digits only (exchange-interop.md 2.2). */
const digitOf = {
  free: '0',
  workingElsewhere: '0',
  tentative: '1',
  busy: '2',
  outOfOffice: '3',
} as const satisfies Record<Busy, string>
const digits = busyOrder.map((busy) => digitOf[busy].charCodeAt(0))
const [free, notKnown] = ['0', '4'].map((digit) => digit.charCodeAt(0)) as [number, number]

/** One digit for each stretch from the start of the window on; 4 where nobody knows anything and nothing is known to be. */
export function mergedDigits({ times, unknown = [] }: FreeBusy, stretches: Stretches): string {
  const text = Buffer.from(mergedRanks(times, stretches).map((rank) => digits[rank]!))
  const step = stretches.minutes * 60_000
  for (const { startMs, endMs } of unknown) {
    const first = Math.max(0, Math.floor((startMs - stretches.from) / step))
    const last = Math.min(text.length, Math.ceil((endMs - stretches.from) / step))
    for (let at = first; at < last; at++) if (text[at] === free) text[at] = notKnown
  }
  return text.toString('latin1')
}
