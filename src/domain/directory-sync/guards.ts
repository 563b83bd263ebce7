import { figure } from '#src/base/figure-words.ts'
import { type ObjectClass, objectClasses } from './decision.ts'
import { type ClassCounts, totalOf } from './report.ts'

/** Limits of what one run changes without being asked (exchange-interop 1.7). */
export const GUARDS = {
  /** Deletions: more than this many, or than the larger of `fewDeletes` and `deleteShare`, of all or of one class. */
  deletes: 500,
  fewDeletes: 20,
  deleteShare: 0.05,
  /** What is left, of all, once there were more than `fewObjects`; or nothing in a class that had more. */
  leastLeft: 0.5,
  fewObjects: 10,
  /** Objects that change their primary address or target, once they are more than `fewObjects`. */
  readdressedShare: 0.3,
  /** Members that a group loses at once before it is held for another look. */
  groupShare: 0.5,
  fewMembers: 20,
  /** How long the entry of an object stays that can no longer be one: a mistake of a Friday is found on Monday. */
  unusableDays: 3,
} as const

/** What a run would do, in numbers. */
export type Sums = {
  before: ClassCounts
  created: ClassCounts
  deleted: ClassCounts
  /** Entries that change their primary address or target. */
  readdressed: number
}

const words: Record<ObjectClass, string> = {
  user: 'users',
  contact: 'contacts',
  group: 'groups',
  room: 'rooms',
  equipment: 'pieces of equipment',
  other: 'dynamic groups and public folders',
}

/** A sentence for each guard that holds the run up; none when it may go on. Pure. */
export function blockedBy({ before, created, deleted, readdressed }: Sums): readonly string[] {
  const blocked: string[] = []
  const all = totalOf(before)
  const gone = totalOf(deleted)
  if (gone > mostDeletes(all))
    blocked.push(
      `It would delete ${figure(gone)} of ${figure(all)} entries; more than ${figure(mostDeletes(all))} at once are not deleted unasked.`,
    )
  const left = all - gone + totalOf(created)
  if (all > GUARDS.fewObjects && left < all * GUARDS.leastLeft)
    blocked.push(`It would leave ${figure(left)} of ${figure(all)} entries, which is less than half.`)
  for (const name of objectClasses) {
    if (deleted[name] > mostDeletes(before[name]) && deleted[name] < gone)
      blocked.push(`It would delete ${figure(deleted[name])} of ${figure(before[name])} ${words[name]}.`)
    if (before[name] > GUARDS.fewObjects && before[name] - deleted[name] + created[name] <= 0)
      blocked.push(`It would leave none of ${figure(before[name])} ${words[name]}.`)
  }
  if (readdressed > GUARDS.fewObjects && readdressed > all * GUARDS.readdressedShare)
    blocked.push(
      `It would change the primary address or the target of ${figure(readdressed)} of ${figure(all)} entries.`,
    )
  return blocked
}

const mostDeletes = (entries: number): number =>
  Math.min(GUARDS.deletes, Math.max(GUARDS.fewDeletes, Math.floor(entries * GUARDS.deleteShare)))

/** Whether a group that goes from one set of members to another waits for the next run to say the same. */
export function losesTooMany(before: ReadonlySet<string>, after: ReadonlySet<string>): boolean {
  let lost = 0
  for (const member of before) if (!after.has(member)) lost++
  return lost > GUARDS.fewMembers && lost > before.size * GUARDS.groupShare
}
