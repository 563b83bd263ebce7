import { contract, type Graph } from './graph.ts'

/** Who may not share a batch with whom, in rows like a graph's. */
export type Apart = { offsets: Int32Array; targets: Int32Array }

/** Grants to mailboxes that have moved already: when, and how heavy. */
export type Pulls = { offsets: Int32Array; days: Int32Array; weights: Int32Array }

/**
 * What is placed whole: a mailbox, a must-together set, or a component that fits a batch. `loads` has `dimensions` numbers a
 * unit (mailboxes, bytes, mailboxes of a source server …), none of which may exceed its cap in any batch.
 */
export type Units = {
  graph: Graph
  dimensions: number
  loads: Float64Array
  caps: Float64Array
  /** Day (since 1970) before which it may not move; 0: any. */
  notBefore: Int32Array
  /** Day on which it has to move; -1: none. */
  pinned: Int32Array
  apart: Apart | null
  pulls: Pulls | null
}

export const noDay = -1

/** Two units may become one only when they have to obey the same dates. */
export const sameDates = (units: Units, a: number, b: number): boolean =>
  units.notBefore[a] === units.notBefore[b] && units.pinned[a] === units.pinned[b]

/** How much of a cap it takes, of whichever it takes most: 0 … 1. */
export function shareOf(units: Units, unit: number): number {
  let most = 0
  for (let d = 0; d < units.dimensions; d++) {
    const cap = units.caps[d]!
    const load = units.loads[unit * units.dimensions + d]!
    if (load > 0) most = Math.max(most, cap > 0 ? load / cap : Number.POSITIVE_INFINITY)
  }
  return most
}

/** The units that labels make of units: loads added, dates of the latest, pulls of all. */
export function joinUnits(units: Units, labels: Int32Array, count: number): Units {
  const { dimensions } = units
  const loads = new Float64Array(count * dimensions)
  const notBefore = new Int32Array(count)
  const pinned = new Int32Array(count).fill(noDay)
  for (let unit = 0; unit < labels.length; unit++) {
    const label = labels[unit]!
    for (let d = 0; d < dimensions; d++) loads[label * dimensions + d]! += units.loads[unit * dimensions + d]!
    notBefore[label] = Math.max(notBefore[label]!, units.notBefore[unit]!)
    pinned[label] = Math.max(pinned[label]!, units.pinned[unit]!)
  }
  return {
    ...units,
    graph: contract(units.graph, labels, count),
    loads,
    notBefore,
    pinned,
    apart: units.apart === null ? null : joinApart(units.apart, labels, count),
    pulls: units.pulls === null ? null : joinPulls(units.pulls, labels, count),
  }
}

function joinApart(apart: Apart, labels: Int32Array, count: number): Apart {
  const pairs: [number, number][] = []
  for (let unit = 0; unit < labels.length; unit++) {
    for (let at = apart.offsets[unit]!; at < apart.offsets[unit + 1]!; at++) {
      pairs.push([labels[unit]!, labels[apart.targets[at]!]!])
    }
  }
  return apartOf(count, pairs)
}

/** Pairs are told once for each direction. */
export function apartOf(count: number, pairs: readonly (readonly [number, number])[]): Apart {
  const offsets = new Int32Array(count + 1)
  for (const [from] of pairs) offsets[from + 1]!++
  for (let unit = 0; unit < count; unit++) offsets[unit + 1]! += offsets[unit]!
  const next = offsets.slice(0, count)
  const targets = new Int32Array(pairs.length)
  for (const [from, to] of pairs) targets[next[from]!++] = to
  return { offsets, targets }
}

function joinPulls(pulls: Pulls, labels: Int32Array, count: number): Pulls {
  const offsets = new Int32Array(count + 1)
  for (let unit = 0; unit < labels.length; unit++) {
    offsets[labels[unit]! + 1]! += pulls.offsets[unit + 1]! - pulls.offsets[unit]!
  }
  for (let label = 0; label < count; label++) offsets[label + 1]! += offsets[label]!
  const next = offsets.slice(0, count)
  const days = new Int32Array(pulls.days.length)
  const weights = new Int32Array(pulls.days.length)
  for (let unit = 0; unit < labels.length; unit++) {
    for (let at = pulls.offsets[unit]!; at < pulls.offsets[unit + 1]!; at++) {
      const place = next[labels[unit]!]!++
      days[place] = pulls.days[at]!
      weights[place] = pulls.weights[at]!
    }
  }
  return { offsets, days, weights }
}
