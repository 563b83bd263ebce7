/** The planner against what is certain: closed forms, every way there is, bounds (migration.md 2.5, 2.7). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cutOf, type Graph } from '#src/domain/migration/batching/graph.ts'
import { judge } from '#src/domain/migration/what-if.ts'
import { degreeBound, leastCut, leastDays } from '#test/support/batch-oracles.ts'
import { batchSizes, plainProblem, solved } from '#test/support/batch-problem.ts'
import {
  chainOfManagers,
  everybodyToEverybody,
  isolated,
  joinedCommunities,
  scattered,
  sharedMailbox,
  starAssistants,
} from '#test/support/organisation-graphs.ts'

function cutAt(graph: Graph, cap: number): { cut: number; batches: number } {
  const problem = { ...plainProblem(graph, cap), objective: 'cut' as const, spareBatches: 0 }
  const solution = solved(problem)
  assert.ok(Math.max(...batchSizes(solution)) <= cap)
  return { cut: cutOf(graph, solution.batchOf), batches: solution.days.length }
}

test('up to 14 mailboxes: the least cut of all ways there are', () => {
  for (let seed = 1; seed <= 60; seed++) {
    const nodes = 6 + (seed % 9)
    const cap = 3 + (seed % 4)
    const graph = scattered(nodes, nodes * (seed % 3), seed)
    const { cut, batches } = cutAt(graph, cap)
    assert.ok(batches <= Math.ceil(nodes / cap), `seed ${seed}: ${batches} batches`)
    assert.equal(cut, leastCut(graph, cap, batches), `seed ${seed}`)
  }
})

test('up to 30 mailboxes: no way is better, by branch and bound', () => {
  for (let seed = 1; seed <= 12; seed++) {
    const nodes = 20 + (seed % 11)
    const cap = Math.ceil(nodes / (2 + (seed % 2)))
    const graph = scattered(nodes, Math.floor(nodes * 0.7), 100 + seed)
    const { cut, batches } = cutAt(graph, cap)
    assert.equal(leastCut(graph, cap, batches, cut), cut, `seed ${seed}: something cuts less than ${cut}`)
  }
})

test('up to 9 mailboxes: the fewest broken days of all ways there are', () => {
  for (let seed = 1; seed <= 40; seed++) {
    const nodes = 6 + (seed % 4)
    const cap = 3
    const graph = scattered(nodes, nodes, 200 + seed)
    const problem = { ...plainProblem(graph, cap), spareBatches: 0 }
    const solution = solved(problem)
    const best = leastDays(graph, cap, [...problem.windows.subarray(0, Math.ceil(nodes / cap))])
    assert.equal(Math.round(judge(problem, solution).brokenDays * 100), best, `seed ${seed}`)
  }
})

test('no plan is below the degree bound; hubs cut twice that, as only one end of their grants is short of room', () => {
  for (const [graph, cap] of [
    [sharedMailbox(1_000), 250],
    [starAssistants(1, 300), 100],
    [starAssistants(4, 300), 100],
  ] as const)
    assert.equal(cutAt(graph, cap).cut, 2 * degreeBound(graph, cap))
  for (let seed = 1; seed <= 5; seed++) {
    const graph = scattered(100, 500, seed)
    assert.ok(cutAt(graph, 20).cut >= degreeBound(graph, 20))
  }
})

test('shapes whose best batches are known', () => {
  assert.equal(cutAt(starAssistants(40, 9), 100).cut, 0)
  // Twelve teams of ten in a chain, two to a batch: five of the eleven links are cut at least.
  assert.equal(cutAt(chainOfManagers(12, 10), 20).cut, 5 * 500)
  // The administrator stays with one of the two.
  assert.equal(cutAt(joinedCommunities(120, 7), 121).cut, 200)
  assert.deepEqual(cutAt(isolated(1_001), 100), { cut: 0, batches: 11 })
  // All alike: three batches of ten keep 3 * 45 of 435 pairs.
  assert.equal(cutAt(everybodyToEverybody(30), 10).cut, (435 - 135) * 100)
})
