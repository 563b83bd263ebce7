import { Bins } from './bins.ts'
import { type Effort, fillNight } from './fill-night.ts'
import { orderBatches } from './order.ts'
import { refine } from './refine.ts'
import type { BatchProblem } from './solve.ts'
import { noDay, type Units } from './units.ts'

/** `displaced`: for how many mailboxes the night that they were told has no room. */
export type Kept = { bins: Bins; days: Int32Array; displaced: number }

/**
 * A plan that people have been told stays as it is wherever the rules still allow it: everybody keeps the announced day, who
 * has none joins the batch that ties most, and only what saves more than `loyalty` moves. `announced` is a day for each
 * unit; -1: none. `CalendarTooShort` where a night has no room for all who are pinned to it.
 */
export function* placeAnnounced(
  units: Units,
  problem: BatchProblem,
  announced: Int32Array,
): Generator<undefined, Kept> {
  const bins = new Bins(units)
  const nights = openAnnounced(bins, problem, announced)
  const members = Map.groupBy(announced.keys(), (unit) =>
    units.pinned[unit] === noDay ? announced[unit]! : units.pinned[unit]!,
  )
  const effort = { left: mostEffort }
  for (const [day, night] of nights) {
    yield
    fillWithPins(bins, { day, night, units: members.get(day) ?? [], announced }, effort)
  }
  const promised = Int32Array.from(announced, (day, unit) =>
    day !== noDay && nights.get(day)?.includes(bins.parts[unit]!) === true ? bins.parts[unit]! : -1,
  )
  const homeless = Array.from(announced.keys()).filter((unit) => bins.parts[unit] === -1)
  homeless.sort((a, b) => Number(units.pinned[b] !== noDay) - Number(units.pinned[a] !== noDay) || a - b)
  let displaced = 0
  for (const unit of homeless) {
    const bin = mostTied(bins, unit)
    bins.put(unit, bin === -1 ? openFor(bins, units, unit, problem) : bin)
    const pinned = units.pinned[unit]!
    if (announced[unit] !== noDay && (pinned === noDay || pinned === announced[unit]))
      displaced += mailboxesOf(bins, [unit])
  }
  const days = yield* withNewDays(bins, nights, problem)
  yield* refine(bins, { days, announced: { bins: promised, loyalty: problem.loyalty } })
  return { bins, days, displaced }
}

/** Members of batches that all nights together may look at to make room: a second or so. */
const mostEffort = 40_000_000

/** One batch for each window of the days that were announced to somebody. */
function openAnnounced(bins: Bins, problem: BatchProblem, announced: Int32Array): Map<number, number[]> {
  const asked = new Set(announced)
  const nights = new Map<number, number[]>()
  for (const day of problem.windows) {
    if (!asked.has(day)) continue
    const bin = bins.open({ pinned: day, closed: problem.closedDays.includes(day) })
    nights.getOrInsert(day, []).push(bin)
  }
  return nights
}

type Night = { day: number; night: readonly number[]; units: readonly number[]; announced: Int32Array }

/**
 * Everybody where there is room for all. Else rules come before promises: those who are pinned to the night first, then as many as have
 * room of those who were told it, and who is tied to the night least goes.
 */
function fillWithPins(bins: Bins, { day, night, units, announced }: Night, effort: Effort): void {
  const empty = (some: readonly number[]) => {
    for (const unit of some) if (bins.parts[unit] !== -1) bins.take(unit)
  }
  if (fillNight(bins, night, units, effort).length === 0) return
  const pinned = units.filter((unit) => bins.units.pinned[unit] !== noDay)
  if (pinned.length === 0) return
  empty(units)
  fillNight(bins, night, pinned, effort)
  const told = units.filter((unit) => bins.units.pinned[unit] === noDay && announced[unit] === day)
  const fewest = mailboxesOf(bins, fillNight(bins, night, told, effort))
  const places = bins.parts.slice()
  empty(told)
  const outside: number[] = []
  for (const unit of mostTiedFirst(bins, units, told)) {
    const bin = night.find((each) => bins.fits(each, unit))
    if (bin === undefined) outside.push(unit)
    else bins.put(unit, bin)
  }
  if (mailboxesOf(bins, outside) <= fewest) return
  empty(told)
  for (const unit of told) if (places[unit] !== -1) bins.put(unit, places[unit]!)
}

/** The first load of each is how many mailboxes it is. */
const mailboxesOf = ({ units: { loads, dimensions } }: Bins, units: readonly number[]): number =>
  units.reduce((sum, unit) => sum + loads[unit * dimensions]!, 0)

/** Some of a night, by the weight of their ties to all of it. */
function mostTiedFirst(bins: Bins, night: readonly number[], some: readonly number[]): number[] {
  const { offsets, targets, weights } = bins.units.graph
  const there = new Set(night)
  const ties = new Map<number, number>()
  for (const unit of some) {
    let tie = 0
    for (let edge = offsets[unit]!; edge < offsets[unit + 1]!; edge++)
      if (there.has(targets[edge]!)) tie += weights[edge]!
    ties.set(unit, tie)
  }
  return [...some].sort((a, b) => ties.get(b)! - ties.get(a)! || a - b)
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
  nights: ReadonlyMap<number, readonly number[]>,
  problem: BatchProblem,
): Generator<undefined, Int32Array> {
  const days = yield* orderBatches(bins, problem.windows)
  const told = new Set([...nights.values()].flat())
  for (let bin = 0; bin < bins.count; bin++) if (!told.has(bin)) bins.notBefore[bin] = days[bin]!
  return days
}
