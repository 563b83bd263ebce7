import type { Row, Value } from './driver.ts'

/** Tables that every message and request asks, and that seldom change. */
const TABLES = /^(?:organization|mail_domain|directory_\w+)$/
const READ = /\b(?:FROM|JOIN)\s+(\w+)/g
const WRITTEN = /\b(?:INTO|UPDATE|FROM|TABLE)\s+(\w+)/g
const COMMA_JOIN = /\bFROM\s+\w+(?:\s+\w+)?\s*,/
const MOST_ROWS = 10_000

/**
 * Single rows of those tables, as they are committed. A row is as sealed here as it is in its table: who asks for it opens it with
 * a key that was asked for a moment before. A commit that changed any of the tables makes it forget all of them.
 */
export class RememberedRows {
  readonly #rows = new Map<string, Row | undefined>()
  readonly #reads = new Map<string, boolean>()
  readonly #writes = new Map<string, boolean>()
  #changed = false

  /** What the statement gives; `read` is asked when that is not known. Rows are everybody's, so nobody may change them. */
  get<R extends Row>(text: string, values: readonly Value[], read: () => R | undefined): R | undefined {
    if (!knownOf(this.#reads, text, isOfTables)) return read()
    const name = nameOf(text, values)
    const known = this.#rows.get(name)
    if (known !== undefined || this.#rows.has(name)) return known as R | undefined
    const row = read()
    if (this.#rows.size >= MOST_ROWS) this.#rows.clear()
    this.#rows.set(name, Object.freeze(row))
    return row
  }

  /** Told of each statement of a transaction. */
  note(text: string): void {
    this.#changed ||= knownOf(this.#writes, text, changesTables)
  }

  /** To be called at once when they are committed. */
  committed(): void {
    if (this.#changed) this.#rows.clear()
    this.#changed = false
  }
}

const tablesIn = (text: string, behind: RegExp) => [...text.matchAll(behind)].map(([, table]) => table!)

/** Text that names tables in another way is not understood here, and asks each time. */
const isOfTables = (text: string): boolean => {
  const tables = tablesIn(text, READ)
  return tables.length > 0 && tables.every((table) => TABLES.test(table)) && !COMMA_JOIN.test(text)
}

const changesTables = (text: string): boolean =>
  !text.startsWith('SELECT') && tablesIn(text, WRITTEN).some((table) => TABLES.test(table))

function knownOf(known: Map<string, boolean>, text: string, look: (text: string) => boolean): boolean {
  const before = known.get(text)
  if (before !== undefined) return before
  const answer = look(text)
  known.set(text, answer)
  return answer
}

function nameOf(text: string, values: readonly Value[]): string {
  const parts = values.map((value) => {
    const plain = value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : String(value)
    return `${typeof value} ${plain.length} ${plain}`
  })
  return `${text}\0${parts.join('\0')}`
}
