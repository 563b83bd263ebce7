import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import { type Column, columnWidths, formatTable } from './table.ts'

/** What the last column of a table needs to be read as one. */
const NARROWEST = 20

/**
 * A table for a terminal that is `width` wide, undefined: of any width. Where it is too wide the last column goes on in lines of its
 * own; where even that is too wide, each row is a paragraph of names and values. No line is longer than the terminal.
 */
export function fitTable(
  columns: readonly Column[],
  rows: readonly JsonObject[],
  width: number | undefined,
): string {
  const widths = columnWidths(columns, rows)
  const whole = widths.reduce((sum, each) => sum + each + 2, -2)
  if (width === undefined || whole <= width) return formatTable(columns, rows)
  const before = whole - widths.at(-1)!
  const rest = width - before
  return rest >= NARROWEST ? besides(columns, rows, before, rest) : paragraphs(columns, rows, width)
}

function besides(
  columns: readonly Column[],
  rows: readonly JsonObject[],
  before: number,
  rest: number,
): string {
  return formatTable(columns, rows)
    .split('\n')
    .slice(0, -1)
    .flatMap((line) => {
      const [first = '', ...others] = wrapText(line.slice(before), rest)
      return [
        `${line.slice(0, before)}${first}`.trimEnd(),
        ...others.map((text) => ' '.repeat(before) + text),
      ]
    })
    .map((line) => `${line}\n`)
    .join('')
}

function paragraphs(columns: readonly Column[], rows: readonly JsonObject[], width: number): string {
  const texts = rows.map((row) =>
    columns.flatMap((column) => {
      const value = formatTable([column], [row]).split('\n')[1]!
      return value === '' ? [] : wrapText(`${column.title}: ${value}`, width, '  ')
    }),
  )
  return texts.map((lines) => `${lines.join('\n')}\n`).join('\n')
}

/**
 * A text in lines of at most `width` characters, broken at blanks where there are some; all but the first begin with `indent`. A
 * terminal that has no room for that (some tell a width of 0) gets it whole.
 */
export function wrapText(text: string, width: number | undefined, indent = ''): string[] {
  if (width === undefined || text.length <= width || width <= indent.length) return [text]
  const lines: string[] = []
  let left = text
  while (left.length > width) {
    const blank = left.lastIndexOf(' ', width)
    const at = blank > indent.length ? blank : width
    lines.push(left.slice(0, at).trimEnd())
    left = `${indent}${left.slice(at).trimStart()}`
  }
  return left.trim() === '' ? lines : [...lines, left]
}
