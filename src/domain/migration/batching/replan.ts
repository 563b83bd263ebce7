import { Bins } from './bins.ts'
import { orderBatches } from './order.ts'
import { refine } from './refine.ts'
import type { BatchProblem } from './solve.ts'
import { noDay, shareOf, type Units } from './units.ts'

/**
 * A plan that people have been told stays as it is wherever the rules still allow it: everybody keeps the announced day, who
 * has none joins the batch that ties most, and only what saves more than `loyalty` moves. `announced` is a day for each
 * unit; -1: none.
 */
export function* placeAnnounced(
  units: Units,
  problem: BatchProblem,
  announced: Int32Array,
): Generator<undefined, { bins: Bins; days: Int32Array }> {
  const bins = new Bins(units)
  const days = openAnnounced(bins, problem, announced)
  const promised = new Int32Array(units.graph.nodes).fill(-1)
  const order = Array.from(announced.keys()).sort((a, b) => shareOf(units, b) - shareOf(units, a) || a - b)
  const homeless: number[] = []
  for (const unit of order) {
    const bin = announced[unit] === noDay ? -1 : binOn(bins, days, announced[unit]!, unit)
    if (bin === -1) homeless.push(unit)
    else {
      bins.put(unit, bin)
      promised[unit] = bin
    }
  }
  yield
  homeless.sort((a, b) => Number(units.pinned[b] !== noDay) - Number(units.pinned[a] !== noDay) || a - b)
  for (const unit of homeless) {
    let bin = mostTied(bins, unit)
    // A pin on a night that was announced to others needs no batch of its own while theirs has room.
    if (bin === -1) bin = binOn(bins, days, units.pinned[unit]!, unit)
    bins.put(unit, bin === -1 ? openFor(bins, units, unit, problem) : bin)
  }
  const later = yield* withNewDays(bins, days, problem)
  yield* refine(bins, { days: later, announced: { bins: promised, loyalty: problem.loyalty } })
  return { bins, days: later }
}

/** One batch for each window that was announced to somebody. */
function openAnnounced(bins: Bins, problem: BatchProblem, announced: Int32Array): number[] {
  const asked = new Set(announced)
  const days: number[] = []
  for (const day of problem.windows) {
    if (!asked.has(day)) continue
    const closed = problem.closedDays.includes(day)
    bins.open({ notBefore: day, closed, ...(closed && { pinned: day }) })
    days.push(day)
  }
  return days
}

function binOn(bins: Bins, days: readonly number[], day: number, unit: number): number {
  for (let bin = 0; bin < days.length; bin++) {
    if (days[bin] === day && bins.hasRoom(bin, unit) && mayOn(bins, bin, unit, day)) return bin
  }
  return -1
}

function mayOn(bins: Bins, bin: number, unit: number, day: number): boolean {
  const pinned = bins.units.pinned[unit]!
  if (pinned !== noDay && bins.pinned[bin] === noDay && pinned === day) bins.pinned[bin] = day
  return bins.admits(bin, unit)
}

function mostTied(bins: Bins, unit: number): number {
  const { offsets, targets, weights } = bins.units.graph
  const ties = new Float64Array(bins.count)
  for (let edge = offsets[unit]!; edge < offsets[unit + 1]!; edge++) {
    const bin = bins.parts[targets[edge]!]!
    if (bin !== -1) ties[bin]! += weights[edge]!
  }
  let best = -1
  for (let bin = 0; bin < bins.count; bin++) {
    if ((best === -1 || ties[bin]! > ties[best]!) && bins.fits(bin, unit)) best = bin
  }
  return best
}

function openFor(bins: Bins, units: Units, unit: number, problem: BatchProblem): number {
  const pinned = units.pinned[unit]!
  return bins.open({
    notBefore: units.notBefore[unit]!,
    pinned,
    closed: pinned !== noDay && problem.closedDays.includes(pinned),
  })
}

/** Batches that were announced keep their day; new ones get the windows that are left. */
function* withNewDays(
  bins: Bins,
  days: readonly number[],
  problem: BatchProblem,
): Generator<undefined, Int32Array> {
  const pinnedBefore = bins.pinned.slice()
  days.forEach((day, bin) => {
    bins.pinned[bin] = day
  })
  const all = yield* orderBatches(bins, problem.windows)
  pinnedBefore.forEach((day, bin) => {
    bins.pinned[bin] = day
  })
  for (let bin = days.length; bin < bins.count; bin++) bins.notBefore[bin] = all[bin]!
  return all
}
