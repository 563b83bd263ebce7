import { visibleText } from '#src/platform/log/visible-text.ts'
import type { JsonObject, JsonValue } from '#src/wire/aws/json-rpc.ts'
import { displayWidth, padded } from './display-width.ts'

/** A column: its heading, and the member of a row it shows or how to make its text. */
export type Column = {
  title: string
  show: string | ((row: JsonObject) => string)
  /** Changes its text on the way to people. */
  tell?: (text: string) => string
}

/** Rows under headings, each as wide as its longest text; nothing that moves a terminal's cursor. */
export function formatTable(
  columns: readonly Column[],
  rows: readonly JsonObject[],
  widths?: readonly number[],
): string {
  const cells = rows.map((row) => columns.map((column) => cellOf(column, row)))
  const wide = widths ?? columnWidths(columns, rows)
  const line = (texts: readonly string[]) =>
    `${texts
      .map((text, index) => padded(text, wide[index] ?? 0))
      .join('  ')
      .trimEnd()}\n`
  const head = widths === undefined ? line(columns.map(({ title }) => title)) : ''
  return head + cells.map(line).join('')
}

export function columnWidths(columns: readonly Column[], rows: readonly JsonObject[]): number[] {
  return columns.map((column) =>
    Math.max(column.title.length, ...rows.map((row) => displayWidth(cellOf(column, row)))),
  )
}

/** One thing, a member a line: `Name  value`. */
export function formatDetails(pairs: readonly (readonly [string, JsonValue | undefined])[]): string {
  const known = pairs.filter(
    (pair): pair is readonly [string, JsonValue] => pair[1] !== undefined && pair[1] !== '',
  )
  const wide = Math.max(0, ...known.map(([name]) => name.length))
  return known.map(([name, value]) => `${name.padEnd(wide)}  ${shown(value)}\n`).join('')
}

function cellOf({ show, tell }: Column, row: JsonObject): string {
  const text = typeof show === 'string' ? shown(row[show]) : visibleText(show(row))
  return tell === undefined ? text : tell(text)
}

function shown(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return ''
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (Array.isArray(value)) return value.map(shown).join(', ')
  return visibleText(typeof value === 'object' ? JSON.stringify(value) : String(value))
}

/** `2026-11-21 19:30` of epoch seconds, in the time zone of the machine. */
export function formatTime(epochSeconds: JsonValue | undefined): string {
  if (typeof epochSeconds !== 'number') return ''
  const instant = Temporal.Instant.fromEpochMilliseconds(Math.floor(epochSeconds * 1000))
  const local = instant.toZonedDateTimeISO(Temporal.Now.timeZoneId())
  return local.toPlainDateTime().toString({ smallestUnit: 'minute' }).replace('T', ' ')
}

/** `2027-01-12 20:00 (Europe/Berlin)`: for what is acted on, or read elsewhere. */
export const formatZoned = (epochSeconds: number): string =>
  `${formatTime(epochSeconds)} (${Temporal.Now.timeZoneId()})`

/** `1.5 GB`: with 1,024, as quotas are counted. */
export function formatBytes(bytes: JsonValue | undefined): string {
  if (typeof bytes !== 'number') return ''
  const units = ['B', 'KB', 'MB', 'GB', 'TB']
  let value = bytes
  let unit = 0
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024
    unit++
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`
}
