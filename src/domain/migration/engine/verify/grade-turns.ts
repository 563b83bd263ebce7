import type { ProjectId } from '../project/project.ts'

/** To grade a batch is to open all of its mailboxes. */
const EVERY_MS = 10 * 60_000

/** When batches are graded whose deltas follow each other without a rest. */
export class GradeTurns {
  readonly #last = new Map<string, number>()

  /** Whether one that does not rest is graded all the same; the next time is then some minutes later. */
  isDue(project: ProjectId, batch: number, now: number): boolean {
    const key = `${project}/${batch}`
    const last = this.#last.get(key) ?? now
    const isDue = now - last >= EVERY_MS
    this.#last.set(key, isDue ? now : last)
    return isDue
  }
}
