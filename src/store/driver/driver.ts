/** What a column holds, in any engine. Times are epoch milliseconds, truth is 0 or 1. */
export type Value = string | number | Uint8Array | null
export type Row = Record<string, Value>

/**
 * Statements of the subset that every engine speaks: `?` parameters, `RETURNING`, `ON CONFLICT`, no JSON
 * operators, no engine's own functions. Texts are constants, so that engines keep them prepared.
 */
export type Sql = {
  all<R extends Row = Row>(text: string, ...values: Value[]): Promise<R[]>
  get<R extends Row = Row>(text: string, ...values: Value[]): Promise<R | undefined>
  /** How many rows it changed. */
  run(text: string, ...values: Value[]): Promise<number>
}

/** One database engine. */
export type Driver = {
  /** Reads of what is committed. Each statement sees its own moment. */
  readonly read: Sql
  /**
   * Runs `work` in a transaction and resolves when it is on disk, or once it is committed where it may be lost in a crash.
   * `work` may be run more than once.
   */
  transact<T>(work: (sql: Sql) => Promise<T>, options?: { mayBeLost?: boolean }): Promise<T>
  /** Whether other transactions wait for the one under way. */
  readonly isAwaited: boolean
  /**
   * Reads of one moment, however long they take: until then the log only grows. Whoever needs many moments, one after
   * the other, may be kept waiting for each while the log starts anew.
   */
  snapshot<T>(work: (sql: Sql) => Promise<T>): Promise<T>
  /**
   * Reads of a copy of what these tables have of an organisation at one moment, made before `work` begins: the log does not grow
   * while `work` takes its time.
   */
  apart<T>(tables: readonly string[], organization: string, work: (sql: Sql) => Promise<T>): Promise<T>
  /**
   * Writes a copy of one moment to a file that is not there yet, while writes go on. When it is called off, what was
   * written so far is left there.
   */
  copyTo(file: string, signal?: AbortSignal, progress?: CopyProgress): Promise<void>
  /** What the engine finds wrong with its own files, at most 100 lines; none when they are sound. */
  verify(signal?: AbortSignal): Promise<string[]>
  /** Waits for transactions; copies and proofs are called off. */
  close(): Promise<void>
}

/** Told how much of a copy is done, in parts of `total`. */
export type CopyProgress = (done: number, total: number) => void

/** How engines differ in the statements that make tables. */
export type Dialect = {
  /** Type of a column of octets. */
  blob: string
  /** Behind `CREATE TABLE (…)`: rows lie in the order of the primary key. */
  clustered: string
  /**
   * Type of a column that alone is the primary key: rows lie in the order of that number, and one that is inserted without it
   * gets a number of its own.
   */
  growingKey: string
  /** Lists what a database is made of: a `name` for each table, column and index. */
  catalog: string
  /** The same of a database in which these statements were run, and no other. */
  catalogAfter(statements: readonly string[]): readonly string[]
  /** The columns of its tables, in their order. */
  columnsAfter(statements: readonly string[]): readonly Column[]
  /** The condition that a value is there and of that type; a number is whole. */
  isOf(type: ColumnType, value: string): string
}

export type ColumnType = 'text' | 'number' | 'octets'
/** `keyPlace`: its place in the primary key, from 1; 0 outside of it. */
export type Column = { table: string; name: string; type: ColumnType; mayBeNull: boolean; keyPlace: number }

/** A numbered change of the schema. Once released it is never edited. `rows` are moved before `up` is run. */
export type Migration = {
  number: number
  name: string
  up: (dialect: Dialect) => readonly string[]
  rows?: RowMove
}

/** Rows that change their tables, however many they are: a portion in each transaction. */
export type RowMove = {
  what: string
  /** About how many there are. */
  count(sql: Sql): Promise<number>
  /** Without a `cursor` it begins, and finds for itself what was done before a stop. Without `next` all is done. */
  portion(sql: Sql, cursor: unknown): Promise<{ done: number; next?: unknown }>
}
