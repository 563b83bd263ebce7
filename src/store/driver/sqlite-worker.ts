import { parentPort, workerData } from 'node:worker_threads'
import Database from 'better-sqlite3'

/** What the connection beside the event loop is asked to do. */
export type Task = { task: 'checkpoint' }
/** `left`: pages of the log that could not be moved yet. */
export type Answer = { left: number } | { failure: string }

/** Waits on the disk for as long as it takes, which is never long: the log is moved before it is. */
const database = new Database((workerData as { file: string }).file, { timeout: 5_000 })
database.pragma('synchronous = NORMAL')

parentPort!.on('message', (_: Task) => {
  try {
    const [result] = database.pragma('wal_checkpoint(PASSIVE)') as [{ log: number; checkpointed: number }]
    parentPort!.postMessage({ left: result.log - result.checkpointed } satisfies Answer)
  } catch (error) {
    parentPort!.postMessage({
      failure: error instanceof Error ? error.message : String(error),
    } satisfies Answer)
  }
})
parentPort!.on('close', () => database.close())
