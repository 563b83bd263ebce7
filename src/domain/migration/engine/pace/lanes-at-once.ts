import type { ProjectSettings } from '../project/project.ts'

/** A mailbox that is worked on, by what caps count it; `database` where that is known. */
export type CountedLane = { source: string; database?: string | undefined }

type Caps = Pick<ProjectSettings, 'caps' | 'lanes' | 'databaseLanes'>

/** Pure: whether one more mailbox of a project may be worked on beside those that are. */
export function fitsBeside(settings: Caps, others: readonly CountedLane[], one: CountedLane): boolean {
  const { lanes, databaseLanes = Number.POSITIVE_INFINITY } = settings
  const ofSource = settings.caps[one.source]?.lanes ?? Number.POSITIVE_INFINITY
  const { source, database } = one
  return (
    others.length < lanes &&
    others.filter((other) => other.source === source).length < ofSource &&
    (database === undefined ||
      others.filter((other) => other.source === source && other.database === database).length < databaseLanes)
  )
}

/** Pure: those that are too many since the caps became lower, the last to begin first of all. */
export function beyondCaps<T extends CountedLane>(settings: Caps, inOrder: readonly T[]): T[] {
  const kept: T[] = []
  return inOrder.filter((lane) => {
    if (!fitsBeside(settings, kept, lane)) return true
    kept.push(lane)
    return false
  })
}
