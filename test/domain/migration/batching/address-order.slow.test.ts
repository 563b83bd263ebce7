import assert from 'node:assert/strict'
import { test } from 'node:test'
import { judge } from '#src/domain/migration/what-if.ts'
import { batchSizes, plainProblem, solved } from '#test/support/batch-problem.ts'
import { layered } from '#test/support/organisation-graphs.ts'

test('no plan is worse than one in the order of the addresses, also of a company too large for the best methods', () => {
  // A tie stays in circles of 10, 80, 640 …, whose members stand side by side.
  const graph = layered(22_000, 40_000, 1)
  const problem = { ...plainProblem(graph, 125), effort: 'few' as const }
  const inTurn = {
    batchOf: Int32Array.from({ length: graph.nodes }, (_, at) => Math.floor(at / 125)),
    days: problem.windows.slice(0, 176),
  }
  const solution = solved(problem)
  assert.ok(Math.max(...batchSizes(solution)) <= 125)
  const share = judge(problem, solution).brokenDays / judge(problem, inTurn).brokenDays
  assert.ok(share <= 1, `delegation-days ${share.toFixed(3)} of those in the order of the addresses`)
})
