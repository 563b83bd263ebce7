import type { Bins } from './bins.ts'
import { bisect } from './bisect.ts'
import { coarsen, type Level } from './coarsen.ts'
import { compactLabels, contract, type Graph } from './graph.ts'
import type { SeededRandom } from './random.ts'
import { joinUnits, type Units } from './units.ts'

/** Above, clusters are halved in place of units, which takes too long; twice as many are too many as well. */
const mostHalved = 20_000
const halvedShares = [1 / 64, 1 / 32, 1 / 16] as const

/** So many who are tied to nobody are halved with the others; more would leave the halves no shape. */
const mostLoners = 2_000

/** Ties of who says nothing of a line: a shared mailbox of thousands. */
const largestHub = 200

export const hasHubs = ({ offsets }: Graph): boolean =>
  offsets.some((end, at) => at > 0 && end - offsets[at - 1]! > largestHub)

/** Other batches to which a batch of what stands in a line is tied, on average, when it was grouped with no line in mind. */
const fewTied = 40

/** Whether batches have so few neighbours, hubs left out, that a line may go through them; where many ties go anywhere none does. */
export function areNeighboursFew({ units, parts, count }: Bins): boolean {
  const { targets } = contract(withoutHubs(units.graph), parts, count)
  return targets.length <= fewTied * count
}

/** So many who are tied to hubs alone do not come together in pairs, and halving them takes too long. */
const mostAround = 500

/** Whether a line may be looked for: there are ties, and few of those who have any have them with hubs alone. */
export function mayStandInLine(graph: Graph): boolean {
  if (graph.targets.length === 0) return false
  const { offsets } = graph
  const inner = withoutHubs(graph)
  let around = 0
  for (let node = 0; node < graph.nodes && inner !== graph; node++) {
    const ties = offsets[node + 1]! - offsets[node]!
    if (ties > 0 && ties <= largestHub && inner.offsets[node] === inner.offsets[node + 1]) around++
  }
  return around <= mostAround
}

function withoutHubs(graph: Graph): Graph {
  if (!hasHubs(graph)) return graph
  const { nodes, offsets } = graph
  const isHub = (node: number) => offsets[node + 1]! - offsets[node]! > largestHub
  const kept = new Int32Array(nodes + 1)
  const targets = new Int32Array(graph.targets.length)
  const weights = new Int32Array(graph.targets.length)
  let filled = 0
  for (let node = 0; node < nodes; node++) {
    for (let edge = offsets[node]!; edge < offsets[node + 1]! && !isHub(node); edge++) {
      if (isHub(graph.targets[edge]!)) continue
      targets[filled] = graph.targets[edge]!
      weights[filled++] = graph.weights[edge]!
    }
    kept[node + 1] = filled
  }
  return { nodes, offsets: kept, targets: targets.slice(0, filled), weights: weights.slice(0, filled) }
}

/**
 * Levels whose coarsest are halves of halves, as `bisect` finds them; `inLine`: they stand in a line. Null where clusters stay too many, as
 * around hubs whose ties have nobody else.
 */
export function* halvedLevels(
  units: Units,
  parts: number,
  random: SeededRandom,
  { inLine }: { inLine: boolean },
): Generator<undefined, Level[] | null> {
  const levels: Level[] =
    units.graph.nodes <= mostHalved
      ? [{ units, labels: new Int32Array(0) }]
      : yield* coarsen(units, random, { until: mostHalved, shares: halvedShares })
  const coarse = levels.pop()!.units
  const { offsets } = coarse.graph
  let alone = 0
  for (let unit = 0; unit < coarse.graph.nodes; unit++) alone += Number(offsets[unit] === offsets[unit + 1])
  if (coarse.graph.nodes - alone > 2 * mostHalved) return null
  const loners = alone <= mostLoners
  const share = loners ? 1 : tiedShare(coarse)
  const labels = yield* bisect(coarse, Math.ceil(parts * share), random, { inLine, loners })
  const whole = { units: joinUnits(coarse, labels, compactLabels(labels)), labels: new Int32Array(0) }
  return [...levels, { units: coarse, labels }, whole]
}

/** What those who are tied to somebody have of all loads: 0 … 1. */
function tiedShare({ graph: { nodes, offsets }, dimensions, loads }: Units): number {
  let most = 0
  for (let d = 0; d < dimensions; d++) {
    let all = 0
    let tied = 0
    for (let unit = 0; unit < nodes; unit++) {
      const load = loads[unit * dimensions + d]!
      all += load
      if (offsets[unit] !== offsets[unit + 1]) tied += load
    }
    if (all > 0) most = Math.max(most, tied / all)
  }
  return most
}
