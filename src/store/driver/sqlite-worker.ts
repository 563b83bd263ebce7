import { parentPort, workerData } from 'node:worker_threads'
import Database from 'better-sqlite3'

/** What the connection beside the event loop is asked to do. */
export type Task = { task: 'checkpoint' } | { task: 'copy'; file: string } | { task: 'verify' }
/** `left`: pages of the log that could not be moved yet. */
export type Answer = { left: number } | { copied: true } | { wrong: string[] } | { failure: string }

/** Waits on the disk for as long as it takes: checkpoints, copies and proofs of the whole database. */
const database = new Database((workerData as { file: string }).file, { timeout: 5_000 })
database.pragma('synchronous = NORMAL')

parentPort!.on('message', (task: Task) => {
  try {
    parentPort!.postMessage(perform(task))
  } catch (error) {
    parentPort!.postMessage({
      failure: error instanceof Error ? error.message : String(error),
    } satisfies Answer)
  }
})
parentPort!.on('close', () => database.close())

function perform(task: Task): Answer {
  if (task.task === 'checkpoint') {
    const [result] = database.pragma('wal_checkpoint(PASSIVE)') as [{ log: number; checkpointed: number }]
    return { left: result.log - result.checkpointed }
  }
  if (task.task === 'verify') {
    const lines = database.prepare('PRAGMA quick_check(100)').pluck().all() as string[]
    return { wrong: lines.filter((line) => line !== 'ok') }
  }
  database.prepare('VACUUM INTO ?').run(task.file)
  return { copied: true }
}
