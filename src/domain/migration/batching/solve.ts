import { anneal, canAnneal } from './anneal.ts'
import { annealGroups } from './anneal-groups.ts'
import { balance } from './balance.ts'
import type { Bins } from './bins.ts'
import { bisect } from './bisect.ts'
import { coarsen, type Level } from './coarsen.ts'
import { compactLabels, cutOf, type Graph } from './graph.ts'
import { costOf } from './objective.ts'
import { CalendarTooShort, orderBatches } from './order.ts'
import { fewestBatches, Packing } from './pack.ts'
import { SeededRandom } from './random.ts'
import { refine } from './refine.ts'
import { placeAnnounced } from './replan.ts'
import { joinUnits, type Pulls, type Units } from './units.ts'
import { type Draws, type WholeUnits, wholeUnits } from './whole-units.ts'

/**
 * The planning problem in numbers: mailbox `v` is a number, a day is a number of days since 1970-01-01, weights are in
 * hundredths (migration.md 2.3). Two mailboxes that must move together fit into one batch; who asks has checked that.
 */
export type BatchProblem = {
  graph: Graph
  dimensions: number
  loads: Float64Array
  caps: Float64Array
  notBefore: Int32Array
  pinned: Int32Array
  /** Pairs one after the other: a, b, a, b … */
  together: Int32Array
  apart: Int32Array
  pulls: Pulls | null
  /** Days on which batches may move, in order; a day on which two may stands there twice. */
  windows: Int32Array
  /** Days whose batch takes nobody but those pinned to it (the pilot). */
  closedDays: readonly number[]
  /** Whether a component that fits a batch waits as a whole for the one in it who may not move before some day. */
  mayWait: boolean
  /** Day that was announced to each mailbox; -1: none. */
  announced: Int32Array | null
  /** What it costs to move a mailbox that was promised another day, in hundredths of delegation-days. */
  loyalty: number
  /** What is least in the end: delegation-days broken, or the plain cut. */
  objective: 'days' | 'cut'
  /** `once`: one start where a plan is the best of several. */
  effort: 'full' | 'once'
  /** Batches above the fewest that may be used where that breaks less; `null`: 2 %. */
  spareBatches: number | null
  seed: number
}

export type BatchSolution = {
  /** Batch of each mailbox, numbered in order of time. */
  batchOf: Int32Array
  /** Day of each batch. */
  days: Int32Array
}

/** A sentence for people and a share from 0 to 1. */
export type PlanProgress = { what: string; done: number }

/**
 * Batches for a problem. Yields how far it is, often enough to stop it within a second or so (by not asking on); the same
 * problem and seed give the same batches. `CalendarTooShort` when the windows end too soon.
 */
export function* solve(problem: BatchProblem): Generator<PlanProgress, BatchSolution> {
  yield { what: 'Joining what stays together', done: 0 }
  let draws: Draws = { waits: problem.mayWait, follows: true, joins: true }
  let best: Found | undefined
  for (;;) {
    const whole = wholeUnits(problem, draws)
    try {
      const found = yield* solveUnits(problem, whole)
      if (best === undefined || found.displaced < best.displaced) best = found
      if (best.displaced === 0 || !draws.joins) return best
      // Whoever was told a day rather keeps it than moves in one batch with others.
      draws = { ...draws, joins: false }
    } catch (error) {
      if (!(error instanceof CalendarTooShort)) throw error
      if (best !== undefined) return best
      // Nobody has to wait for somebody else, or to come along, where the calendar does not allow for it.
      if (whole.drawn.waits) draws = { ...draws, waits: false }
      else if (whole.drawn.follows) draws = { ...draws, follows: false }
      else if (problem.announced !== null && draws.joins) draws = { ...draws, joins: false }
      else throw named(error, whole)
    }
  }
}

/** `displaced`: mailboxes for which the night that they were told has no room. */
type Found = BatchSolution & { displaced: number }

/** A mailbox in place of a unit. */
function named({ missing, day, who }: CalendarTooShort, { labels }: WholeUnits): CalendarTooShort {
  return new CalendarTooShort(missing, day, who === null ? null : labels.indexOf(who))
}

function* solveUnits(
  problem: BatchProblem,
  { units, labels, announced }: WholeUnits,
): Generator<PlanProgress, Found> {
  const random = new SeededRandom(problem.seed)
  if (announced !== null) {
    const { bins, days, displaced } = yield* at(
      'Keeping what was announced',
      0.1,
      placeAnnounced(units, problem, announced),
    )
    return { ...inOrder(bins.parts, labels, days), displaced }
  }
  let best: { bins: Bins; days: Int32Array; cost: number } | undefined
  const lines = Number(problem.objective === 'days' && mayHalve(units.graph))
  const starts = problem.effort === 'once' ? 1 : lines + startsOf(problem, units)
  for (let start = 0; start < starts; start++) {
    const share = (done: number) => (start + done) / starts
    // From a line what hangs together in chains ends best, from nothing what does not: neither knows which it is.
    const inLine = start < lines
    const bins = yield* sharing(partition(problem, units, random, inLine), share)
    const days = yield* sharing(schedule(problem, bins, random, inLine), share)
    const cost = costOf(bins, problem.objective === 'cut' ? null : days)
    const better =
      best === undefined || cost < best.cost || (cost === best.cost && bins.count < best.bins.count)
    if (better) best = { bins, days, cost }
    if (cost === 0) break
  }
  const { bins, days } = best!
  yield { what: 'Evening out', done: 0.98 }
  balance(bins, () => true)
  return { ...inOrder(bins.parts, labels, days), displaced: 0 }
}

/**
 * Steps of annealing that one start takes at most, those of all starts together, those of all for each unit; entries of all tables of
 * costs. Effort is counted, never timed.
 */
const efforts = {
  days: { start: 16_000_000, all: 8_000_000, ofUnit: 25_000, perSquare: 80, table: 450_000 },
  cut: { start: 10_000_000, all: 20_000_000, ofUnit: 0, perSquare: 40, table: 150_000 },
}
const mostStarts = 8

/** A start is up to 6 % above the best of thirty, the best of three within 1 or 2 %; of small problems it is as good as all ways there are. */
function startsOf(problem: BatchProblem, { graph: { nodes, targets }, loads, caps }: Units): number {
  if (targets.length === 0) return 1
  const { all, ofUnit, table } = efforts[problem.objective]
  const batches = fewestBatches(loads, caps)
  // A step between few batches is cheaper.
  const price = Math.min(1, 0.5 + batches / 20)
  const steps = Math.max(all, ofUnit * nodes) / price / stepsOf(problem, nodes)
  return Math.max(
    1,
    Math.min(mostStarts, Math.floor(Math.min(steps, table / (nodes * batches + targets.length)))),
  )
}

/** What is small is soon as good as it can be. */
function stepsOf({ objective }: BatchProblem, units: number): number {
  const { start, perSquare } = efforts[objective]
  return Math.max(20_000, Math.min(start, 8_000 * units, perSquare * units ** 2))
}

/** The best of some tries, each: coarsen, pack, refine on the way back up. `inLine`: one, whose batches stand in a line already. */
function* partition(
  problem: BatchProblem,
  units: Units,
  random: SeededRandom,
  inLine: boolean,
): Generator<PlanProgress, Bins> {
  const { nodes } = units.graph
  const edges = units.graph.targets.length
  const isHot = startsHot(problem, units)
  const most = isHot ? 2 : 6
  const tries = inLine ? 1 : Math.max(1, Math.min(most, Math.floor(2_000_000 / (edges + 1))))
  let best: Bins | undefined
  let bestCut = 0
  for (let attempt = 0; attempt < (edges === 0 ? 1 : tries); attempt++) {
    const what = attempt === 0 ? 'Grouping' : `Grouping, attempt ${attempt + 1} of ${tries}`
    const halves = (inLine || attempt % 2 === 1) && mayHalve(units.graph)
    const begin = halves ? { inLine } : null
    const bins = yield* at(what, 0.05 + (0.6 * attempt) / tries, oneTry(problem, units, random, begin))
    const cut = cutOf(units.graph, bins.parts)
    if (best === undefined || bins.count < best.count || (bins.count === best.count && cut < bestCut)) {
      best = bins
      bestCut = cut
    }
  }
  if (canAnneal(best!) && edges > 0 && !inLine) {
    // What is judged by its days is improved with them again, and of what begins hot little stays.
    const share = problem.objective === 'cut' ? 1 : isHot ? 1 / 20 : 1 / 3
    const how = howLong(problem, units, share)
    const isLong = problem.objective === 'cut' && nodes >= fewUnits && how.steps >= nodes * unitSteps
    yield* at('Improving the groups', 0.65, polish(best!, null, random, { ...how, heat: isLong ? 12 : 1 }))
  }
  return best!
}

/** Above this many units a try is one way down and up, and refinement keeps to the finest level. */
const largeGraph = 100_000
const spareShare = 0.02

const shares = [1 / 16, 1 / 8, 1 / 4, 1 / 2, 1] as const

/** Below this many units all starts from where packing left them find the best; above the other, halves of halves take too long. */
const fewUnits = 200
const mostHalved = 20_000
/** Those around a hub do not come together in pairs, and growing a half looks at all of them for each. */
const largestHub = 200

const mayHalve = ({ nodes, offsets }: Graph): boolean =>
  nodes >= fewUnits &&
  nodes <= mostHalved &&
  offsets.every((end, at) => at === 0 || end - offsets[at - 1]! <= largestHub)

type Halves = { inLine: boolean }

function* oneTry(
  problem: BatchProblem,
  units: Units,
  random: SeededRandom,
  halves: Halves | null,
): Generator<undefined, Bins> {
  const fewest = fewestBatches(units.loads, units.caps)
  const levels = halves
    ? yield* halvedLevels(units, fewest, random, halves)
    : yield* coarsen(units, random, { until: fewest, shares })
  const bins = yield* bestPacking(problem, levels)
  const large = units.graph.nodes > largeGraph
  for (let cycle = 0; cycle < 2 && !large && units.graph.targets.length > 0; cycle++) {
    yield* refineLevels(bins, random)
  }
  yield* refine(bins, { days: null }, { rounds: large ? 3 : 8 })
  return bins
}

function* halvedLevels(
  units: Units,
  parts: number,
  random: SeededRandom,
  halves: Halves,
): Generator<undefined, Level[]> {
  const labels = yield* bisect(units, parts, random, halves)
  const count = compactLabels(labels)
  const whole = { units: joinUnits(units, labels, count), labels: new Int32Array(0) }
  return [{ units, labels }, whole]
}

/**
 * Clusters of every coarse level are tried: large ones keep most together and leave holes, small ones fill the batches and are
 * cut more. A few batches more than the fewest are allowed where they save cuts, since broken days count first.
 */
function* bestPacking(problem: BatchProblem, levels: readonly Level[]): Generator<undefined, Bins> {
  const { units } = levels[0]!
  const fewest = fewestBatches(units.loads, units.caps)
  const allowed = problem.spareBatches ?? Math.floor(fewest * spareShare)
  const spare = units.graph.targets.length === 0 ? 0 : allowed
  const wanted = fewest + spare
  const lowest = Math.max(
    0,
    Math.min(
      levels.length - 1,
      levels.findIndex(({ units: { graph } }) => graph.nodes <= 64 * wanted),
    ),
  )
  let best: Bins | undefined
  let bestCut = 0
  for (let top = lowest; top < levels.length; top++) {
    const bins = yield* new Packing(levels.slice(0, top + 1), wanted, new Set(problem.closedDays)).run()
    const cut = cutOf(units.graph, bins.parts)
    if (best === undefined || bins.count < best.count || (bins.count === best.count && cut < bestCut)) {
      best = bins
      bestCut = cut
    }
  }
  return best!
}

/** Coarsens inside the batches and refines from the coarsest level to the finest. */
function* refineLevels(bins: Bins, random: SeededRandom): Generator<undefined> {
  const parts = bins.parts.slice()
  const levels = yield* coarsen(bins.units, random, {
    until: bins.count * 4,
    shares: shares.slice(0, 3),
    parts,
  })
  let coarse = parts
  const byLevel = [coarse]
  for (const { labels } of levels.slice(0, -1)) {
    const next = new Int32Array(levels[byLevel.length]!.units.graph.nodes)
    for (let node = 0; node < labels.length; node++) next[labels[node]!] = coarse[node]!
    coarse = next
    byLevel.push(coarse)
  }
  let current = coarse
  for (let depth = levels.length - 1; depth >= 1; depth--) {
    const there = bins.withUnits(levels[depth]!.units, current.slice())
    yield* refine(there, { days: null })
    const { labels } = levels[depth - 1]!
    current = labels.map((label) => there.parts[label]!)
  }
  for (let unit = 0; unit < current.length; unit++) {
    if (bins.parts[unit] !== current[unit]) bins.take(unit)
  }
  for (let unit = 0; unit < current.length; unit++) {
    if (bins.parts[unit] === -1) bins.put(unit, current[unit]!)
  }
}

/** How often whole teams change their nights and the batches are ordered anew, and steps of each. */
const groupTurns = 3
const groupSteps = 300_000

/** A day for each batch; then what is cut is weighed by the days between, and so is the order, in turns. */
function* schedule(
  problem: BatchProblem,
  bins: Bins,
  random: SeededRandom,
  inLine: boolean,
): Generator<PlanProgress, Int32Array> {
  let days = yield* at('Ordering the batches', 0.75, orderBatches(bins, problem.windows))
  if (problem.objective === 'cut') return days
  const mayMoveTeams = canAnneal(bins) && bins.units.graph.nodes >= fewUnits
  for (let turn = 0; turn < groupTurns && mayMoveTeams; turn++) {
    const groups = annealGroups(bins, { days }, random, { most: groupSteps })
    if ((yield* at('Moving whole teams', 0.77, groups)) <= 0) break
    days = yield* at('Ordering the batches', 0.775, orderBatches(bins, problem.windows))
  }
  for (let turn = 0; turn < 2; turn++) {
    const share = 0.78 + (0.2 * turn) / 2
    const isHot = startsHot(problem, bins.units)
    const how = howLong(problem, bins.units, turn === 0 ? 1 : isHot ? 1 / 10 : 1 / 3)
    // Whole groups have to change their nights, which costs more on the way than one unit's ties; large ones most. Those in a line do not.
    const heat = turn === 1 || !isHot ? 1 : inLine ? 2 : bins.count < 8 ? 12 : 6
    const saved = yield* at('Shortening what is broken', share, polish(bins, days, random, { ...how, heat }))
    if (saved <= 0) break
    days = yield* at('Ordering the batches', share + 0.08, orderBatches(bins, problem.windows))
  }
  // The last order has neighbours of its own; of what is large that costs more than it saves.
  if (bins.units.graph.nodes <= largeGraph)
    yield* at('Shortening what is broken', 0.98, refine(bins, { days }, { rounds: 8 }))
  return days
}

/** Steps for each unit with which a hot beginning still cools down to something better. */
const unitSteps = 1_000

const startsHot = (problem: BatchProblem, units: Units): boolean =>
  problem.objective === 'days' && howLong(problem, units, 1).steps >= units.graph.nodes * unitSteps

function howLong(problem: BatchProblem, { graph: { nodes } }: Units, share: number): { steps: number } {
  return { steps: Math.max(20_000, share * stepsOf(problem, nodes)) }
}

function* polish(
  bins: Bins,
  days: Int32Array | null,
  random: SeededRandom,
  how: { steps: number; heat?: number },
): Generator<undefined, number> {
  let saved = 0
  if (canAnneal(bins)) saved += yield* anneal(bins, { days }, random, how)
  const large = bins.units.graph.nodes > 100_000
  return saved + (yield* refine(bins, { days }, { rounds: large ? 2 : 8 }))
}

/** Batches numbered by their day, then by their first mailbox; empty ones fall out. */
function inOrder(parts: Int32Array, labels: Int32Array, days: Int32Array): BatchSolution {
  const first = new Int32Array(days.length).fill(-1)
  for (let mailbox = labels.length - 1; mailbox >= 0; mailbox--) first[parts[labels[mailbox]!]!] = mailbox
  const order = Array.from(days.keys()).filter((bin) => first[bin] !== -1)
  order.sort((a, b) => days[a]! - days[b]! || first[a]! - first[b]!)
  const names = new Int32Array(days.length)
  order.forEach((bin, at) => {
    names[bin] = at
  })
  return {
    batchOf: labels.map((unit) => names[parts[unit]!]!),
    days: Int32Array.from(order, (bin) => days[bin]!),
  }
}

function* sharing<T>(
  work: Generator<PlanProgress, T>,
  share: (done: number) => number,
): Generator<PlanProgress, T> {
  for (;;) {
    const step = work.next()
    if (step.done === true) return step.value
    yield { what: step.value.what, done: share(step.value.done) }
  }
}

function* at<T>(what: string, done: number, work: Generator<unknown, T>): Generator<PlanProgress, T> {
  yield { what, done }
  for (;;) {
    const step = work.next()
    if (step.done === true) return step.value
    yield { what, done }
  }
}
