import Database from 'better-sqlite3'
import type { Row, Sql, Value } from './driver.ts'
import { sqliteTrouble } from './sqlite-trouble.ts'

/**
 * Where a limit, or with an order an equation, is nothing but a variable, SQLite plans by the value that it is given, and plans the
 * statement anew each time: that takes longer than most statements do. Behind a `+`, which changes no value, it does not look.
 */
export const keptPlan = (text: string): string => text.replace(/(=|LIMIT) \?/g, '$1 +?')

/**
 * One connection with its prepared statements: preparing costs ten times what running one does. Trouble with the
 * disk or the file is a refusal (`sqliteTrouble`).
 */
export class SqliteConnection implements Sql {
  readonly database: Database.Database
  readonly #statements = new Map<string, Database.Statement>()

  /** `cacheMb`: pages of the file that it keeps at most. */
  constructor(file: string, { readonly = false, cacheMb = 32 } = {}) {
    this.database = new Database(file, { readonly, timeout: 5_000 })
    try {
      this.cacheMb = cacheMb
      this.database.pragma('temp_store = MEMORY')
    } catch (error) {
      this.database.close()
      throw sqliteTrouble(error, file)
    }
  }

  set cacheMb(most: number) {
    this.database.pragma(`cache_size = -${most * 1024}`)
  }

  async all<R extends Row = Row>(text: string, ...values: Value[]): Promise<R[]> {
    try {
      return this.#prepare(text).all(...values) as R[]
    } catch (error) {
      throw sqliteTrouble(error, this.database.name)
    }
  }

  async get<R extends Row = Row>(text: string, ...values: Value[]): Promise<R | undefined> {
    return this.getNow<R>(text, ...values)
  }

  async run(text: string, ...values: Value[]): Promise<number> {
    return this.runNow(text, ...values)
  }

  getNow<R extends Row = Row>(text: string, ...values: Value[]): R | undefined {
    try {
      return this.#prepare(text).get(...values) as R | undefined
    } catch (error) {
      throw sqliteTrouble(error, this.database.name)
    }
  }

  /** For BEGIN, COMMIT and the like, which must not leave room for anything else to run before them. */
  runNow(text: string, ...values: Value[]): number {
    try {
      return this.#prepare(text).run(...values).changes
    } catch (error) {
      throw sqliteTrouble(error, this.database.name)
    }
  }

  close(): void {
    this.database.close()
  }

  #prepare(text: string): Database.Statement {
    let statement = this.#statements.get(text)
    if (!statement) {
      statement = this.database.prepare(keptPlan(text))
      this.#statements.set(text, statement)
    }
    return statement
  }
}
