import { Worker } from 'node:worker_threads'
import type { SqliteConnection } from './sqlite-connection.ts'
import type { Answer, Task } from './sqlite-worker.ts'

/**
 * Pages that wait in the log when the worker starts to move them into the database. A page is moved once however often it was
 * written meanwhile: of 2,000 it is every second one, of 8,000 every fourth.
 */
const MOVED_TOGETHER = 8_000
/** Pages in the log at which writers wait for the worker. */
const FULL_LOG_PAGES = 25_000
/** Groups between two looks at the log, or how long they took: long ones write much. */
const GROUPS_TO_A_LOOK = 16
const MS_TO_A_LOOK = 100

/** Pages in the log, and how many of them the database has already. */
type LogState = { log: number; checkpointed: number }

/** Keeps the log short without the writers waiting: they wait only when it is full, and then not on the event loop. */
export class SqliteLog {
  readonly #file: string
  readonly #writer: SqliteConnection
  readonly #isWriting: () => boolean
  readonly #trouble: (message: string) => void
  /** Made when it is first needed, and again after it ended. */
  #worker: Worker | undefined
  readonly #answers: ((answer: Answer) => void)[] = []
  #checkpoint: Promise<void> | undefined
  #groups = 0
  #groupsMs = 0
  /** Readers of an older moment: the log cannot start anew before they are done. */
  #moments = 0
  #lastState: LogState = { log: 0, checkpointed: 0 }
  /** Who begins to read a moment when the log had its chance to start anew. */
  #awaitingRoom: (() => void)[] = []
  #closed = false

  /** `isWriting`: whether groups are being committed, each of which ends with `committed` and how long it took. */
  constructor(
    file: string,
    writer: SqliteConnection,
    isWriting: () => boolean,
    trouble: (message: string) => void,
  ) {
    this.#file = file
    this.#writer = writer
    this.#isWriting = isWriting
    this.#trouble = trouble
  }

  /** After each group: the next one waits for this. */
  async committed(tookMs: number): Promise<void> {
    this.#groups++
    this.#groupsMs += tookMs
    if (this.#groups >= GROUPS_TO_A_LOOK || this.#groupsMs >= MS_TO_A_LOOK || this.#awaitingRoom.length > 0) {
      this.#groups = 0
      this.#groupsMs = 0
      await this.#tend()
    }
    this.#letIn()
  }

  /** When no group follows. */
  rest(): void {
    this.#letIn()
  }

  /** Reads of one moment; they begin when a full log had its chance to start anew. */
  async atMoment<T>(work: () => Promise<T>): Promise<T> {
    await this.#room()
    this.#moments++
    try {
      return await work()
    } finally {
      this.#moments--
    }
  }

  /** No moment is given out from now on. */
  refuse(): void {
    this.#closed = true
  }

  /** When nobody writes any more. */
  async close(): Promise<void> {
    await this.#checkpoint
    await this.#worker?.terminate()
  }

  #letIn(): void {
    for (const go of this.#awaitingRoom.splice(0)) go()
  }

  /** Between two moments a full log starts anew, or it would grow for as long as one follows the other. */
  async #room(): Promise<void> {
    // Writes that end while it waits do so without a look at the log: then it looks itself.
    for (let looks = 0; looks < 2; looks++) {
      if (this.#closed) throw new Error('The store is closed')
      // The writer can tell nothing of its log in the middle of a group; the last look is not old then.
      const { log, checkpointed } = this.#isWriting() ? this.#lastState : this.#look()
      if (this.#moments > 0 || log < FULL_LOG_PAGES || checkpointed === log) return
      if (this.#isWriting()) await new Promise<void>((resolve) => this.#awaitingRoom.push(resolve))
      else await this.#tend()
    }
  }

  #look(): LogState {
    const [state] = this.#writer.database.pragma('wal_checkpoint(NOOP)') as [LogState]
    this.#lastState = state
    return state
  }

  async #tend(): Promise<void> {
    const state = this.#look()
    if (state.log - state.checkpointed >= MOVED_TOGETHER) this.#checkpoint ??= this.#move()
    // A reader of an older moment keeps the log from starting anew: then it grows until that reader is done.
    if (state.log >= FULL_LOG_PAGES && this.#moments === 0) {
      await this.#checkpoint
      await this.#move()
    }
  }

  async #move(): Promise<void> {
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
    this.#worker ??= this.#startWorker()
    const worker = this.#worker
    // Whoever waits for the worker may be all that keeps the process going.
    worker.ref()
    const answer = await new Promise<Answer>((resolve) => {
      this.#answers.push(resolve)
      worker.postMessage(task)
    })
    if (this.#answers.length === 0) worker.unref()
    if ('failure' in answer) throw new Error(`SQLite ${task.task}: ${answer.failure}`)
    return answer
  }

  #startWorker(): Worker {
    const worker = new Worker(new URL('./sqlite-worker.ts', import.meta.url), {
      workerData: { file: this.#file },
    })
    worker.on('message', (answer: Answer) => this.#answers.shift()?.(answer))
    worker.on('error', (error: Error) => this.#endWorker(worker, error.message))
    worker.on('exit', () => this.#endWorker(worker, 'the worker has ended'))
    return worker
  }

  #endWorker(worker: Worker, failure: string): void {
    if (this.#worker !== worker) return
    this.#worker = undefined
    for (const answer of this.#answers.splice(0)) answer({ failure })
  }
}
