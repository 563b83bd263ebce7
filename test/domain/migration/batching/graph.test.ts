import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { mergeEdges } from '#src/domain/migration/batching/graph.ts'

test('edges are merged, each row in order of its targets, in memory that threads share', () => {
  const nodes = 90
  const end = fc.integer({ min: 0, max: nodes - 1 })
  const edge = fc.tuple(fc.oneof(end, fc.constant(7)), end, fc.integer({ min: -2, max: 900 }))
  fc.assert(
    fc.property(fc.array(edge, { maxLength: 300 }), (edges) => {
      const column = (at: 0 | 1 | 2) => Int32Array.from(edges, (each) => each[at])
      const graph = mergeEdges(nodes, column(0), column(1), column(2), 1_000)
      const rows = Array.from({ length: nodes }, () => new Map<number, number>())
      for (const [a, b, weight] of edges) {
        if (a === b || weight <= 0) continue
        for (const [row, other] of [
          [rows[a]!, b],
          [rows[b]!, a],
        ] as const)
          row.set(other, Math.min(1_000, (row.get(other) ?? 0) + weight))
      }
      const sorted = rows.map((row) => [...row].sort(([a], [b]) => a - b))
      const merged = sorted.map((_, node) =>
        Array.from({ length: graph.offsets[node + 1]! - graph.offsets[node]! }, (__, at) => {
          const place = graph.offsets[node]! + at
          return [graph.targets[place]!, graph.weights[place]!]
        }),
      )
      assert.deepEqual(merged, sorted)
      assert.equal(graph.targets.length, graph.offsets[nodes])
      for (const { buffer } of [graph.offsets, graph.targets, graph.weights])
        assert.ok(buffer instanceof SharedArrayBuffer)
    }),
  )
})
