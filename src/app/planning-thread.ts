/** Solves one planning problem in a thread of its own; progress and the solution go back as messages. */
import { parentPort, workerData } from 'node:worker_threads'
import { CalendarTooShort } from '#src/domain/migration/batching/order.ts'
import {
  type BatchProblem,
  type BatchSolution,
  type PlanProgress,
  solve,
} from '#src/domain/migration/batching/solve.ts'

export type PlanningMessage =
  | { progress: PlanProgress }
  | { solution: BatchSolution }
  | { missingWindows: number; onDay: number | null }

const quietMs = 100
const send = (message: PlanningMessage) => parentPort!.postMessage(message)

try {
  const work = solve(workerData as BatchProblem)
  let saidAt = 0
  for (;;) {
    const step = work.next()
    if (step.done === true) {
      send({ solution: step.value })
      break
    }
    const now = performance.now()
    if (now - saidAt < quietMs) continue
    saidAt = now
    send({ progress: step.value })
  }
} catch (error) {
  if (!(error instanceof CalendarTooShort)) throw error
  send({ missingWindows: error.missing, onDay: error.day })
}
