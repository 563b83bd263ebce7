import type { JsonObject, JsonValue } from '#src/wire/aws/json-rpc.ts'
import type { Io } from './io.ts'
import { type Column, columnWidths, formatTable } from './table.ts'

/**
 * What a command has to say: `json` for programs and `text` for people; or rows that come page by page, of which
 * no more than a page is held. `exitCode` where a command that worked has bad news; `after`: a sentence behind the rows, for
 * people alone; `json` beside rows: what programs get in their place.
 */
export type Result =
  | { json: JsonValue; text: string; exitCode?: number }
  | {
      pages: AsyncIterable<readonly JsonObject[]>
      columns: readonly Column[]
      empty: string
      after?: string
      json?: JsonValue
    }

/** Prints it and answers the exit code. */
export async function printResult(io: Io, result: Result, json: boolean): Promise<number> {
  if ('pages' in result) {
    if (json && result.json !== undefined) printJson(io, result.json)
    else await (json ? printJsonRows(io, result.pages) : printRows(io, result))
    return 0
  }
  if (json) printJson(io, result.json)
  else io.stdout.write(result.text)
  return result.exitCode ?? 0
}

function printJson(io: Io, value: JsonValue): void {
  io.stdout.write(`${JSON.stringify(value, null, 2)}\n`)
}

async function printJsonRows(io: Io, pages: AsyncIterable<readonly JsonObject[]>): Promise<void> {
  let before = '['
  for await (const rows of pages) {
    for (const row of rows) {
      io.stdout.write(`${before}\n${JSON.stringify(row)}`)
      before = ','
    }
  }
  io.stdout.write(before === '[' ? '[]\n' : '\n]\n')
}

/** Columns are as wide as the first page needs. */
async function printRows(io: Io, result: Extract<Result, { pages: unknown }>): Promise<void> {
  let widths: number[] | undefined
  for await (const rows of result.pages) {
    if (rows.length === 0) continue
    io.stdout.write(formatTable(result.columns, rows, widths))
    widths ??= columnWidths(result.columns, rows)
  }
  if (widths === undefined) io.stderr.write(`${result.empty}\n`)
  else if (result.after !== undefined) io.stderr.write(`${result.after}\n`)
}
