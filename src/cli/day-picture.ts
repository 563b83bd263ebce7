import { visibleText } from '#src/platform/log/visible-text.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'

/** A day in pieces of half an hour, as letters that any terminal has. */
const letters: Readonly<Record<string, string>> = {
  free: '.',
  workingElsewhere: 'w',
  tentative: '~',
  busy: '#',
  outOfOffice: 'O',
}
const order = Object.keys(letters)
const PIECE_MS = 30 * 60_000

export const pictureLegend = '. free  ~ tentative  # busy  O out of office  w working elsewhere  ? not known'

type Stretch = { from: number; to: number; busy: string }

/**
 * A line for each answer of QueryAvailability, for each day from `from` to before `to` (epoch milliseconds) on the clock of a
 * zone: a day on which that clock changes has two pieces more or less.
 */
export function dayPicture(answers: readonly JsonObject[], from: number, to: number, zone: string): string {
  const wide = Math.max(...answers.map(({ Address }) => visibleText(String(Address)).length))
  return daysOf(from, to, zone)
    .map(({ title, start, end }) => {
      const lines = answers.map((answer) => {
        const name = visibleText(String(answer.Address)).padEnd(wide)
        return `${name}  ${lineOf(answer, start, end)}\n`
      })
      return `${title}\n${' '.repeat(wide)}  ${ruler(start, end, zone)}\n${lines.join('')}`
    })
    .join('\n')
}

function daysOf(from: number, to: number, zone: string): { title: string; start: number; end: number }[] {
  const days = []
  let at = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(zone).startOfDay()
  while (at.epochMilliseconds < to) {
    const next = at.add({ days: 1 }).startOfDay()
    const title = `${at.toLocaleString('en-GB', { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' })} (${zone})`
    days.push({ title, start: at.epochMilliseconds, end: next.epochMilliseconds })
    at = next
  }
  return days
}

/** The hour above every second one. */
function ruler(start: number, end: number, zone: string): string {
  let line = ''
  for (let at = start; at < end; at += PIECE_MS) {
    const { hour, minute } = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone)
    const column = (at - start) / PIECE_MS
    if (minute === 0 && hour % 2 === 0 && line.length <= column) line = `${line.padEnd(column)}${hour}`
  }
  return line
}

function lineOf(answer: JsonObject, start: number, end: number): string {
  if (answer.Failure !== undefined) return visibleText(String(answer.Message))
  const pieces = Array.from({ length: Math.ceil((end - start) / PIECE_MS) }, () => 0)
  const unknown = new Set<number>()
  const each = ({ from, to }: Stretch, take: (at: number) => void) => {
    const first = Math.max(0, Math.floor((from - start) / PIECE_MS))
    const last = Math.min(pieces.length, Math.ceil((to - start) / PIECE_MS))
    for (let at = first; at < last; at++) take(at)
  }
  for (const time of stretches(answer.Times)) {
    const rank = order.indexOf(time.busy)
    each(time, (at) => {
      pieces[at] = Math.max(pieces[at]!, rank)
    })
  }
  for (const time of stretches(answer.Unknown)) each(time, (at) => unknown.add(at))
  return pieces.map((rank, at) => (rank === 0 && unknown.has(at) ? '?' : letters[order[rank]!])).join('')
}

const stretches = (times: JsonObject[string] | undefined): Stretch[] =>
  ((times ?? []) as JsonObject[]).map(({ StartTime, EndTime, BusyType }) => ({
    from: Number(StartTime) * 1_000,
    to: Number(EndTime) * 1_000,
    busy: String(BusyType),
  }))
