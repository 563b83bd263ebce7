import { resized } from './resized.ts'

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
  const there = sharedNumbers(numbers.length)
  there.set(numbers)
  return there
}

const sharedNumbers = (count: number): Int32Array =>
  new Int32Array(new SharedArrayBuffer(count * Int32Array.BYTES_PER_ELEMENT))

const heaviest = 2 ** 31 - 1

/** Edges by their number; each may be asked for more than once. */
export type Edges = {
  count: number
  from(edge: number): number
  to(edge: number): number
  weight(edge: number): number
}

/** Edges as they come, merged: weights of one pair are added in both directions and end at `most`. */
export const mergeEdges = (
  nodes: number,
  from: Int32Array,
  to: Int32Array,
  weight: Int32Array,
  most = heaviest,
): Graph =>
  mergedGraph(
    nodes,
    {
      count: from.length,
      from: (edge) => from[edge]!,
      to: (edge) => to[edge]!,
      weight: (edge) => weight[edge]!,
    },
    most,
  )

/**
 * The same of edges that lie somewhere, in memory that threads share. They are put where they end up and merged there: five million
 * of them take seconds, and no memory but that of the graph.
 */
export function mergedGraph(nodes: number, edges: Edges, most = heaviest): Graph {
  const offsets = sharedNumbers(nodes + 1)
  for (let edge = 0; edge < edges.count; edge++) {
    const a = edges.from(edge)
    const b = edges.to(edge)
    if (a === b) continue
    offsets[a + 1]!++
    offsets[b + 1]!++
  }
  for (let node = 0; node < nodes; node++) offsets[node + 1]! += offsets[node]!
  const next = offsets.slice(0, nodes)
  const targets = sharedNumbers(offsets[nodes]!)
  const weights = sharedNumbers(offsets[nodes]!)
  for (let edge = 0; edge < edges.count; edge++) {
    const a = edges.from(edge)
    const b = edges.to(edge)
    if (a === b) continue
    const weight = Math.min(most, edges.weight(edge))
    if (weight <= 0) continue
    const atA = next[a]!++
    const atB = next[b]!++
    targets[atA] = b
    weights[atA] = weight
    targets[atB] = a
    weights[atB] = weight
  }
  const filled = mergeRows({ nodes, offsets, targets, weights }, next, most)
  return { nodes, offsets, targets: targets.subarray(0, filled), weights: weights.subarray(0, filled) }
}

/** Parallels of each row added up, each row in order of its targets, and the rows moved up against each other. Answers their length. */
function mergeRows({ nodes, offsets, targets, weights }: Graph, ends: Int32Array, most: number): number {
  /** Where the row at hand has its edge to a node, +1; older rows leave smaller numbers. */
  const seen = new Int32Array(nodes)
  const weightTo = new Int32Array(nodes)
  let filled = 0
  for (let node = 0; node < nodes; node++) {
    const begin = offsets[node]!
    const end = ends[node]!
    const rowBegin = filled
    offsets[node] = rowBegin
    for (let edge = begin; edge < end; edge++) {
      const other = targets[edge]!
      const weight = weights[edge]!
      const place = seen[other]! - 1
      if (place >= rowBegin) {
        weightTo[other] = Math.min(most, weightTo[other]! + weight)
      } else {
        targets[filled++] = other
        weightTo[other] = weight
        seen[other] = filled
      }
    }
    sortNumbers(targets, rowBegin, filled)
    for (let edge = rowBegin; edge < filled; edge++) weights[edge] = weightTo[targets[edge]!]!
  }
  offsets[nodes] = filled
  return filled
}

/** Calls for which a short row is no reason. */
const shortRow = 32

function sortNumbers(numbers: Int32Array, begin: number, end: number): void {
  if (end - begin > shortRow) {
    numbers.subarray(begin, end).sort()
    return
  }
  for (let at = begin + 1; at < end; at++) {
    const number = numbers[at]!
    let place = at
    for (; place > begin && numbers[place - 1]! > number; place--) numbers[place] = numbers[place - 1]!
    numbers[place] = number
  }
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
  return { nodes: count, offsets, targets: resized(targets, filled), weights: resized(weights, filled) }
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
    targets: resized(targets, filled),
    weights: resized(weights, filled),
  }
}
