import { close, constants, fdatasync, open } from 'node:fs'
import { open as openFile, readdir, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { Refusal } from '#src/domain/refusal.ts'
import { syncFolder } from '#src/platform/files/sync-folder.ts'
import type { CopyProgress, Dialect, Driver, Sql } from './driver.ts'
import { GroupMember, Stalled, StallWatch } from './group-member.ts'
import { RememberedRows } from './remembered-rows.ts'
import { beside } from './sqlite-beside.ts'
import { CATALOG, catalogAfter, columnsAfter, isOf } from './sqlite-catalog.ts'
import type { ChildTask } from './sqlite-child.ts'
import { SqliteConnection } from './sqlite-connection.ts'
import { SqliteLog } from './sqlite-log.ts'
import { sqliteTrouble } from './sqlite-trouble.ts'

export const sqliteDialect: Dialect = {
  blob: 'BLOB',
  clustered: ' WITHOUT ROWID',
  growingKey: 'INTEGER PRIMARY KEY',
  catalog: CATALOG,
  catalogAfter,
  columnsAfter,
  isOf,
}

/** Transactions that share one commit. More gain nothing and hold up the event loop. */
const MOST_IN_A_GROUP = 128
/** With this many waiting, a group is committed while the sync of the one before still runs: neither disk nor processor rests. */
const ENOUGH_TO_OVERLAP = 24

/**
 * Most reads go through one connection: what it keeps need not be asked of the system again. While the file is no larger than
 * `LOCK_PAGES`, a commit in which index pages changed places looks at each page that is kept: they change by way of the lock page.
 */
const WRITER_CACHE_MB = { small: 8, large: 32 }
/** The page behind these has nothing but locks (PENDING_BYTE of SQLite's file format). */
const LOCK_PAGES = 2 ** 30 / 4096

type Pending = {
  work: (sql: Sql) => Promise<unknown>
  resolve: (value: never) => void
  reject: (error: unknown) => void
  /** Answered once it is committed; nobody waits for the disk. */
  mayBeLost: boolean
  /** It did not come back when its group ran first: it fails without being tried again. */
  stalled?: Stalled
}
type Outcome = { pending: Pending; value?: unknown; error?: unknown; failed: boolean; wrote: boolean }

/**
 * SQLite with group commit: transactions that arrive together are committed as one, then the log is synced
 * once, off the event loop, before any of them is answered (architecture decision 4). `synchronous = NORMAL`
 * keeps the file sound; the sync here is what makes "acknowledged" mean "durable".
 */
export async function openSqlite(file: string, trouble: (message: string) => void): Promise<Driver> {
  // SQLite gives its other files the mode of this one.
  await using made = await openFile(file, 'a', 0o600)
  await made.close()
  await removeExtracts(file)
  const writer = openWriter(file)
  const log = await promisify(open)(`${file}-wal`, constants.O_RDWR)
  // What a crash left in the log unsynced is about to be read, and relied on.
  await promisify(fdatasync)(log)
  await syncFolder(dirname(file))
  return new SqliteDriver(file, writer, log, trouble)
}

const extractOf = (file: string): string => `${file}-before-`

/** Those that a process left which ended while it had one. */
async function removeExtracts(file: string): Promise<void> {
  const begin = basename(extractOf(file))
  for (const name of await readdir(dirname(file)))
    if (name.startsWith(begin)) await rm(join(dirname(file), name))
}

/** Throws what `sqliteTrouble` makes of a file that is no sound database. */
function openWriter(file: string): SqliteConnection {
  const writer = new SqliteConnection(file, { cacheMb: WRITER_CACHE_MB.small })
  try {
    writer.database.pragma('journal_mode = WAL')
    writer.database.pragma('synchronous = NORMAL')
    writer.database.pragma('wal_autocheckpoint = 0')
    // What is deleted is overwritten: the wrapped key of a destroyed mailbox must not linger in a free page.
    writer.database.pragma('secure_delete = ON')
    // The first transaction makes the log file, whose descriptor every sync uses.
    writer.database.exec('BEGIN IMMEDIATE; CREATE TABLE IF NOT EXISTS opened (at BIGINT); COMMIT')
    const pages = writer.database.pragma('page_count', { simple: true }) as number
    if (pages > LOCK_PAGES) writer.cacheMb = WRITER_CACHE_MB.large
    return writer
  } catch (error) {
    writer.close()
    throw sqliteTrouble(error, file)
  }
}

/**
 * Reads of what is committed. Each commit of another connection makes a connection forget the pages that it remembers: so
 * between groups it is the writer that reads, and while a group is under way the other one.
 */
function besideGroups(
  writer: SqliteConnection,
  reader: SqliteConnection,
  remembered: RememberedRows,
  isUnderWay: () => boolean,
): Sql {
  const free = () => (isUnderWay() ? reader : writer)
  return {
    all: (text, ...values) => free().all(text, ...values),
    get: async (text, ...values) => remembered.get(text, values, () => free().getNow(text, ...values)),
    run: (text, ...values) => reader.run(text, ...values),
  }
}

/** Answering one again does nothing. */
function answer({ pending, failed, value, error }: Outcome, failure?: Error): void {
  if (failure ?? failed) pending.reject(failure ?? error)
  else pending.resolve(value as never)
}

class SqliteDriver implements Driver {
  readonly read: Sql
  readonly #file: string
  readonly #writer: SqliteConnection
  readonly #reader: SqliteConnection
  readonly #remembered = new RememberedRows()
  readonly #watch = new StallWatch()
  readonly #log: number
  readonly #care: SqliteLog
  readonly #trouble: (message: string) => void
  #queue: Pending[] = []
  #isGroupUnderWay = false
  #committing: Promise<void> | undefined
  /** Committed, but not known to be on disk: not answered yet. */
  #committed: Outcome[] = []
  #syncing: Promise<void> | undefined
  readonly #closing = new AbortController()
  #closed = false
  #extracts = 0
  /** Set once a sync fails: what is on disk is then unknown, and nothing may be acknowledged any more. */
  #broken: Error | undefined

  constructor(file: string, writer: SqliteConnection, log: number, trouble: (message: string) => void) {
    this.#file = file
    this.#trouble = trouble
    this.#writer = writer
    this.#reader = new SqliteConnection(file, { readonly: true })
    this.read = besideGroups(writer, this.#reader, this.#remembered, () => this.#isGroupUnderWay)
    this.#log = log
    this.#care = new SqliteLog(file, writer, () => this.#committing !== undefined, trouble)
  }

  transact<T>(work: (sql: Sql) => Promise<T>, { mayBeLost = false } = {}): Promise<T> {
    if (this.#closed) return Promise.reject(new Error('The store is closed'))
    return new Promise<T>((resolve, reject) => {
      this.#queue.push({ work, resolve, reject, mayBeLost })
      this.#committing ??= this.#commitAll()
    })
  }

  get isAwaited(): boolean {
    return this.#queue.length > 0
  }

  snapshot<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    return this.#care.atMoment(async () => {
      const connection = new SqliteConnection(this.#file, { readonly: true })
      try {
        connection.runNow('BEGIN')
        // The moment is fixed by the first read, not by BEGIN.
        await connection.get('SELECT COUNT(*) AS opened FROM opened')
        return await work(connection)
      } finally {
        connection.close()
      }
    })
  }

  async apart<T>(
    tables: readonly string[],
    organization: string,
    work: (sql: Sql) => Promise<T>,
  ): Promise<T> {
    const to = `${extractOf(this.#file)}${++this.#extracts}`
    try {
      await using made = await openFile(to, 'wx', 0o600)
      await made.close()
      await this.#beside({ task: 'extract', file: this.#file, to, tables, organization })
      const connection = new SqliteConnection(to, { readonly: true, cacheMb: 8 })
      try {
        return await work(connection)
      } finally {
        connection.close()
      }
    } finally {
      await rm(to, { force: true })
    }
  }

  async copyTo(file: string, signal?: AbortSignal, progress?: CopyProgress): Promise<void> {
    // Readable by us only from its first octet on.
    await using made = await openFile(file, 'wx', 0o600)
    await made.close()
    await this.#beside({ task: 'copy', file: this.#file, to: file }, signal, progress)
    // Syncing a large copy takes long: it must not hold up the event loop.
    await using copy = await openFile(file, 'r+')
    await copy.sync()
    await syncFolder(dirname(file))
  }

  verify(signal?: AbortSignal): Promise<string[]> {
    return this.#beside({ task: 'verify', file: this.#file }, signal)
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#care.refuse()
    this.#closing.abort(new Error('The store is closing'))
    await this.#committing
    await this.#care.close()
    this.#reader.close()
    this.#writer.close()
    await promisify(close)(this.#log)
  }

  async #commitAll(): Promise<void> {
    // Everything that arrives in this turn of the event loop joins the first group.
    await new Promise(setImmediate)
    while (this.#queue.length > 0 || this.#committed.length > 0 || this.#syncing) {
      const enough = this.#syncing && !this.#queue.some(({ mayBeLost }) => mayBeLost) ? ENOUGH_TO_OVERLAP : 1
      if (this.#queue.length >= enough) {
        const group = this.#queue.splice(0, this.#groupSize())
        const begin = performance.now()
        const outcomes = await this.#commitGroup(group)
        this.#committed.push(...outcomes)
        await this.#care.committed(performance.now() - begin)
        for (const outcome of outcomes) if (outcome.pending.mayBeLost) answer(outcome)
      } else {
        await this.#syncing
      }
      this.#beginSync()
      // The replies of a sync that has just ended bring the next transactions.
      await new Promise(setImmediate)
    }
    this.#committing = undefined
    this.#care.rest()
  }

  /** Where many wait while nothing syncs, half of them: the others are committed while these are synced. */
  #groupSize(): number {
    const waiting = this.#queue.length
    const half = !this.#syncing && waiting >= 2 * ENOUGH_TO_OVERLAP
    return Math.min(half ? Math.ceil(waiting / 2) : waiting, MOST_IN_A_GROUP)
  }

  /** What was committed while a sync ran is synced as soon as that one is over, before anything else is committed. */
  #beginSync(): void {
    if (this.#committed.length === 0) return
    this.#syncing ??= this.#syncCommitted().finally(() => {
      this.#syncing = undefined
      this.#beginSync()
    })
  }

  #beside(task: ChildTask, signal?: AbortSignal, progress?: CopyProgress): Promise<string[]> {
    const closing = this.#closing.signal
    return this.#care.atMoment(() =>
      beside(task, signal ? AbortSignal.any([signal, closing]) : closing, progress),
    )
  }

  /** One sync for everything that is committed by now; only then is any of it answered. */
  async #syncCommitted(): Promise<void> {
    const outcomes = this.#committed
    this.#committed = []
    const failure = outcomes.some(({ wrote }) => wrote) ? await this.#sync() : this.#broken
    for (const outcome of outcomes) answer(outcome, failure)
  }

  async #commitGroup(group: readonly Pending[]): Promise<Outcome[]> {
    this.#isGroupUnderWay = true
    try {
      if (this.#broken) throw this.#broken
      return (await this.#runGroup(group, false)) ?? (await this.#runGroup(group, true))!
    } catch (error) {
      if (this.#writer.database.inTransaction) this.#writer.runNow('ROLLBACK')
      if (error instanceof Refusal) this.#trouble(error.message)
      return group.map((pending) => ({ pending, failed: true, error, wrote: false }))
    } finally {
      this.#isGroupUnderWay = false
      this.#watch.end()
    }
  }

  /**
   * Runs a group in one transaction. Without savepoints (they cost as much as a statement) a member that fails
   * after writing undoes the whole group: then the answer is undefined and the group runs again with them.
   */
  async #runGroup(group: readonly Pending[], savepoints: boolean): Promise<Outcome[] | undefined> {
    const outcomes: Outcome[] = []
    this.#writer.runNow('BEGIN IMMEDIATE')
    for (const pending of group) {
      if (pending.stalled) {
        outcomes.push({ pending, failed: true, error: pending.stalled, wrote: false })
        continue
      }
      const member = new GroupMember(this.#writer, this.#remembered, this.#watch)
      try {
        if (savepoints) this.#writer.runNow('SAVEPOINT member')
        const value = await member.perform(pending.work)
        if (savepoints) this.#writer.runNow('RELEASE member')
        outcomes.push({ pending, failed: false, value, wrote: member.wrote })
      } catch (error) {
        if (error instanceof Stalled) pending.stalled = error
        // Out of room, SQLite gives up the transaction by itself: nobody of the group wrote anything then.
        if (!this.#writer.database.inTransaction) throw error
        if (savepoints) {
          this.#writer.runNow('ROLLBACK TO member')
          this.#writer.runNow('RELEASE member')
        } else if (member.wrote) {
          this.#writer.runNow('ROLLBACK')
          return undefined
        }
        outcomes.push({ pending, failed: true, error, wrote: false })
      }
    }
    this.#writer.runNow('COMMIT')
    this.#remembered.committed()
    return outcomes
  }

  /** Why the log is not on disk, or nothing. */
  #sync(): Promise<Error | undefined> {
    return new Promise((resolve) => {
      fdatasync(this.#log, (error) => {
        // After a failed sync the kernel may have dropped the pages: trying again could "succeed" without them.
        if (error)
          this.#broken ??= new Refusal(
            'try-later',
            `The disk did not take the data (${error.message}). Mend it or make room, then start the service again.`,
            { cause: error },
          )
        resolve(this.#broken)
      })
    })
  }
}
