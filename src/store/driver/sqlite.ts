import { close, closeSync, constants, fdatasync, fsyncSync, open, openSync } from 'node:fs'
import { open as openFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { Worker } from 'node:worker_threads'
import type { Dialect, Driver, Row, Sql, Value } from './driver.ts'
import { SqliteConnection } from './sqlite-connection.ts'
import type { Answer, Task } from './sqlite-worker.ts'

export const sqliteDialect: Dialect = { blob: 'BLOB', clustered: ' WITHOUT ROWID' }

/** Transactions that share one commit. More gain nothing and hold up the event loop. */
const MOST_IN_A_GROUP = 128
/** With this many waiting, a group is committed while the sync of the one before still runs: neither disk nor processor rests. */
const ENOUGH_TO_OVERLAP = 24
/** A transaction that takes longer than this awaits something that is not its writer. */
const STALLED_MS = 10_000
/** Pages in the log at which the worker starts to move them into the database, and at which writers wait for it. */
const CHECKPOINT_PAGES = 4_000
const FULL_LOG_PAGES = 25_000

type Pending = {
  work: (sql: Sql) => Promise<unknown>
  resolve: (value: never) => void
  reject: (error: unknown) => void
}
type Outcome = { pending: Pending; value?: unknown; error?: unknown; failed: boolean; wrote: boolean }

/**
 * SQLite with group commit: transactions that arrive together are committed as one, then the log is synced
 * once, off the event loop, before any of them is answered (architecture decision 4). `synchronous = NORMAL`
 * keeps the file sound; the sync here is what makes "acknowledged" mean "durable".
 */
export async function openSqlite(file: string, trouble: (message: string) => void): Promise<Driver> {
  const writer = new SqliteConnection(file)
  writer.database.pragma('journal_mode = WAL')
  writer.database.pragma('synchronous = NORMAL')
  writer.database.pragma('wal_autocheckpoint = 0')
  // The first transaction makes the log file, whose descriptor every sync uses.
  writer.database.exec('BEGIN IMMEDIATE; CREATE TABLE IF NOT EXISTS opened (at BIGINT); COMMIT')
  const log = await promisify(open)(`${file}-wal`, constants.O_RDWR)
  syncFolder(dirname(file))
  return new SqliteDriver(file, writer, log, trouble)
}

class SqliteDriver implements Driver {
  readonly read: Sql
  readonly #file: string
  readonly #writer: SqliteConnection
  readonly #reader: SqliteConnection
  readonly #log: number
  readonly #worker: Worker
  readonly #trouble: (message: string) => void
  readonly #answers: ((answer: Answer) => void)[] = []
  #queue: Pending[] = []
  #committing: Promise<void> | undefined
  /** Committed, but not known to be on disk: not answered yet. */
  #committed: Outcome[] = []
  #syncing: Promise<void> | undefined
  #checkpoint: Promise<void> | undefined
  #groups = 0
  #snapshots = 0
  #closed = false
  /** Set once a sync fails: what is on disk is then unknown, and nothing may be acknowledged any more. */
  #broken: Error | undefined

  constructor(file: string, writer: SqliteConnection, log: number, trouble: (message: string) => void) {
    this.#file = file
    this.#trouble = trouble
    this.#writer = writer
    this.#reader = new SqliteConnection(file, { readonly: true })
    this.read = this.#reader
    this.#log = log
    this.#worker = new Worker(new URL('./sqlite-worker.ts', import.meta.url), { workerData: { file } })
    this.#worker.unref()
    this.#worker.on('message', (answer: Answer) => this.#answers.shift()?.(answer))
    this.#worker.on('error', (error: Error) => this.#failAnswers(error.message))
    this.#worker.on('exit', () => this.#failAnswers('the worker has ended'))
  }

  transact<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(new Error('The store is closed'))
    return new Promise<T>((resolve, reject) => {
      this.#queue.push({ work, resolve, reject })
      this.#committing ??= this.#commitAll()
    })
  }

  async snapshot<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    const connection = new SqliteConnection(this.#file, { readonly: true })
    this.#snapshots++
    try {
      connection.runNow('BEGIN')
      // The moment is fixed by the first read, not by BEGIN.
      await connection.get('SELECT COUNT(*) AS opened FROM opened')
      return await work(connection)
    } finally {
      this.#snapshots--
      connection.close()
    }
  }

  async copyTo(file: string): Promise<void> {
    this.#snapshots++
    try {
      await this.#ask({ task: 'copy', file })
    } finally {
      this.#snapshots--
    }
    // Syncing a large copy takes long: it must not hold up the event loop.
    await using copy = await openFile(file, 'r+')
    await copy.sync()
    syncFolder(dirname(file))
  }

  async verify(): Promise<string[]> {
    this.#snapshots++
    try {
      const answer = await this.#ask({ task: 'verify' })
      return 'wrong' in answer ? answer.wrong : []
    } finally {
      this.#snapshots--
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#committing
    await this.#checkpoint
    await this.#worker.terminate()
    this.#reader.close()
    this.#writer.close()
    await promisify(close)(this.#log)
  }

  async #commitAll(): Promise<void> {
    // Everything that arrives in this turn of the event loop joins the first group.
    await new Promise(setImmediate)
    while (this.#queue.length > 0 || this.#committed.length > 0 || this.#syncing) {
      const enough = this.#syncing ? ENOUGH_TO_OVERLAP : 1
      if (this.#queue.length >= enough) {
        const group = this.#queue.splice(0, MOST_IN_A_GROUP)
        this.#committed.push(...(await this.#commitGroup(group)))
        if (++this.#groups % 16 === 0) await this.#tendLog()
      } else {
        await this.#syncing
      }
      if (this.#committed.length > 0) {
        this.#syncing ??= this.#syncCommitted().finally(() => {
          this.#syncing = undefined
        })
      }
      // The replies of a sync that has just ended bring the next transactions.
      await new Promise(setImmediate)
    }
    this.#committing = undefined
  }

  /** One sync for everything that is committed by now; only then is any of it answered. */
  async #syncCommitted(): Promise<void> {
    const outcomes = this.#committed
    this.#committed = []
    const failure = outcomes.some(({ wrote }) => wrote) ? await this.#sync() : this.#broken
    for (const { pending, failed, value, error } of outcomes) {
      if (failure ?? failed) pending.reject(failure ?? error)
      else pending.resolve(value as never)
    }
  }

  async #commitGroup(group: readonly Pending[]): Promise<Outcome[]> {
    const stalled = new Stall()
    try {
      if (this.#broken) throw this.#broken
      return (await this.#runGroup(group, false, stalled)) ?? (await this.#runGroup(group, true, stalled))!
    } catch (error) {
      if (this.#writer.database.inTransaction) this.#writer.runNow('ROLLBACK')
      return group.map((pending) => ({ pending, failed: true, error, wrote: false }))
    } finally {
      stalled.end()
    }
  }

  /**
   * Runs a group in one transaction. Without savepoints (they cost as much as a statement) a member that fails
   * after writing undoes the whole group: then the answer is undefined and the group runs again with them.
   */
  async #runGroup(
    group: readonly Pending[],
    savepoints: boolean,
    stalled: Stall,
  ): Promise<Outcome[] | undefined> {
    const outcomes: Outcome[] = []
    this.#writer.runNow('BEGIN IMMEDIATE')
    for (const pending of group) {
      if (savepoints) this.#writer.runNow('SAVEPOINT member')
      const member = new Member(this.#writer)
      try {
        const value = await stalled.race(pending.work(member))
        outcomes.push({ pending, failed: false, value, wrote: member.wrote })
        if (savepoints) this.#writer.runNow('RELEASE member')
      } catch (error) {
        if (savepoints) {
          this.#writer.runNow('ROLLBACK TO member')
          this.#writer.runNow('RELEASE member')
        } else if (member.wrote) {
          this.#writer.runNow('ROLLBACK')
          return undefined
        }
        outcomes.push({ pending, failed: true, error, wrote: false })
      } finally {
        member.end()
      }
    }
    this.#writer.runNow('COMMIT')
    return outcomes
  }

  /** Why the log is not on disk, or nothing. */
  #sync(): Promise<Error | undefined> {
    return new Promise((resolve) => {
      fdatasync(this.#log, (error) => {
        // After a failed sync the kernel may have dropped the pages: trying again could "succeed" without them.
        if (error)
          this.#broken ??= new Error(`The disk did not take the data: ${error.message}`, { cause: error })
        resolve(this.#broken)
      })
    })
  }

  /** Keeps the log short without the writers waiting: they wait only when it is full, and then not on the event loop. */
  async #tendLog(): Promise<void> {
    const [state] = this.#writer.database.pragma('wal_checkpoint(NOOP)') as [
      { log: number; checkpointed: number },
    ]
    if (state.log < CHECKPOINT_PAGES) return
    if (state.log - state.checkpointed >= CHECKPOINT_PAGES / 2) {
      this.#checkpoint ??= this.#moveLog()
    }
    // A reader of an older moment keeps the log from starting anew: then it grows until that reader is done.
    if (state.log >= FULL_LOG_PAGES && this.#snapshots === 0) {
      await this.#checkpoint
      await this.#moveLog()
    }
  }

  async #moveLog(): Promise<void> {
    try {
      await this.#ask({ task: 'checkpoint' })
    } catch (error) {
      // Nothing is lost: the log keeps what it has, and the next group asks again.
      this.#trouble(error instanceof Error ? error.message : String(error))
    } finally {
      this.#checkpoint = undefined
    }
  }

  async #ask(task: Task): Promise<Answer> {
    // Whoever waits for the worker may be all that keeps the process going.
    this.#worker.ref()
    const answer = await new Promise<Answer>((resolve) => {
      this.#answers.push(resolve)
      this.#worker.postMessage(task)
    })
    if (this.#answers.length === 0) this.#worker.unref()
    if ('failure' in answer) throw new Error(`SQLite ${task.task}: ${answer.failure}`)
    return answer
  }

  #failAnswers(failure: string): void {
    for (const answer of this.#answers.splice(0)) answer({ failure })
  }
}

/** Ends the wait for a member that does not come back, so that one mistake does not hold up every writer for ever. */
class Stall {
  #reject: ((error: Error) => void) | undefined
  readonly #timer = setTimeout(
    () => this.#reject?.(new Error('A transaction awaited something that is not its writer')),
    STALLED_MS,
  )

  race<T>(work: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#reject = reject
      work.then(resolve, reject)
    })
  }

  end(): void {
    clearTimeout(this.#timer)
  }
}

/** The statements of one member of a group; they end with it, so that a late sleeper cannot write into the next. */
class Member implements Sql {
  readonly #connection: SqliteConnection
  #ended = false
  wrote = false

  constructor(connection: SqliteConnection) {
    this.#connection = connection
  }

  all<R extends Row = Row>(text: string, ...values: Value[]): Promise<R[]> {
    this.#note(text)
    return this.#connection.all<R>(text, ...values)
  }

  get<R extends Row = Row>(text: string, ...values: Value[]): Promise<R | undefined> {
    this.#note(text)
    return this.#connection.get<R>(text, ...values)
  }

  run(text: string, ...values: Value[]): Promise<number> {
    this.#note(text)
    return this.#connection.run(text, ...values)
  }

  end(): void {
    this.#ended = true
  }

  #note(text: string): void {
    if (this.#ended) throw new Error('A writer was used after its transaction had ended')
    if (!text.startsWith('SELECT')) this.wrote = true
  }
}

function syncFolder(folder: string): void {
  const descriptor = openSync(folder, constants.O_RDONLY)
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
