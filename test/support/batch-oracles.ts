/** What is certain about batches without looking for good ones (migration.md 2.5). */
import type { Graph } from '#src/domain/migration/batching/graph.ts'

/**
 * The least cut of all ways to put everybody into at most `parts` batches of at most `cap`, by branch and bound; `known` is a cut that is
 * reached, so that only better ones are looked for.
 */
export function leastCut(graph: Graph, cap: number, parts: number, known = Number.POSITIVE_INFINITY): number {
  const { nodes } = graph
  const order = byTies(graph)
  const partOf = new Int32Array(nodes).fill(-1)
  const sizes = new Int32Array(parts)
  /** What each is tied to in each part. */
  const tied = new Float64Array(nodes * parts)
  let best = known
  const waiting = new Set(order)

  /** Each who is not placed yet cuts at least what it is tied to elsewhere than where it is tied most. */
  const atLeast = (): number => {
    let sum = 0
    for (const node of waiting) {
      let all = 0
      let most = 0
      for (let part = 0; part < parts; part++) {
        const tie = tied[node * parts + part]!
        all += tie
        if (sizes[part]! < cap) most = Math.max(most, tie)
      }
      sum += all - most
    }
    return sum
  }

  const place = (depth: number, cut: number, used: number): void => {
    if (cut + atLeast() >= best) return
    if (depth === nodes) {
      best = cut
      return
    }
    const node = order[depth]!
    let all = 0
    for (let part = 0; part < used; part++) all += tied[node * parts + part]!
    const choices = Array.from({ length: Math.min(parts, used + 1) }, (_, part) => part)
    choices.sort((a, b) => tied[node * parts + b]! - tied[node * parts + a]! || a - b)
    waiting.delete(node)
    for (const part of choices) {
      if (sizes[part] === cap) continue
      partOf[node] = part
      sizes[part]!++
      note(node, part, 1)
      place(depth + 1, cut + all - tied[node * parts + part]!, Math.max(used, part + 1))
      note(node, part, -1)
      sizes[part]!--
      partOf[node] = -1
    }
    waiting.add(node)
  }
  const note = (node: number, part: number, sign: number): void => {
    for (let edge = graph.offsets[node]!; edge < graph.offsets[node + 1]!; edge++)
      tied[graph.targets[edge]! * parts + part]! += sign * graph.weights[edge]!
  }
  place(0, 0, 0)
  return best
}

/** Each next to those before it, as far as that goes: what is cut shows early. */
function byTies({ nodes, offsets, targets, weights }: Graph): number[] {
  const order: number[] = []
  const tie = new Float64Array(nodes)
  const placed = new Uint8Array(nodes)
  while (order.length < nodes) {
    let next = -1
    for (let node = 0; node < nodes; node++)
      if (placed[node] === 0 && (next === -1 || tie[node]! > tie[next]!)) next = node
    placed[next] = 1
    order.push(next)
    for (let edge = offsets[next]!; edge < offsets[next + 1]!; edge++) tie[targets[edge]!]! += weights[edge]!
  }
  return order
}

/** The fewest weighted days of all ways to put everybody on these days, at most `cap` on each. For a handful of mailboxes. */
export function leastDays(graph: Graph, cap: number, days: readonly number[]): number {
  const dayOf = new Int32Array(graph.nodes)
  const sizes = new Int32Array(days.length)
  let best = Number.POSITIVE_INFINITY
  const place = (node: number, sum: number): void => {
    if (sum >= best) return
    if (node === graph.nodes) {
      best = sum
      return
    }
    days.forEach((day, at) => {
      if (sizes[at] === cap) return
      let more = 0
      for (let edge = graph.offsets[node]!; edge < graph.offsets[node + 1]!; edge++) {
        const other = graph.targets[edge]!
        if (other < node) more += graph.weights[edge]! * Math.abs(day - dayOf[other]!)
      }
      sizes[at]!++
      dayOf[node] = day
      place(node + 1, sum + more)
      sizes[at]!--
    })
  }
  place(0, 0)
  return best
}

/** No arrangement cuts less: each keeps at most `cap` - 1 neighbours. */
export function degreeBound({ nodes, offsets, weights }: Graph, cap: number): number {
  let twice = 0
  for (let node = 0; node < nodes; node++) {
    const ties = weights.slice(offsets[node]!, offsets[node + 1]!).sort((a, b) => b - a)
    for (let at = cap - 1; at < ties.length; at++) twice += ties[at]!
  }
  return twice / 2
}
