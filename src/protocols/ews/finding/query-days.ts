/** Days and times in what people type into a search field (Advanced Query Syntax). */
import type { Query } from '#src/domain/mailbox/search/query.ts'
import { DAY_MS } from '#src/formats/recurrence/civil.ts'
import { type TimeZone, toEpoch, toLocal } from '#src/formats/time-zone/zone.ts'

/** What `today` is: epoch milliseconds, and where. */
export type Clock = { now: number; zone: TimeZone }

/** From the first to before the second, in milliseconds of the clock on the wall. */
type Span = readonly [from: number, to: number]

/** `2026-11-21`, `>=2026-11-21`, `2026-11-01..2026-11-21`, `today`, `last week`. Undefined for what is no time. */
export function spanOf(kind: 'received' | 'sent', text: string, { now, zone }: Clock): Query | undefined {
  const today = Math.floor(toLocal(zone, now) / DAY_MS) * DAY_MS
  const read = (words: string) =>
    namedSpan(words.trim().toLowerCase(), today) ?? writtenSpan(words.trim(), zone)
  const found = /^(>=|<=|>|<|=)?(.+?)(?:\.\.(.+))?$/s.exec(text)
  const first = found?.[2] === undefined ? undefined : read(found[2])
  if (first === undefined) return undefined
  const at = (local: number) => toEpoch(zone, local)
  const last = found?.[3] === undefined ? first : read(found[3])
  if (last === undefined) return undefined
  switch (found?.[1]) {
    case '>':
      return { kind, since: at(first[1]) }
    case '>=':
      return { kind, since: at(first[0]) }
    case '<':
      return { kind, before: at(first[0]) }
    case '<=':
      return { kind, before: at(first[1]) }
    default:
      return { kind, since: at(first[0]), before: at(last[1]) }
  }
}

const namedDays = new Map([
  ['yesterday', -1],
  ['today', 0],
  ['tomorrow', 1],
])

function namedSpan(words: string, today: number): Span | undefined {
  const days = namedDays.get(words)
  if (days !== undefined) return [today + days * DAY_MS, today + (days + 1) * DAY_MS]
  const [, which, unit] = /^(last|this|next)\s*(week|month|year)$/.exec(words) ?? []
  if (which === undefined) return undefined
  const step = { last: -1, this: 0, next: 1 }[which]!
  if (unit === 'week') {
    const begin = today + (7 * step - new Date(today).getUTCDay()) * DAY_MS
    return [begin, begin + 7 * DAY_MS]
  }
  const [year, month] = [new Date(today).getUTCFullYear(), new Date(today).getUTCMonth()]
  return unit === 'month'
    ? [Date.UTC(year, month + step), Date.UTC(year, month + step + 1)]
    : [Date.UTC(year + step, 0), Date.UTC(year + step + 1, 0)]
}

/** `2026-11-21`, `2026-11-21T10:00:00`, `2026-11-21T09:00:00Z`, `11/21/2026`; a time without a zone is one of the clock. */
function writtenSpan(text: string, clock: TimeZone): Span | undefined {
  const us = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(text)
  const two = (part: string) => part.padStart(2, '0')
  const iso = us === null ? text : `${us[3]}-${two(us[1]!)}-${two(us[2]!)}`
  const found = /^(\d{4}-\d\d-\d\d)(?:(T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(Z|[+-]\d\d:\d\d)?)?$/i.exec(iso)
  if (found === null) return undefined
  const [, day, time = 'T00:00', zone] = found
  const at = Date.parse(`${day}${time}${zone ?? 'Z'}`)
  if (Number.isNaN(at)) return undefined
  const from = zone === undefined ? at : toLocal(clock, at)
  return [from, from + (found[2] === undefined ? DAY_MS : 1_000)]
}
