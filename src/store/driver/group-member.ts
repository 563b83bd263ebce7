import type { Row, Sql, Value } from './driver.ts'
import type { RememberedRows } from './remembered-rows.ts'
import type { SqliteConnection } from './sqlite-connection.ts'

/** A member of a group that takes longer than this awaits something that is not its writer; twice as long when it began later than the watch. */
const STALLED_MS = 10_000

/** It did not come back. The others of its group must not wait for it a second time. */
export class Stalled extends Error {
  override readonly name = 'Stalled'

  constructor() {
    super('A transaction awaited something that is not its writer')
  }
}

/** Watches over the members of a group with one timer: one for each would cost as much as a statement. */
export class StallWatch {
  #stop: (() => void) | undefined
  #timer: NodeJS.Timeout | undefined

  /** `stop` ends the member that begins now. */
  begin(stop: () => void): void {
    this.#stop = stop
    this.#timer ??= this.#arm()
  }

  /** The group is over. */
  end(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #arm(): NodeJS.Timeout {
    const seen = this.#stop
    return setTimeout(() => {
      this.#timer = this.#arm()
      if (this.#stop === seen) seen?.()
    }, STALLED_MS)
  }
}

/** One transaction of a group: its work, and the statements it may use until it ends. */
export class GroupMember implements Sql {
  readonly #connection: SqliteConnection
  readonly #remembered: RememberedRows
  readonly #watch: StallWatch
  #ended = false
  wrote = false

  constructor(connection: SqliteConnection, remembered: RememberedRows, watch: StallWatch) {
    this.#connection = connection
    this.#remembered = remembered
    this.#watch = watch
  }

  /** Does the work. Rejects with `Stalled` when it does not end in time. Statements that come later are refused. */
  perform<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#watch.begin(() => {
        this.#ended = true
        reject(new Stalled())
      })
      work(this).then(
        (value) => {
          this.#ended = true
          resolve(value)
        },
        (error: unknown) => {
          this.#ended = true
          reject(error)
        },
      )
    })
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

  #note(text: string): void {
    if (this.#ended) throw new Error('A writer was used after its transaction had ended')
    if (text.startsWith('SELECT')) return
    this.wrote = true
    this.#remembered.note(text)
  }
}
