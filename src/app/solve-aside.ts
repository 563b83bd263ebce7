import { Worker } from 'node:worker_threads'
import { Breath } from '#src/base/breath.ts'
import { CalendarTooShort } from '#src/domain/migration/batching/order.ts'
import {
  type BatchProblem,
  type BatchSolution,
  type PlanProgress,
  solve,
} from '#src/domain/migration/batching/solve.ts'
import type { PlanningMessage } from './planning-thread.ts'

type Solving = { signal: AbortSignal; seen: (progress: PlanProgress) => void }

/** Below this many mailboxes and edges a thread is not worth its start. */
const smallProblem = 1_000

/** Solves it without holding up the event loop: large problems in a thread. Rejects with the signal's reason, or `CalendarTooShort`. */
export function solveAside(problem: BatchProblem, { signal, seen }: Solving): Promise<BatchSolution> {
  signal.throwIfAborted()
  const small = problem.graph.nodes + problem.graph.targets.length <= smallProblem
  return small ? solveHere(problem, { signal, seen }) : solveInThread(problem, { signal, seen })
}

async function solveHere(problem: BatchProblem, { signal, seen }: Solving): Promise<BatchSolution> {
  const breath = new Breath()
  const work = solve(problem)
  for (;;) {
    const step = work.next()
    if (step.done === true) return step.value
    seen(step.value)
    await breath.taken()
    signal.throwIfAborted()
  }
}

function solveInThread(problem: BatchProblem, { signal, seen }: Solving): Promise<BatchSolution> {
  const worker = new Worker(new URL('./planning-thread.ts', import.meta.url), { workerData: problem })
  const { promise, resolve, reject } = Promise.withResolvers<BatchSolution>()
  const stop = () => reject(signal.reason)
  signal.addEventListener('abort', stop, { once: true })
  worker.on('message', (message: PlanningMessage) => {
    if ('progress' in message) seen(message.progress)
    else if ('solution' in message) resolve(message.solution)
    else reject(new CalendarTooShort(message.missingWindows, message.onDay))
  })
  worker.on('error', reject)
  worker.on('exit', (code) => reject(new Error(`The planning thread ended with ${code} and no plan`)))
  return promise.finally(async () => {
    signal.removeEventListener('abort', stop)
    await worker.terminate()
  })
}
