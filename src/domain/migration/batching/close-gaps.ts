import { Bins } from './bins.ts'
import { costOf } from './objective.ts'
import { daysAsOpened } from './order.ts'

/** The days without a night for batches that everybody has left; as they are where that breaks more or dates do not allow it. */
export function closeGaps(bins: Bins, days: Int32Array, windows: Int32Array): Int32Array {
  const members = new Int32Array(bins.count)
  for (const bin of bins.parts) members[bin]!++
  if (!members.includes(0)) return days
  const filled = Array.from(members.keys()).filter((bin) => members[bin]! > 0)
  filled.sort((a, b) => days[a]! - days[b]! || a - b)
  const names = new Int32Array(bins.count)
  const kept = new Bins(bins.units, bins.parts.slice())
  for (const bin of filled)
    names[bin] = kept.open({
      notBefore: bins.notBefore[bin]!,
      pinned: bins.pinned[bin]!,
      closed: bins.closed[bin]!,
    })
  kept.parts.forEach((bin, unit) => {
    kept.parts[unit] = names[bin]!
  })
  const earlier = daysAsOpened(kept, windows)
  if (earlier === null || costOf(kept, earlier) > costOf(bins, days)) return days
  const closed = days.slice()
  for (const bin of filled) closed[bin] = earlier[names[bin]!]!
  return closed
}
