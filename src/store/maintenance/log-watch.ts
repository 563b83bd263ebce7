import { Refusal } from '#src/domain/refusal.ts'
import { databaseFile } from '../layout.ts'
import { sizeOf } from './files.ts'

const EVERY_MS = 500
/** As much of what is free may be taken by the log of what is written while the database is copied. */
const SHARE = 1 / 4

/** The log beside a database, which cannot start anew while somebody looks at an older moment for long. */
export class LogWatch {
  readonly #folder: string
  readonly #freeBytes: (folder: string) => Promise<number>

  constructor(folder: string, freeBytes: (folder: string) => Promise<number>) {
    this.#folder = folder
    this.#freeBytes = freeBytes
  }

  /** Calls work off, and refuses `try-later`, when the log grows so much that the disk would fill. */
  async during<T>(signal: AbortSignal, work: (both: AbortSignal) => Promise<T>): Promise<T> {
    const stop = new AbortController()
    const sizeBefore = await this.#size()
    const watch = async () => {
      const grown = (await this.#size()) - sizeBefore
      const free = (await this.#freeBytes(this.#folder)) + grown
      if (grown > free * SHARE) stop.abort(full(this.#folder, grown, free))
    }
    const failed = (error: unknown) => stop.abort(error)
    const clock = setInterval(() => void watch().catch(failed), EVERY_MS)
    try {
      return await work(AbortSignal.any([signal, stop.signal]))
    } finally {
      clearInterval(clock)
    }
  }

  async #size(): Promise<number> {
    return (await sizeOf(`${databaseFile(this.#folder)}-wal`)) ?? 0
  }
}

function full(folder: string, grown: number, free: number): Refusal {
  const megabytes = (bytes: number) => `${Math.ceil(bytes / 1024 ** 2)} MB`
  return new Refusal(
    'try-later',
    `So much was written while the database was copied that it took ${megabytes(grown)} of the ${megabytes(free)} free on the disk of ${folder}, and more would fill it. Make the backup when less is going on, or make room there.`,
  )
}
