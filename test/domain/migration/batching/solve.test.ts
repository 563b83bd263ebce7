import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { cutOf, mergeEdges } from '#src/domain/migration/batching/graph.ts'
import { CalendarTooShort } from '#src/domain/migration/batching/order.ts'
import { SeededRandom } from '#src/domain/migration/batching/random.ts'
import { type BatchProblem, solve } from '#src/domain/migration/batching/solve.ts'
import { batchSizes, plainProblem, solved } from '#test/support/batch-problem.ts'
import { plantedGrants } from '#test/support/planted-grants.ts'

const graphOf = (nodes: number, edges: readonly (readonly number[])[]) =>
  mergeEdges(
    nodes,
    Int32Array.from(edges, ([a]) => a!),
    Int32Array.from(edges, ([, b]) => b!),
    Int32Array.from(edges, ([, , weight]) => weight ?? 100),
    2_000,
  )

test('components that fit are never split, and the batches are as few as can be (scenario 20)', () => {
  const edges: number[][] = []
  let nodes = 0
  for (let group = 0; group < 140; group++) {
    const size = 1 + ((group * 7) % 13)
    for (let member = 1; member < size; member++)
      edges.push([nodes + ((member * 5) % member), nodes + member])
    nodes += size
  }
  const problem = plainProblem(graphOf(nodes, edges), 50)
  const solution = solved(problem)
  assert.equal(cutOf(problem.graph, solution.batchOf), 0)
  assert.ok(solution.days.length <= Math.ceil(Math.ceil(nodes / 50) * 1.03))
  assert.ok(Math.max(...batchSizes(solution)) <= 50)
})

test('mailboxes without any grants are spread evenly over the fewest batches', () => {
  const sizes = batchSizes(solved(plainProblem(graphOf(1_005, []), 50)))
  assert.equal(sizes.length, 21)
  assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 1, sizes.join(' '))
})

test('small problems are solved as well as they can be', () => {
  for (let seed = 1; seed <= 25; seed++) {
    const random = new SeededRandom(seed)
    const edges = Array.from({ length: 12 }, () => [
      random.below(8),
      random.below(8),
      100 * (1 + random.below(9)),
    ])
    const problem = { ...plainProblem(graphOf(8, edges), 4), objective: 'cut' as const }
    const ours = cutOf(problem.graph, solved(problem).batchOf)
    assert.equal(ours, leastCut(problem), `seed ${seed}`)
  }
})

/** Of all ways to put eight into two batches of four. */
function leastCut({ graph }: BatchProblem): number {
  let least = Number.POSITIVE_INFINITY
  for (let ways = 0; ways < 256; ways++) {
    const parts = Int32Array.from({ length: 8 }, (_, at) => (ways >> at) & 1)
    if (parts.reduce((sum, part) => sum + part, 0) === 4) least = Math.min(least, cutOf(graph, parts))
  }
  return least
}

test('batches in a chain are put in the order of the chain', () => {
  const edges: number[][] = []
  // Six teams of ten, each tied to the next; told in a shuffled order.
  const place = [3, 0, 5, 1, 4, 2]
  for (let team = 0; team < 6; team++) {
    const begin = place[team]! * 10
    for (let member = 1; member < 10; member++) edges.push([begin, begin + member, 2_000])
    if (team < 5) edges.push([begin, place[team + 1]! * 10, 500])
  }
  const solution = solved(plainProblem(graphOf(60, edges), 10))
  const order = place.map((begin) => solution.batchOf[begin * 10]!)
  assert.ok(order.join() === '0,1,2,3,4,5' || order.join() === '5,4,3,2,1,0', order.join())
})

test('a calendar that ends too soon is said, with how many windows are missing', () => {
  const problem = { ...plainProblem(graphOf(100, []), 10), windows: Int32Array.of(1, 2, 3, 4) }
  assert.throws(
    () => solved(problem),
    (error) => error instanceof CalendarTooShort && error.missing === 6,
  )
})

test('a plan says how far it is, and takes a pause often enough to be called off', () => {
  const { from, to, weight } = plantedGrants(20_000, 100_000, 1)
  const work = solve(plainProblem(mergeEdges(20_000, from, to, weight, 2_000), 500))
  let longest = 0
  let done = 0
  for (let steps = 0; steps < 400; steps++) {
    const begin = process.cpuUsage()
    const step = work.next()
    longest = Math.max(longest, process.cpuUsage(begin).user / 1_000)
    if (step.done === true) break
    assert.ok(step.value.done >= done && step.value.done <= 1)
    done = step.value.done
  }
  assert.ok(longest < 1_000, `${longest} ms without a pause`)
  // Calling off is asking no more.
  work.return(undefined as never)
  assert.equal(work.next().done, true)
})

const problems = fc
  .record({
    nodes: fc.integer({ min: 1, max: 60 }),
    seed: fc.integer({ min: 1, max: 1_000_000 }),
    cap: fc.integer({ min: 6, max: 20 }),
    density: fc.integer({ min: 0, max: 4 }),
    rules: fc.boolean(),
    objective: fc.constantFrom('days' as const, 'cut' as const),
  })
  .map(({ nodes, seed, cap, density, rules, objective }): BatchProblem => {
    const random = new SeededRandom(seed)
    const some = () => random.below(nodes)
    const edges = Array.from({ length: nodes * density }, () => [some(), some(), 1 + random.below(2_000)])
    const plain = plainProblem(graphOf(nodes, edges), cap)
    const loads = new Float64Array(nodes * 2)
    for (let node = 0; node < nodes; node++) {
      loads[2 * node] = 1
      loads[2 * node + 1] = random.below(11)
    }
    const problem = {
      ...plain,
      dimensions: 2,
      loads,
      caps: Float64Array.of(cap, 60),
      seed,
      objective,
      effort: 'few' as const,
    }
    if (!rules || nodes < 10) return problem
    const notBefore = Int32Array.from({ length: nodes }, () => (random.below(8) === 0 ? 20_004 : 0))
    const pinned = new Int32Array(nodes).fill(-1)
    pinned[some()] = 20_002
    return {
      ...problem,
      notBefore: notBefore.map((day, at) => (pinned[at] === -1 ? day : 0)),
      pinned,
      together: Int32Array.of(0, 1, 1, 2),
      apart: Int32Array.of(3, 4, 4, 5),
    }
  })

test('no cap is exceeded and every rule is kept, whatever the graph', () => {
  fc.assert(
    fc.property(problems, (problem) => {
      // A set with two pinned days or a pinned and a late member is refused before it gets here.
      const dates = (at: number) => `${problem.pinned[at]} ${problem.notBefore[at]}`
      fc.pre(problem.together.length === 0 || (dates(0) === dates(1) && dates(1) === dates(2)))
      const { batchOf, days } = solved(problem)
      const loads = new Float64Array(days.length * 2)
      batchOf.forEach((batch, at) => {
        loads[2 * batch]! += problem.loads[2 * at]!
        loads[2 * batch + 1]! += problem.loads[2 * at + 1]!
        assert.ok(days[batch]! >= problem.notBefore[at]!, 'too early')
        assert.ok(problem.pinned[at] === -1 || days[batch] === problem.pinned[at], 'not on its day')
      })
      for (let at = 0; at < loads.length; at++) assert.ok(loads[at]! <= problem.caps[at % 2]!, 'over a cap')
      for (let at = 0; at < problem.together.length; at += 2) {
        assert.equal(batchOf[problem.together[at]!], batchOf[problem.together[at + 1]!])
      }
      for (let at = 0; at < problem.apart.length; at += 2) {
        assert.notEqual(batchOf[problem.apart[at]!], batchOf[problem.apart[at + 1]!])
      }
      assert.equal(new Set(days).size, days.length, 'two batches in one window')
    }),
    { numRuns: 120 },
  )
})

test('the same problem and seed give the same plan', () => {
  fc.assert(
    fc.property(problems, (problem) => {
      assert.deepEqual(solved(problem), solved(problem))
    }),
    { numRuns: 15 },
  )
})
