import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bisect } from '#src/domain/migration/batching/bisect.ts'
import { cutOf, mergeEdges } from '#src/domain/migration/batching/graph.ts'
import { fewestBatches } from '#src/domain/migration/batching/pack.ts'
import { SeededRandom } from '#src/domain/migration/batching/random.ts'
import type { Units } from '#src/domain/migration/batching/units.ts'
import { heaviestPair } from '#src/domain/migration/right.ts'
import { plainProblem } from '#test/support/batch-problem.ts'
import { plantedGrants } from '#test/support/planted-grants.ts'

const mailboxes = 1_500
const cap = 110

function halved(said: Partial<Units> = {}): { units: Units; labels: Int32Array; sizes: number[] } {
  const { from, to, weight } = plantedGrants(mailboxes, 2_100, 103)
  const problem = plainProblem(mergeEdges(mailboxes, from, to, weight, heaviestPair), cap)
  const { graph, dimensions, loads, caps, notBefore, pinned } = problem
  const units = { graph, dimensions, loads, caps, notBefore, pinned, apart: null, pulls: null, ...said }
  const work = bisect(units, fewestBatches(loads, caps), new SeededRandom(1), { inLine: false })
  for (;;) {
    const step = work.next()
    if (step.done !== true) continue
    const sizes = [...Map.groupBy(step.value, (label) => label).values()].map(({ length }) => length)
    return { units, labels: step.value, sizes }
  }
}

test('halves of halves keep the cap, and cut little of a company with few rights', () => {
  const { units, labels, sizes } = halved()
  assert.equal(sizes.length, Math.ceil(mailboxes / cap))
  assert.ok(Math.max(...sizes) <= cap, `${Math.max(...sizes)} in one part`)
  assert.ok(cutOf(units.graph, labels) <= 50_000, `${cutOf(units.graph, labels)} is cut`)
})

test('whoever has a night is in no half', () => {
  const pinned = new Int32Array(mailboxes).fill(-1)
  pinned.fill(20_003, 0, 40)
  const { labels, sizes } = halved({ pinned })
  assert.deepEqual(
    [...labels.subarray(0, 40)],
    Array.from({ length: 40 }, (_, at) => at),
  )
  assert.ok(Math.max(...sizes) <= cap)
})

test('no part exceeds any cap, also where halves cannot be made so that all keep it', () => {
  const loads = new Float64Array(2 * mailboxes)
  for (let at = 0; at < mailboxes; at++) {
    loads[2 * at] = 1
    loads[2 * at + 1] = at % 100 === 0 ? 9 : 0
  }
  const { labels } = halved({ dimensions: 2, loads, caps: Float64Array.of(cap, 10) })
  for (const members of Map.groupBy(labels.keys(), (unit) => labels[unit]!).values())
    for (const [d, most] of [cap, 10].entries())
      assert.ok(members.reduce((sum, unit) => sum + loads[2 * unit + d]!, 0) <= most)
})
