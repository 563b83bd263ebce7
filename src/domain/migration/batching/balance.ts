import type { Bins } from './bins.ts'
import { RankedHeap } from './ranked-heap.ts'
import { noDay } from './units.ts'

/** Units that are tied to nobody go from the fullest batches to the emptiest, as far as that evens them out. */
export function balance(bins: Bins, free: (unit: number) => boolean): void {
  const { dimensions, loads, graph, pulls } = bins.units
  const heap = new RankedHeap(bins.count)
  let total = 0
  let open = 0
  for (let bin = 0; bin < bins.count; bin++) {
    if (bins.closed[bin] === true) continue
    total += bins.loads[bin * dimensions]!
    open++
    heap.set(bin, -bins.loads[bin * dimensions]!)
  }
  const mean = total / Math.max(1, open)
  for (let unit = graph.nodes - 1; unit >= 0 && heap.size > 0; unit--) {
    if (graph.offsets[unit] !== graph.offsets[unit + 1]) continue
    if (pulls !== null && pulls.offsets[unit] !== pulls.offsets[unit + 1]) continue
    if (bins.units.pinned[unit] !== noDay || !free(unit)) continue
    const from = bins.parts[unit]!
    const size = loads[unit * dimensions]!
    const over = bins.loads[from * dimensions]! - mean
    if (over <= 0 || bins.closed[from] === true) continue
    const to = heap.pop()
    if (bins.loads[from * dimensions]! - bins.loads[to * dimensions]! > size && bins.fits(to, unit)) {
      bins.move(unit, to)
      if (heap.has(from)) heap.set(from, -bins.loads[from * dimensions]!)
    }
    heap.set(to, -bins.loads[to * dimensions]!)
  }
}
