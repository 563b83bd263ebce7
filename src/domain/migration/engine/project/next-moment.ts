import { windowFor } from './own-settings.ts'
import type { Batch, Project } from './project.ts'
import { hasEnded } from './state.ts'
import { workingTime } from './window.ts'

/** Pure: when what the clock decides of these batches is due next, after `now` (epoch ms); `null` if nothing is. */
export function nextMoment(project: Project, batches: Iterable<Batch>, now: number): number | null {
  const waits = [...batches].filter(({ state, paused }) => !paused && !hasEnded(state))
  const moments = waits.flatMap(({ startAfter, completeAfter, preflight }) => [
    ...[startAfter, completeAfter, preflight?.retry?.at ?? null],
  ])
  const windows = new Set(waits.map((batch) => windowFor(project, batch)))
  const times = [...windows].map((window) => workingTime(window, now))
  const all = [...moments, ...times.flatMap((time) => [time?.from ?? null, time?.until ?? null])]
  const ahead = all.filter((at) => at !== null && at > now) as number[]
  return ahead.length === 0 ? null : Math.min(...ahead)
}
