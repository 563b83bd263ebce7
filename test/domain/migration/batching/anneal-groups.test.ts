import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { annealGroups } from '#src/domain/migration/batching/anneal-groups.ts'
import { Bins } from '#src/domain/migration/batching/bins.ts'
import { mergeEdges } from '#src/domain/migration/batching/graph.ts'
import { costOf } from '#src/domain/migration/batching/objective.ts'
import { SeededRandom } from '#src/domain/migration/batching/random.ts'
import { apartOf, noDay, type Units } from '#src/domain/migration/batching/units.ts'

const CAP = 40

/** Units in six batches or more, as chance puts them; some of the batches are of those who have day 100. */
function batched(random: SeededRandom, nodes: number): Bins {
  const edges = 3 * nodes
  const some = () => Int32Array.from({ length: edges }, () => random.below(nodes))
  const weights = Int32Array.from({ length: edges }, () => 1 + random.below(9))
  const enemies = Array.from(
    { length: random.below(8) },
    () => [random.below(nodes), random.below(nodes)] as const,
  )
  const pairs = enemies.flatMap(([a, b]) => (a === b ? [] : [[a, b] as const, [b, a] as const]))
  const pinned = Int32Array.from({ length: nodes }, () => (random.below(8) === 0 ? 100 : noDay))
  const units: Units = {
    ...{
      graph: mergeEdges(nodes, some(), some(), weights, 1_000),
      dimensions: 1,
      caps: Float64Array.of(CAP),
    },
    loads: Float64Array.from({ length: nodes }, () => 1 + random.below(2)),
    notBefore: Int32Array.from(pinned, (day) => (day === noDay && random.below(6) === 0 ? 103 : 0)),
    ...{
      pinned,
      apart: apartOf(nodes, pairs),
      pulls: null,
    },
  }
  const bins = new Bins(units)
  bins.open({ pinned: 100 })
  for (let bin = 1; bin < 6; bin++) bins.open({ notBefore: bin < 3 ? 0 : 103 })
  for (let unit = 0; unit < nodes; unit++) {
    const from = random.below(bins.count)
    const order = Array.from({ length: bins.count }, (_, at) => (from + at) % bins.count)
    const bin = order.find((each) => bins.fits(each, unit))
    bins.put(unit, bin ?? bins.open({ notBefore: 103, pinned: pinned[unit]! }))
  }
  return bins
}

test('whole groups move between batches within caps and rules, and save what is said', () => {
  let moved = 0
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000 }), (seed) => {
      const random = new SeededRandom(seed)
      const bins = batched(random, 100 + random.below(40))
      const days = Int32Array.from({ length: bins.count }, (_, bin) =>
        bins.pinned[bin] === 100 ? 100 : 100 + bin,
      )
      const before = costOf(bins, days)
      const work = annealGroups(bins, { days }, random, { most: 2_000 })
      let step = work.next()
      while (step.done !== true) step = work.next()
      assert.ok(step.value >= 0)
      assert.ok(Math.abs(before - costOf(bins, days) - step.value) < 1e-6)
      moved += Number(step.value > 0)
      const loads = new Float64Array(bins.count)
      for (const [unit, bin] of bins.parts.entries()) {
        loads[bin]! += bins.units.loads[unit]!
        bins.parts[unit] = -1
        assert.ok(bins.admits(bin, unit), `unit ${unit} in batch ${bin}`)
        bins.parts[unit] = bin
      }
      assert.ok(Math.max(...loads) <= CAP)
      assert.deepEqual(bins.loads.subarray(0, bins.count), loads)
    }),
    { numRuns: 60, seed: 7 },
  )
  assert.ok(moved > 5, `${moved} times something was saved`)
})
