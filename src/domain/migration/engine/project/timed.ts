import type { Batch } from './project.ts'

/** A batch after a step, with the moment noted at which it was first begun or is done. */
export function timed(before: Batch, after: Batch, now: number): Batch {
  const isDone = (state: Batch['state']) => state === 'done' || state === 'done-with-skips'
  if (before.state === 'planned' && after.state === 'preflight' && after.begunAt === undefined)
    return { ...after, begunAt: now }
  return isDone(after.state) && !isDone(before.state) ? { ...after, doneAt: now } : after
}
