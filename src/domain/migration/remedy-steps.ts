import { DisjointSets } from './batching/disjoint-sets.ts'
import type { BatchProblem, BatchSolution } from './batching/solve.ts'
import { noDay } from './batching/units.ts'

/** What a step changes, in hundredths of delegation-days: more that is broken in the end, and what of it the step breaks. */
export type Effect = { price: number; breaks: number }

/** Some of one night who go to another one together, by their numbers in the batch problem; whoever it is about first. */
export type Team = Effect & { members: readonly number[] }

/** Of a team with whoever goes along. */
const mostMembers = 256
/** A larger cap for a whole team is worth asking for as long as it is not much larger. */
const largerCap = 1.1
/** Who might go along next. */
const mostNear = 512
/** Steps that save nothing before one that does. */
const patience = 8
/** Who might go the other way, of each two nights. */
const mostBack = 8
/** Edges that are looked at for teams and for places that are changed: some seconds. Counted, never timed. */
const mostEffort = 5_000_000

/** What of a solution might be changed to keep a grant whole, and what that does. */
export class Steps {
  readonly #problem: BatchProblem
  readonly #solution: BatchSolution
  readonly #loads: Float64Array
  /** The batches of each night. */
  readonly #nights: ReadonlyMap<number, readonly number[]>
  /** Who has to move with somebody else, all of them by the name of their set. */
  readonly #sets: ReadonlyMap<number, readonly number[]>
  readonly #setOf: DisjointSets
  readonly #apart: ReadonlySet<number>
  readonly #teams = new Map<number, Team>()
  readonly #grown = new Map<number, Team | null>()
  readonly #swaps = new Map<number, (Effect & { other: number }) | null>()
  readonly #back = new Map<number, readonly number[]>()
  #members: readonly number[][] | undefined
  #effort = mostEffort

  constructor(problem: BatchProblem, solution: BatchSolution) {
    this.#problem = problem
    this.#solution = solution
    const { dimensions, loads, together } = problem
    this.#loads = new Float64Array(solution.days.length * dimensions)
    solution.batchOf.forEach((batch, number) => {
      for (let d = 0; d < dimensions; d++) {
        this.#loads[batch * dimensions + d]! += loads[number * dimensions + d]!
      }
    })
    this.#nights = Map.groupBy(solution.days.keys(), (batch) => solution.days[batch]!)
    this.#setOf = new DisjointSets(together.length === 0 ? 0 : problem.graph.nodes)
    for (let at = 0; at < together.length; at += 2) this.#setOf.join(together[at]!, together[at + 1]!)
    this.#sets = Map.groupBy(new Set(together), (number) => this.#setOf.find(number))
    this.#apart = new Set(problem.apart)
  }

  /** The batches that move when this one does. */
  nightOf(batch: number): readonly number[] {
    return this.#nights.get(this.#solution.days[batch]!)!
  }

  /** It and whoever it must move with, on the way to the night of a batch; null where rules do not let them. */
  team(number: number, batch: number): Team | null {
    const members = this.#setWith(number)
    if (!members.every((member) => this.#mayGo(member, batch))) return null
    const key = members[0]! * this.#solution.days.length + batch
    const known = this.#teams.get(key)
    if (known !== undefined) return known
    const team = { members, ...this.#effect(new Map(members.map((each) => [each, batch]))) }
    this.#teams.set(key, team)
    return team
  }

  /**
   * A team and those of its night without whom it is better not moved, as Kernighan and Lin would choose them: always whom it costs least
   * to take along, back to where the price was least. Null where nobody makes it cheaper, or too much was looked at for others.
   */
  grown(team: Team, batch: number): Team | null {
    const key = team.members[0]! * this.#solution.days.length + batch
    const known = this.#grown.get(key)
    if (known !== undefined) return known
    if (this.#effort <= 0) return null
    const { days, batchOf } = this.#solution
    const here = days[batchOf[team.members[0]!]!]!
    const apart = Math.abs(days[batch]! - here)
    const most = Math.min(mostMembers, this.#roomFor(batch))
    const members = [...team.members]
    const inside = new Set(members)
    /** By the first of those who have to move together: what ties them to the team. */
    const near = new Map<number, number>()
    const meet = (some: readonly number[]) => {
      for (const number of some) {
        this.#edges(number, (other, weight) => {
          if (days[batchOf[other]!] !== here || inside.has(other)) return
          const name = this.#setWith(other)[0]!
          if (near.has(name) || near.size < mostNear) near.set(name, (near.get(name) ?? 0) + weight)
        })
      }
    }
    meet(members)
    let price = team.price
    let best = price
    let length = members.length
    for (let idle = 0; idle < patience && near.size > 0 && this.#effort > 0; idle++) {
      let next: Team | null = null
      let least = Number.POSITIVE_INFINITY
      for (const [name, tie] of near) {
        this.#effort--
        const joins = this.team(name, batch)
        if (joins === null) near.delete(name)
        else if (joins.price - 2 * tie * apart < least) {
          least = joins.price - 2 * tie * apart
          next = joins
        }
      }
      if (next === null || members.length + next.members.length > most) break
      near.delete(next.members[0]!)
      for (const member of next.members) inside.add(member)
      members.push(...next.members)
      meet(next.members)
      price += least
      if (price >= best) continue
      best = price
      length = members.length
      idle = -1
    }
    const kept = members.slice(0, length)
    const grown =
      length === team.members.length
        ? null
        : { members: kept, ...this.#effect(new Map(kept.map((each) => [each, batch]))) }
    this.#grown.set(key, grown)
    return grown
  }

  /** Somebody of the night of a full batch who goes where this one was at the least price; null: nobody may. */
  swap(number: number, batch: number): (Effect & { other: number }) | null {
    const key = number * this.#solution.days.length + batch
    const known = this.#swaps.get(key)
    if (known !== undefined) return known
    const home = this.#solution.batchOf[number]!
    let best: (Effect & { other: number }) | null = null
    for (const other of this.#goingBack(batch, home)) {
      if (this.#effort <= 0) break
      if (this.#areTied(number, other) || !this.#mayChange(number, other)) continue
      const effect = this.#effect(
        new Map([
          [number, batch],
          [other, home],
        ]),
      )
      if (best === null || effect.price < best.price) best = { ...effect, other }
    }
    this.#swaps.set(key, best)
    return best
  }

  /** Which cap is in the way of a team, from the one named on; -1: none. */
  overfull(team: Team, batch: number, from = 0): number {
    const { caps } = this.#problem
    for (let d = from; d < caps.length; d++) if (this.loadWith(team, batch, d) > caps[d]!) return d
    return -1
  }

  loadWith({ members }: Team, batch: number, dimension: number): number {
    const { dimensions, loads } = this.#problem
    return members.reduce(
      (sum, number) => sum + loads[number * dimensions + dimension]!,
      this.#loads[batch * dimensions + dimension]!,
    )
  }

  /** Mailboxes that a batch of its night has room for, or this one with a cap that is a little larger. */
  #roomFor(batch: number): number {
    const { caps, dimensions } = this.#problem
    const loadOf = (each: number) => this.#loads[each * dimensions]!
    const within = Math.max(...this.nightOf(batch).map((each) => caps[0]! - loadOf(each)))
    return Math.max(within, Math.floor(caps[0]! * largerCap) - loadOf(batch))
  }

  #setWith(number: number): readonly number[] {
    if (this.#sets.size === 0) return [number]
    return this.#sets.get(this.#setOf.find(number)) ?? [number]
  }

  #mayGo(number: number, batch: number): boolean {
    const { pinned, notBefore, closedDays } = this.#problem
    const day = this.#solution.days[batch]!
    if (pinned[number] !== noDay || this.#apart.has(number)) return false
    return day >= notBefore[number]! && !closedDays.includes(day)
  }

  /** Whoever of a batch may go to the night of another by themselves, the cheapest first. */
  #goingBack(batch: number, to: number): readonly number[] {
    const key = batch * this.#solution.days.length + this.nightOf(to)[0]!
    const known = this.#back.get(key)
    if (known !== undefined) return known
    if (this.#effort <= 0) return []
    this.#members ??= membersOf(this.#solution)
    const found: { number: number; price: number }[] = []
    for (const number of this.#members[batch]!) {
      if (this.#setWith(number).length > 1 || !this.#mayGo(number, to)) continue
      found.push({ number, price: this.#effect(new Map([[number, to]])).price })
    }
    found.sort((a, b) => a.price - b.price || a.number - b.number)
    const cheapest = found.slice(0, mostBack).map(({ number }) => number)
    this.#back.set(key, cheapest)
    return cheapest
  }

  #areTied(a: number, b: number): boolean {
    let tied = false
    this.#edges(a, (other) => {
      tied ||= other === b
    })
    return tied
  }

  /** Whether caps let two of different batches change places. */
  #mayChange(a: number, b: number): boolean {
    const { dimensions, loads, caps } = this.#problem
    const [binA, binB] = [this.#solution.batchOf[a]!, this.#solution.batchOf[b]!]
    return caps.every((cap, d) => {
      const more = loads[a * dimensions + d]! - loads[b * dimensions + d]!
      return (
        this.#loads[binB * dimensions + d]! + more <= cap && this.#loads[binA * dimensions + d]! - more <= cap
      )
    })
  }

  /** What it does when some go to other batches at once. */
  #effect(moves: ReadonlyMap<number, number>): Effect {
    const { pulls } = this.#problem
    const { batchOf, days } = this.#solution
    let price = 0
    let breaks = 0
    const count = (more: number) => {
      price += more
      if (more > 0) breaks += more
    }
    for (const [number, to] of moves) {
      const here = days[batchOf[number]!]!
      const there = days[to]!
      this.#edges(number, (other, weight) => {
        const now = days[batchOf[other]!]!
        const goes = moves.get(other)
        // What ties two who both go counts once.
        if (goes !== undefined && other < number) return
        const then = goes === undefined ? now : days[goes]!
        count(weight * (Math.abs(there - then) - Math.abs(here - now)))
      })
      for (let at = pulls?.offsets[number] ?? 0; at < (pulls?.offsets[number + 1] ?? 0); at++) {
        const day = pulls!.days[at]!
        count(pulls!.weights[at]! * (Math.abs(there - day) - Math.abs(here - day)))
      }
    }
    return { price, breaks }
  }

  #edges(number: number, see: (other: number, weight: number) => void): void {
    const { offsets, targets, weights } = this.#problem.graph
    this.#effort -= offsets[number + 1]! - offsets[number]!
    for (let edge = offsets[number]!; edge < offsets[number + 1]!; edge++) see(targets[edge]!, weights[edge]!)
  }
}

function membersOf({ batchOf, days }: BatchSolution): number[][] {
  const members: number[][] = Array.from(days, () => [])
  for (const [number, batch] of batchOf.entries()) members[batch]!.push(number)
  return members
}
