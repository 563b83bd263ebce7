/** Numbers, sizes and times as people read them. */

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })
const decimal = new Intl.NumberFormat('en', { maximumFractionDigits: 1 })

/** `1,234`, one decimal below ten. */
export const figure = (value: number): string => (Math.abs(value) < 10 ? decimal : whole).format(value)

/** As `figure`, from a million on in words: `3.2 million`. */
export const shortFigure = (value: number): string =>
  value < 1e6 ? figure(value) : `${(value < 1e8 ? decimal : whole).format(value / 1e6)} million`

/** `12.5 GB`. */
export function sizeWords(bytes: number): string {
  if (bytes >= 2 ** 40) return `${figure(bytes / 2 ** 40)} TB`
  return bytes >= 2 ** 30 ? `${figure(bytes / 2 ** 30)} GB` : `${figure(bytes / 2 ** 20)} MB`
}

/** The same of a size that is 0 where nobody told it. */
export const knownSize = (bytes: number): string => (bytes === 0 ? 'not known' : sizeWords(bytes))

/** `2027-01-12 22:05 UTC`; empty for null. */
export const momentWords = (at: number | null): string =>
  at === null ? '' : `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`

/** `2027-01-12 22:05 +01:00`, on the clock of a zone. */
export function zonedWords(at: number, zone: string): string {
  const there = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone)
  return `${there.toPlainDate()} ${there.toPlainTime().toString({ smallestUnit: 'minute' })} ${there.offset}`
}

/** `2027-01-12 22:05 (Europe/Berlin)`: the same with the zone by name. */
export function onClockOf(zone: string, at: number): string {
  const there = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone)
  return `${there.toPlainDateTime().toString({ smallestUnit: 'minute' }).replace('T', ' ')} (${zone})`
}

/** `3 days 4 h`, `2 h 5 min`, `40 s`: the two largest units. */
export function spanWords(ms: number): string {
  const seconds = Math.round(ms / 1_000)
  const parts = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3_600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ] as const
  const first = parts.findIndex(([count]) => count > 0)
  if (first < 0) return '0 s'
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${figure(count)} ${unit}`)
    .join(' ')
}

/** `12.5 GB`; small sizes in kilobytes. */
export const octetWords = (bytes: number): string =>
  bytes >= 2 ** 20 ? sizeWords(bytes) : `${figure(bytes / 1024)} KB`

/** `1 mailbox`, `2 mailboxes`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${figure(count)} ${count === 1 ? one : many}`
