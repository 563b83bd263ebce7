import type { Calendar } from './calendar.ts'
import { type Day, formatDay, weekdayOf } from './day.ts'

type Planned = { number: number; day: Day; pilot: boolean }

/** Batches that people speak of as one. */
export type PlanWave = { name: string; batches: readonly number[]; from: Day; until: Day }

export const PILOT = 'Pilot'

/**
 * The wave of a batch: the pilot is one of its own; else those of one night are one where a night takes several, those of one week
 * where it takes one. Named by its date and not by a count, so that it keeps its name when a later plan has less before it.
 */
export function waveName({ batchesPerWindow }: Pick<Calendar, 'batchesPerWindow'>, batch: Planned): string {
  if (batch.pilot) return PILOT
  if (batchesPerWindow > 1) return `Night of ${formatDay(batch.day)}`
  return `Week of ${formatDay(batch.day - weekdayOf(batch.day) + 1)}`
}

/** Batches in order of time, as their waves in that order. */
export function planWaves(
  calendar: Pick<Calendar, 'batchesPerWindow'>,
  batches: readonly Planned[],
): readonly PlanWave[] {
  return [...Map.groupBy(batches, (batch) => waveName(calendar, batch))].map(([name, own]) => ({
    name,
    batches: own.map(({ number }) => number),
    from: Math.min(...own.map(({ day }) => day)),
    until: Math.max(...own.map(({ day }) => day)),
  }))
}
