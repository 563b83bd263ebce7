import type { Pace } from '../pace.ts'

/** As many are sorted at once. */
const RUN = 1_000

/** Sorts many things without holding up the event loop; those that are equal keep their order. */
export async function pacedSort<T>(
  things: readonly T[],
  compare: (one: T, other: T) => number,
  pace: Pace,
): Promise<T[]> {
  let sorted: T[] = []
  for (let at = 0; at < things.length; at += RUN) {
    for (const thing of things.slice(at, at + RUN).sort(compare)) sorted.push(thing)
    await pace.rest()
  }
  for (let width = RUN; width < things.length; width *= 2) {
    const merged: T[] = []
    for (let at = 0; at < things.length; at += 2 * width) {
      const middle = Math.min(at + width, things.length)
      const end = Math.min(middle + width, things.length)
      let [left, right] = [at, middle]
      while (left < middle || right < end) {
        const fromLeft = right >= end || (left < middle && compare(sorted[left]!, sorted[right]!) <= 0)
        merged.push(sorted[fromLeft ? left++ : right++]!)
        if (merged.length % RUN === 0) await pace.rest()
      }
    }
    sorted = merged
  }
  return sorted
}
