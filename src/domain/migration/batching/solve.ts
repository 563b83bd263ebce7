import { inAddressOrder } from './address-order.ts'
import { anneal, canAnneal } from './anneal.ts'
import { annealGroups } from './anneal-groups.ts'
import { balance } from './balance.ts'
import type { Bins } from './bins.ts'
import { closeGaps } from './close-gaps.ts'
import { cutOf, type Graph } from './graph.ts'
import { cutsLess, fewUnits, group, largeGraph, mayHalve, refineLevels, wantedBatches } from './group.ts'
import { areNeighboursFew, hasHubs, mayStandInLine } from './line-start.ts'
import { costOf } from './objective.ts'
import { CalendarTooShort, daysAsOpened, orderBatches } from './order.ts'
import { fewestBatches } from './pack.ts'
import { SeededRandom } from './random.ts'
import { refine } from './refine.ts'
import { placeAnnounced } from './replan.ts'
import type { Pulls, Units } from './units.ts'
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
  /** `few`: few starts where a plan is the best of several, and fewer steps. */
  effort: 'full' | 'few'
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
      else throw error
    }
  }
}

/** `displaced`: mailboxes for which the night that they were told has no room. */
type Found = BatchSolution & { displaced: number }

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
  const best = yield* bestStart(problem, units, random)
  const { bins, days } = yield* asAddressed(problem, units, random, best)
  yield { what: 'Evening out', done: 0.98 }
  balance(bins, () => true)
  return { ...inOrder(bins.parts, labels, closeGaps(bins, days, problem.windows)), displaced: 0 }
}

/** From a line what hangs together in chains ends best, from nothing what does not: neither knows which it is. */
function* bestStart(
  problem: BatchProblem,
  units: Units,
  random: SeededRandom,
): Generator<PlanProgress, Planned> {
  const { nodes } = units.graph
  const lines = Number(problem.objective === 'days' && nodes >= fewUnits && mayStandInLine(units.graph))
  if (lines > 0 && nodes > (hasHubs(units.graph) ? largeWithHubs : largeGraph))
    return yield* likelierStart(problem, units, random)
  let best: Planned | undefined
  const most = problem.effort === 'few' ? fewStarts : Number.POSITIVE_INFINITY
  const starts = Math.min(most, lines + startsOf(problem, units))
  for (let start = 0; start < starts; start++) {
    const share = (done: number) => (start + done) / starts
    const inLine = start < lines
    const bins = yield* sharing(partition(problem, units, random, inLine), share)
    const found = yield* sharing(schedule(problem, bins, random, { inLine }), share)
    if (best === undefined || isBetter(found, best)) best = found
    if (found.cost === 0) break
  }
  return best!
}

/** One from a line and two from nothing: the best of them is within some percent of what all are. */
const fewStarts = 3

/** Above, what has hubs is too dense for several starts. */
const largeWithHubs = 20_000

/** Of what is large only one start goes on: that from a line where that is not much worse at first, as more is saved on the way from there. */
function* likelierStart(
  problem: BatchProblem,
  units: Units,
  random: SeededRandom,
): Generator<PlanProgress, Planned> {
  const begin = function* (inLine: boolean, share: (done: number) => number) {
    const bins = yield* sharing(partition(problem, units, random, inLine), share)
    const days = yield* at('Ordering the batches', share(0.7), orderBatches(bins, problem.windows))
    return { bins, days, cost: costOf(bins, days), inLine }
  }
  let best = yield* begin(false, (done) => done / 2)
  if (areNeighboursFew(best.bins)) {
    const line = yield* begin(true, (done) => 0.35 + done / 2)
    if (line.cost < best.cost * worthTrying) best = line
  }
  return yield* schedule(problem, best.bins, random, { inLine: best.inLine, known: best.days })
}

type Planned = { bins: Bins; days: Int32Array; cost: number }

const isBetter = (one: Planned, other: Planned): boolean =>
  one.cost < other.cost || (one.cost === other.cost && one.bins.count < other.bins.count)

/** What begins so little above the best may end below it. */
const worthTrying = 1.1

/** The plan, or that of the addresses in their order where it is better: no plan is worse than what a list would have given. */
function* asAddressed(
  problem: BatchProblem,
  units: Units,
  random: SeededRandom,
  best: Planned,
): Generator<PlanProgress, Planned> {
  if (best.cost === 0) return best
  const bins = yield* at('Trying the order of the addresses', 0.97, inAddressOrder(units, problem.closedDays))
  if (bins.count > Math.max(best.bins.count, wantedBatches(problem, units))) return best
  const known = daysAsOpened(bins, problem.windows)
  if (known === null || costOf(bins, problem.objective === 'cut' ? null : known) > best.cost * worthTrying)
    return best
  if (problem.objective === 'cut') yield* at('Improving the groups', 0.97, refine(bins, { days: null }))
  const found = yield* sharing(schedule(problem, bins, random, { inLine: true, known }), () => 0.97)
  return isBetter(found, best) ? found : best
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
  const wanted = wantedBatches(problem, units)
  let best: Bins | undefined
  let bestCut = 0
  for (let attempt = 0; attempt < (edges === 0 ? 1 : tries); attempt++) {
    const what = attempt === 0 ? 'Grouping' : `Grouping, attempt ${attempt + 1} of ${tries}`
    const halves = inLine || (attempt % 2 === 1 && mayHalve(units.graph))
    const begin = halves ? { inLine } : null
    const bins = yield* at(what, 0.05 + (0.6 * attempt) / tries, group(problem, units, random, begin))
    const cut = cutOf(units.graph, bins.parts)
    if (best !== undefined && !cutsLess({ bins, cut }, { bins: best, cut: bestCut }, wanted)) continue
    best = bins
    bestCut = cut
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

/** How often whole teams change their nights and the batches are ordered anew, and steps of each. */
const groupTurns = 3
const groupSteps = 300_000

/** A day for each batch; then what is cut is weighed by the days between, and so is the order, in turns. */
function* schedule(
  problem: BatchProblem,
  bins: Bins,
  random: SeededRandom,
  { inLine, known = null }: { inLine: boolean; known?: Int32Array | null },
): Generator<PlanProgress, Planned> {
  let days = yield* at('Ordering the batches', 0.75, orderBatches(bins, problem.windows, known))
  if (problem.objective === 'cut') return { bins, days, cost: costOf(bins, null) }
  const mayMoveTeams = canAnneal(bins) && bins.units.graph.nodes >= fewUnits
  for (let turn = 0; turn < groupTurns && mayMoveTeams; turn++) {
    const groups = annealGroups(bins, { days }, random, { most: groupSteps })
    if ((yield* at('Moving whole teams', 0.77, groups)) <= 0) break
    days = yield* at('Ordering the batches', 0.775, orderBatches(bins, problem.windows, days))
  }
  if (!canAnneal(bins)) days = yield* shortenLevels(problem, bins, days, random)
  for (let turn = 0; turn < 2; turn++) {
    const share = 0.78 + (0.2 * turn) / 2
    const isHot = startsHot(problem, bins.units)
    const how = howLong(problem, bins.units, turn === 0 ? 1 : isHot ? 1 / 10 : 1 / 3)
    // Whole groups have to change their nights, which costs more on the way than one unit's ties; large ones most. Those in a line do not.
    const heat = turn === 1 || !isHot ? 1 : inLine ? 2 : bins.count < 8 ? 12 : 6
    const saved = yield* at('Shortening what is broken', share, polish(bins, days, random, { ...how, heat }))
    if (saved <= 0) break
    days = yield* at('Ordering the batches', share + 0.08, orderBatches(bins, problem.windows, days))
  }
  // The last order has neighbours of its own; of what is large that costs more than it saves.
  if (bins.units.graph.nodes <= largeGraph)
    yield* at('Shortening what is broken', 0.98, refine(bins, { days }, { rounds: 8 }))
  return { bins, days, cost: costOf(bins, days) }
}

const levelTurns = 3
/** What a turn has to save for another one to be worth its time. */
const worthAnother = 0.003

/** What is too large to be annealed: clusters inside the batches change nights, coarse before fine, and the batches are ordered anew. */
function* shortenLevels(
  { windows }: BatchProblem,
  bins: Bins,
  known: Int32Array,
  random: SeededRandom,
): Generator<PlanProgress, Int32Array> {
  let days = known
  let cost = costOf(bins, days)
  const turns = bins.units.graph.nodes > largeGraph ? 1 : levelTurns
  for (let turn = 0; turn < turns && cost > 0; turn++) {
    yield* at('Moving whole teams', 0.76, refineLevels(bins, { days }, random))
    yield* at('Moving whole teams', 0.765, refine(bins, { days }, { rounds: 2 }))
    days = yield* at('Ordering the batches', 0.77, orderBatches(bins, windows, days))
    const before = cost
    cost = costOf(bins, days)
    if (cost > before * (1 - worthAnother)) break
  }
  return days
}

/** Steps for each unit with which a hot beginning still cools down to something better. */
const unitSteps = 1_000

const startsHot = (problem: BatchProblem, units: Units): boolean =>
  problem.objective === 'days' && howLong(problem, units, 1).steps >= units.graph.nodes * unitSteps

/** Four times as many save one in a hundred or so. */
const mostStepsOfFew = 4_000_000

function howLong(problem: BatchProblem, { graph: { nodes } }: Units, share: number): { steps: number } {
  const steps = Math.max(20_000, share * stepsOf(problem, nodes))
  return { steps: problem.effort === 'few' ? Math.min(mostStepsOfFew, steps) : steps }
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
