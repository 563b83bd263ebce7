import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Bins } from '#src/domain/migration/batching/bins.ts'
import { mergeEdges } from '#src/domain/migration/batching/graph.ts'
import { Line } from '#src/domain/migration/batching/order.ts'
import { SeededRandom } from '#src/domain/migration/batching/random.ts'
import { noDay } from '#src/domain/migration/batching/units.ts'

type Arranged = { line: Line; slots: Int32Array; notBefore: number[] }

/** Batches of one unit each in an order by chance that their dates allow; some lie on days that stay as they are. */
function arranged(seed: number): Arranged {
  const random = new SeededRandom(seed)
  const free = 4 + random.below(7)
  const fixed = random.below(4)
  const nodes = free + fixed
  const edges = random.below(4 * nodes)
  const some = () => Int32Array.from({ length: edges }, () => random.below(nodes))
  const weights = Int32Array.from({ length: edges }, () => 1 + random.below(9))
  const graph = mergeEdges(nodes, some(), some(), weights, 1_000)
  const slots = new Int32Array(free)
  for (let at = 0; at < free; at++) slots[at] = (at === 0 ? 100 : slots[at - 1]!) + random.below(4)
  const places = random.permutation(free)
  const notBefore = Array.from(places, (place) =>
    random.below(3) === 0 ? slots[random.below(place + 1)]! : 0,
  )
  const bins = new Bins({
    ...{ graph, dimensions: 1, loads: new Float64Array(nodes).fill(1), caps: Float64Array.of(1) },
    ...{
      notBefore: new Int32Array(nodes),
      pinned: new Int32Array(nodes).fill(noDay),
      apart: null,
      pulls: null,
    },
  })
  const days = new Int32Array(nodes).fill(noDay)
  for (let node = 0; node < nodes; node++) {
    bins.open({ notBefore: notBefore[node] ?? 0 })
    bins.put(node, node)
    if (node >= free) days[node] = 90 + random.below(30)
  }
  const line = new Line(bins, days, Array.from(places.keys()), slots)
  line.restore(places)
  return { line, slots, notBefore }
}

/** What turning round one segment would leave at most, among those that dates allow. */
function bestTurn({ line, slots, notBefore }: Arranged): number {
  const kept = line.placeOf.slice()
  let best = Number.POSITIVE_INFINITY
  for (let low = 0; low < kept.length; low++)
    for (let high = low + 1; high < kept.length; high++) {
      const turned = kept.map((place) => (place < low || place > high ? place : low + high - place))
      if (turned.some((place, node) => slots[place]! < notBefore[node]!)) continue
      line.restore(turned)
      best = Math.min(best, line.cost())
    }
  line.restore(kept)
  return best
}

test('segments are turned round while that saves something, and only then', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000 }), (seed) => {
      const there = arranged(seed)
      let cost = there.line.cost()
      while (there.line.reverse()) {
        const now = there.line.cost()
        assert.ok(now < cost, `${now} after ${cost}`)
        cost = now
        for (const [node, place] of there.line.placeOf.entries())
          assert.ok(there.slots[place]! >= there.notBefore[node]!, `${node} moves before it may`)
      }
      assert.equal(there.line.cost(), cost, 'what saves nothing is taken back')
      assert.ok(bestTurn(there) >= cost, 'no other turn saves anything')
    }),
    { numRuns: 300 },
  )
})
