import { Refusal } from '#src/domain/refusal.ts'
import type { Row, Sql } from '../driver/driver.ts'
import type { OpenMailbox } from '../session.ts'
import { allOf } from './blocks.ts'

/** More than this many different keywords in one mailbox are a client gone wrong; every IMAP SELECT lists them all. */
const MOST_KEYWORDS = 1_000

type KeywordRow = Row & { no: number; sealed_name: Uint8Array }

export const keywordPlace = (open: OpenMailbox, no: number): string => `keyword:${open.no}:${no}:name`
/** Keywords are equal without regard to case (RFC 9051 §2.3.2); the first spelling stays. */
export const keywordKey = (open: OpenMailbox, name: string): Uint8Array =>
  open.key.blind('keyword', name.normalize('NFC').toLowerCase())
const nameOf = (open: OpenMailbox, row: KeywordRow): string =>
  open.key.openName(keywordPlace(open, row.no), row.sealed_name)

export async function listKeywords(sql: Sql, open: OpenMailbox): Promise<string[]> {
  const rows = await sql.all<KeywordRow>(
    'SELECT no, sealed_name FROM keyword WHERE mailbox = ? ORDER BY no',
    open.no,
  )
  return rows.map((row) => nameOf(open, row))
}

/** Numbers in the text of an item's `keywords` column. */
export function keywordNumbers(column: string | null): number[] {
  return column === null ? [] : column.slice(1, -1).split(',').map(Number)
}

/** The text of an item's `keywords` column: numbers ascending between commas, or null for none. */
export function keywordColumn(numbers: readonly number[]): string | null {
  if (numbers.length === 0) return null
  return `,${[...new Set(numbers)].sort((a, b) => a - b).join(',')},`
}

/** Names of all the keywords in these columns. */
export async function keywordNames(
  sql: Sql,
  open: OpenMailbox,
  columns: Iterable<string | null>,
): Promise<ReadonlyMap<number, string>> {
  const numbers = new Set<number>()
  for (const column of columns) for (const no of keywordNumbers(column)) numbers.add(no)
  const names = new Map<number, string>()
  if (numbers.size === 0) return names
  const rows = await allOf<KeywordRow>(
    sql,
    'SELECT no, sealed_name FROM keyword WHERE mailbox = ? AND no IN (KEYS)',
    [open.no],
    [...numbers],
  )
  for (const row of rows) names.set(row.no, nameOf(open, row))
  return names
}

/** Numbers of keywords by name, for those that exist. */
export async function findKeywords(sql: Sql, open: OpenMailbox, names: readonly string[]): Promise<number[]> {
  const numbers: number[] = []
  for (const name of names) {
    const row = await sql.get<{ no: number }>(
      'SELECT no FROM keyword WHERE mailbox = ? AND name_key = ?',
      open.no,
      keywordKey(open, name),
    )
    if (row && !numbers.includes(row.no)) numbers.push(row.no)
  }
  return numbers
}

/** Numbers of keywords by name; those that are new are made, carried by no item so far. Refuses `limit-exceeded`. */
export async function giveKeywords(sql: Sql, open: OpenMailbox, names: readonly string[]): Promise<number[]> {
  const numbers: number[] = []
  for (const name of names) {
    const [no] = await findKeywords(sql, open, [name])
    const given = no ?? (await newKeyword(sql, open, name))
    if (!numbers.includes(given)) numbers.push(given)
  }
  return numbers
}

async function newKeyword(sql: Sql, open: OpenMailbox, name: string): Promise<number> {
  const count = await sql.get<{ keywords: number; highest: number | null }>(
    'SELECT COUNT(*) AS keywords, MAX(no) AS highest FROM keyword WHERE mailbox = ?',
    open.no,
  )
  if (count!.keywords >= MOST_KEYWORDS) {
    throw new Refusal(
      'limit-exceeded',
      `The mailbox has ${MOST_KEYWORDS} different keywords and categories, and no more fit. Remove some from the items that carry them.`,
    )
  }
  const no = (count!.highest ?? 0) + 1
  await sql.run(
    'INSERT INTO keyword (mailbox, no, items, name_key, sealed_name) VALUES (?, ?, 0, ?, ?)',
    open.no,
    no,
    keywordKey(open, name),
    open.key.seal(keywordPlace(open, no), name),
  )
  return no
}

/** Sums how many items more or less carry each keyword. */
export class KeywordDeltas {
  readonly #deltas = new Map<number, number>()

  change(before: string | null, after: string | null): void {
    if (before === after) return
    for (const no of keywordNumbers(before)) this.#deltas.set(no, (this.#deltas.get(no) ?? 0) - 1)
    for (const no of keywordNumbers(after)) this.#deltas.set(no, (this.#deltas.get(no) ?? 0) + 1)
  }

  async write(sql: Sql, open: OpenMailbox): Promise<void> {
    for (const [no, delta] of this.#deltas) {
      if (delta === 0) continue
      const row = await sql.get<{ items: number }>(
        'UPDATE keyword SET items = items + ? WHERE mailbox = ? AND no = ? RETURNING items',
        delta,
        open.no,
        no,
      )
      if (row?.items === 0) await sql.run('DELETE FROM keyword WHERE mailbox = ? AND no = ?', open.no, no)
    }
  }
}
