import { basename } from 'node:path'
import { CsvError, parse } from 'csv-parse'
import { Refusal } from '#src/domain/refusal.ts'
import { refuseNoTable } from './no-table.ts'
import { textBlocks } from './text-blocks.ts'

/** One line of a table. `where`: `permissions.csv line 17`. */
export type Row = { where: string; value(column: string): string }

export type Table = { name: string; columns: readonly string[]; rows(): AsyncGenerator<readonly Row[]> }

/** Or more, as many as one block of the file has. */
const rowsAtOnce = 512
/** A row of a mailbox with thousands of addresses still fits. */
const longestRow = 4 * 1024 * 1024
const longestHeader = 256 * 1024

/**
 * A CSV file as Export-Csv writes it: a `#TYPE` line or none, commas, semicolons or tabs, any encoding of Windows. Read as a
 * stream; columns are found by name whatever their case. A `Refusal` names the line of what cannot be read.
 */
export async function openTable(file: string, signal?: AbortSignal): Promise<Table> {
  const name = basename(file)
  const { header, separator } = await headerOf(file, name)
  const columns = headerCells(header, separator, name)
  const places = new Map<string, number>()
  columns.forEach((column, at) => {
    const key = column.toLowerCase()
    if (!places.has(key)) places.set(key, at)
  })
  return { name, columns, rows: () => rowsOf(file, name, separator, places, columns.length, signal) }
}

async function* rowsOf(
  file: string,
  name: string,
  separator: string,
  places: ReadonlyMap<string, number>,
  width: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<readonly Row[]> {
  let skipped = 0
  let batch: Row[] = []
  let header = true
  let fault: Refusal | undefined
  const parser = parse({
    delimiter: separator,
    max_record_size: longestRow,
    relax_column_count: true,
    skip_empty_lines: true,
    // Excel leaves rows of separators behind.
    skip_records_with_empty_values: true,
    // Rows are taken as they are found: a stream of millions of them is slow, and holds on to those that were read.
    on_record: (record: string[], { lines }: { lines: number }) => {
      if (header) header = false
      else if (record.length !== width) fault ??= wrongWidth(name, lines + skipped, record.length, width)
      else batch.push(rowOf(record, `${name} line ${lines + skipped}`, places))
      return null
    },
  })
  const tell = (give: (done: (error?: Error | null) => void) => void) =>
    new Promise<void>((resolve, reject) => give((error) => (error ? reject(error) : resolve())))
  const taken = () => {
    if (fault !== undefined) throw fault
    const rows = batch
    batch = []
    return rows
  }
  parser.on('error', () => {})
  try {
    for await (const text of withoutTypeLine(textBlocks(file, signal), () => skipped++)) {
      await tell((done) => parser.write(text, done))
      if (fault !== undefined || batch.length >= rowsAtOnce) yield taken()
    }
    await tell((done) => parser.end(done))
  } catch (error) {
    throw error instanceof CsvError ? (fault ?? unreadable(name, error, skipped)) : error
  } finally {
    parser.destroy()
  }
  const rows = taken()
  if (rows.length > 0) yield rows
}

const rowOf = (record: readonly string[], where: string, places: ReadonlyMap<string, number>): Row => ({
  where,
  value: (column) => {
    const at = places.get(column.toLowerCase())
    return at === undefined ? '' : record[at]!
  },
})

const wrongWidth = (name: string, line: number, values: number, width: number) =>
  new Refusal(
    'invalid-parameter',
    `${name} line ${line} has ${values} values and the header has ${width} columns. Was the file cut off or edited? ` +
      'Export it again with Export-Csv -NoTypeInformation -Encoding UTF8.',
  )

function unreadable(name: string, error: CsvError, skipped: number): Refusal {
  const lines = typeof error.lines === 'number' ? error.lines : 0
  const tooLong = error.code === 'CSV_MAX_RECORD_SIZE'
  const what = tooLong
    ? `a row is longer than ${longestRow / 1024 / 1024} MB`
    : /^CSV_(QUOTE|INVALID_CLOSING|INVALID_OPENING)/.test(error.code)
      ? 'a quotation mark is not closed or stands inside a value'
      : error.message
  return new Refusal(
    'invalid-parameter',
    `${name} line ${lines + skipped}: ${what}. Export it again with Export-Csv -NoTypeInformation -Encoding UTF8.`,
    { cause: error },
  )
}

/** The first line with something in it; `Refusal` where the file has none, or is no table. */
async function headerOf(file: string, name: string): Promise<{ header: string; separator: string }> {
  let text = ''
  for await (const block of withoutTypeLine(textBlocks(file), () => {})) {
    text += block
    if (text.trimStart().includes('\n') || text.length > longestHeader) break
  }
  const begin = text.replace(/^(\s*\n)+/, '')
  if (begin.trim() === '') {
    throw new Refusal(
      'invalid-parameter',
      `${name} is empty: not even a line with the names of columns. Did the command that wrote it find nothing, or fail? Export it again.`,
    )
  }
  refuseNoTable(name, begin)
  const header = begin.split(/\r?\n/, 1)[0]!
  const counted = [',', ';', '\t'].map((sign) => ({ sign, count: header.split(sign).length }))
  counted.sort((a, b) => b.count - a.count)
  return { header, separator: counted[0]!.sign }
}

function headerCells(header: string, separator: string, name: string): string[] {
  const cells = header.split(separator).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'))
  if (cells.length > 0 && header.length <= longestHeader) return cells
  throw new Refusal('invalid-parameter', `${name} does not begin with a line of column names.`)
}

/** Windows PowerShell writes the type of the objects in a first line unless told not to, Excel what parts the values. */
const firstLine = /^("?#TYPE|"?sep=."?\r?\n)/i

async function* withoutTypeLine(blocks: AsyncIterable<string>, skipped: () => void): AsyncGenerator<string> {
  let begin: string | undefined = ''
  for await (const block of blocks) {
    if (begin === undefined) {
      yield block
      continue
    }
    begin += block
    const typed = firstLine.test(begin)
    const end = begin.indexOf('\n')
    if (typed && end === -1) continue
    if (typed) skipped()
    const rest: string = typed ? begin.slice(end + 1) : begin
    begin = undefined
    if (rest !== '') yield rest
  }
  if (begin !== undefined && begin !== '' && !firstLine.test(begin)) yield begin
}
