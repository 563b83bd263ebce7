import { Flag } from '../../../mailbox/item.ts'
import type { SourceChange } from '../../source.ts'

/**
 * Pure: of each item what the page says of it last, as a source may tell in one page what became of an item more than once, gone and there
 * again among it. That it was read or not adds to what was said of it before.
 */
export function lastChanges(changes: readonly SourceChange[]): readonly SourceChange[] {
  const last = new Map<string, SourceChange>()
  for (const change of changes) {
    const before = last.get(change.key)
    if (before === undefined) {
      last.set(change.key, change)
      continue
    }
    // What went is not read any more.
    if (change.kind === 'read' && before.kind === 'gone') continue
    // In the place of what counts: the order among others is that of the page.
    last.delete(change.key)
    last.set(
      change.key,
      change.kind === 'read' && before.kind === 'item' ? readSince(before, change.seen) : change,
    )
  }
  return last.size === changes.length ? changes : [...last.values()]
}

type Listed = Extract<SourceChange, { kind: 'item' }>

function readSince(item: Listed, seen: boolean): Listed {
  if (item.marks === null) return item
  const { flags } = item.marks
  return { ...item, marks: { ...item.marks, flags: seen ? flags | Flag.seen : flags & ~Flag.seen } }
}
