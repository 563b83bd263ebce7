/**
 * An undirected graph with weights in compressed rows: the neighbours of `v` stand at `offsets[v]` … `offsets[v + 1] - 1`
 * of `targets`, each edge from both its ends, no loops, no parallels.
 */
export type Graph = { nodes: number; offsets: Int32Array; targets: Int32Array; weights: Int32Array }

/** The same graph where threads share it instead of copying it. */
export const inSharedMemory = ({ nodes, offsets, targets, weights }: Graph): Graph => ({
  nodes,
  offsets: shared(offsets),
  targets: shared(targets),
  weights: shared(weights),
})

function shared(numbers: Int32Array): Int32Array {
  const there = new Int32Array(new SharedArrayBuffer(numbers.byteLength))
  there.set(numbers)
  return there
}

const heaviest = 2 ** 31 - 1

/**
 * Edges as they come, merged: weights of one pair are added in both directions and end at `most`.
 * Two counting sorts, so 5 million edges take seconds and nothing is hashed.
 */
export function mergeEdges(
  nodes: number,
  from: Int32Array,
  to: Int32Array,
  weight: Int32Array,
  most = heaviest,
): Graph {
  const byHigh = countingOrder(nodes, from.length, (edge) => Math.max(from[edge]!, to[edge]!))
  const sorted = countingOrder(nodes, from.length, (edge) => Math.min(from[edge]!, to[edge]!), byHigh)
  const low = new Int32Array(from.length)
  const high = new Int32Array(from.length)
  const sum = new Int32Array(from.length)
  let merged = 0
  for (const edge of sorted) {
    const a = Math.min(from[edge]!, to[edge]!)
    const b = Math.max(from[edge]!, to[edge]!)
    if (a === b || weight[edge]! <= 0) continue
    if (merged > 0 && low[merged - 1] === a && high[merged - 1] === b) {
      sum[merged - 1] = Math.min(most, sum[merged - 1]! + weight[edge]!)
    } else {
      low[merged] = a
      high[merged] = b
      sum[merged] = Math.min(most, weight[edge]!)
      merged++
    }
  }
  return bothWays(nodes, low, high, sum, merged)
}

function bothWays(nodes: number, low: Int32Array, high: Int32Array, sum: Int32Array, merged: number): Graph {
  const offsets = new Int32Array(nodes + 1)
  for (let edge = 0; edge < merged; edge++) {
    offsets[low[edge]! + 1]!++
    offsets[high[edge]! + 1]!++
  }
  for (let node = 0; node < nodes; node++) offsets[node + 1]! += offsets[node]!
  const next = offsets.slice(0, nodes)
  const targets = new Int32Array(merged * 2)
  const weights = new Int32Array(merged * 2)
  for (let edge = 0; edge < merged; edge++) {
    const a = low[edge]!
    const b = high[edge]!
    const atA = next[a]!++
    const atB = next[b]!++
    targets[atA] = b
    weights[atA] = sum[edge]!
    targets[atB] = a
    weights[atB] = sum[edge]!
  }
  return { nodes, offsets, targets, weights }
}

/** The numbers 0 … count - 1 (or those of `before`, in that order) in order of their key, stable. */
function countingOrder(
  keys: number,
  count: number,
  keyOf: (edge: number) => number,
  before?: Int32Array,
): Int32Array {
  const begin = new Int32Array(keys + 1)
  for (let edge = 0; edge < count; edge++) begin[keyOf(edge) + 1]!++
  for (let key = 0; key < keys; key++) begin[key + 1]! += begin[key]!
  const order = new Int32Array(count)
  for (let at = 0; at < count; at++) {
    const edge = before === undefined ? at : before[at]!
    order[begin[keyOf(edge)]!++] = edge
  }
  return order
}

/** Members of each label, row by row. */
export function membersOf(labels: Int32Array, count: number): { offsets: Int32Array; members: Int32Array } {
  const offsets = new Int32Array(count + 1)
  for (const label of labels) offsets[label + 1]!++
  for (let label = 0; label < count; label++) offsets[label + 1]! += offsets[label]!
  const next = offsets.slice(0, count)
  const members = new Int32Array(labels.length)
  for (let node = 0; node < labels.length; node++) members[next[labels[node]!]!++] = node
  return { offsets, members }
}

/** One node for each label; edges inside a label vanish, those between two labels are added up. */
export function contract(graph: Graph, labels: Int32Array, count: number): Graph {
  const { offsets: rows, members } = membersOf(labels, count)
  const offsets = new Int32Array(count + 1)
  const targets = new Int32Array(graph.targets.length)
  const weights = new Int32Array(graph.targets.length)
  /** Where the row of the cluster at hand has its edge to a cluster, +1; older rows leave smaller numbers. */
  const seen = new Int32Array(count)
  let filled = 0
  for (let cluster = 0; cluster < count; cluster++) {
    const rowBegin = filled
    for (let at = rows[cluster]!; at < rows[cluster + 1]!; at++) {
      const node = members[at]!
      for (let edge = graph.offsets[node]!; edge < graph.offsets[node + 1]!; edge++) {
        const other = labels[graph.targets[edge]!]!
        if (other === cluster) continue
        const place = seen[other]! - 1
        if (place >= rowBegin) {
          weights[place] = Math.min(heaviest, weights[place]! + graph.weights[edge]!)
        } else {
          targets[filled] = other
          weights[filled] = graph.weights[edge]!
          filled++
          seen[other] = filled
        }
      }
    }
    offsets[cluster + 1] = filled
  }
  return { nodes: count, offsets, targets: targets.slice(0, filled), weights: weights.slice(0, filled) }
}

/** Weight of the edges whose ends lie in different parts. */
export function cutOf(graph: Graph, parts: Int32Array): number {
  let cut = 0
  for (let node = 0; node < graph.nodes; node++) {
    for (let edge = graph.offsets[node]!; edge < graph.offsets[node + 1]!; edge++) {
      if (parts[graph.targets[edge]!] !== parts[node]) cut += graph.weights[edge]!
    }
  }
  return cut / 2
}

/** Labels that may have gaps made 0 … count - 1, in order of their first node. */
export function compactLabels(labels: Int32Array): number {
  const names = new Int32Array(labels.length).fill(-1)
  let count = 0
  for (let node = 0; node < labels.length; node++) {
    const label = labels[node]!
    if (names[label] === -1) names[label] = count++
    labels[node] = names[label]!
  }
  return count
}

/** The graph among some of its nodes; `numberOf` is the number of each of them there, -1 of all others. */
export function induced(graph: Graph, members: Int32Array, numberOf: Int32Array): Graph {
  const offsets = new Int32Array(members.length + 1)
  let most = 0
  for (const node of members) most += graph.offsets[node + 1]! - graph.offsets[node]!
  const targets = new Int32Array(most)
  const weights = new Int32Array(most)
  let filled = 0
  members.forEach((node, number) => {
    for (let edge = graph.offsets[node]!; edge < graph.offsets[node + 1]!; edge++) {
      const other = numberOf[graph.targets[edge]!]!
      if (other === -1) continue
      targets[filled] = other
      weights[filled++] = graph.weights[edge]!
    }
    offsets[number + 1] = filled
  })
  return {
    nodes: members.length,
    offsets,
    targets: targets.slice(0, filled),
    weights: weights.slice(0, filled),
  }
}
