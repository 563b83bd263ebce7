import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Bins } from '#src/domain/migration/batching/bins.ts'
import { closeGaps } from '#src/domain/migration/batching/close-gaps.ts'
import { plainProblem } from '#test/support/batch-problem.ts'
import { chainOfManagers } from '#test/support/organisation-graphs.ts'

test('a batch that everybody has left takes no night', () => {
  const problem = plainProblem(chainOfManagers(4, 1), 2)
  const room = { graph: problem.graph, dimensions: 1, loads: problem.loads, caps: problem.caps }
  const units = { ...room, notBefore: problem.notBefore, pinned: problem.pinned, apart: null, pulls: null }
  const bins = new Bins(units)
  for (let bin = 0; bin < 3; bin++) bins.open()
  for (const [unit, bin] of [0, 0, 2, 2].entries()) bins.put(unit, bin)
  assert.deepEqual(
    [...closeGaps(bins, Int32Array.of(20_000, 20_001, 20_002), problem.windows)],
    [20_000, 20_001, 20_001],
  )
  bins.notBefore[2] = 20_002
  assert.deepEqual(
    [...closeGaps(bins, Int32Array.of(20_000, 20_001, 20_002), problem.windows)],
    [20_000, 20_001, 20_002],
  )
})
