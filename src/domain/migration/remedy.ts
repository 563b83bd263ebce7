import type { BatchSolution } from './batching/solve.ts'
import { noDay } from './batching/units.ts'
import type { TableGrant } from './grant-table.ts'
import type { PlanProblem } from './problem.ts'

/**
 * What keeps a cut grant whole at the least price: delegation-days that are broken with it, less those without it. `breaks` are those
 * that it breaks, `keeps` counts the cut grants that the same step makes whole. `bear`: nothing does that the rules allow; the grant is
 * given again by itself when its second end arrives.
 */
export type Remedy =
  | { kind: 'remove-unused'; price: 0 }
  | ({ kind: 'move' } & Step)
  | ({ kind: 'raise-cap'; mailboxes: number } & Step)
  /** `mailbox` is in the pilot and the other is not. */
  | { kind: 'change-pilot'; mailbox: number; other: number }
  | { kind: 'bear' }

type Step = { mailbox: number; toBatch: number; price: number; breaks: number; keeps: number }

type KeptCut = Pick<TableGrant, 'owner' | 'grantee'> & { fromBatch: number; toBatch: number; remedy: Remedy }

const unusedDays = 180

export class Remedies {
  readonly #problem: PlanProblem
  readonly #solution: BatchSolution
  readonly #loads: Float64Array
  /** The batches of each night. */
  readonly #nights: ReadonlyMap<number, readonly number[]>
  /** Mailboxes that may not be moved by themselves. */
  readonly #tied: Set<number>
  readonly #prices = new Map<number, { price: number; breaks: number }>()

  constructor(problem: PlanProblem, solution: BatchSolution) {
    this.#problem = problem
    this.#solution = solution
    const { dimensions, loads } = problem.batches
    this.#loads = new Float64Array(solution.days.length * dimensions)
    solution.batchOf.forEach((batch, number) => {
      for (let d = 0; d < dimensions; d++) {
        this.#loads[batch * dimensions + d]! += loads[number * dimensions + d]!
      }
    })
    this.#nights = Map.groupBy(solution.days.keys(), (batch) => solution.days[batch]!)
    this.#tied = new Set([...problem.batches.together, ...problem.batches.apart])
  }

  cheapest({ owner, grantee, lastUsedDay }: TableGrant): Remedy {
    if (lastUsedDay !== null && this.#problem.input.today - lastUsedDay >= unusedDays) {
      return { kind: 'remove-unused', price: 0 }
    }
    const moves = [this.#move(owner, grantee), this.#move(grantee, owner)].filter((move) => move !== null)
    moves.sort((a, b) => a.price - b.price || Number(a.kind === 'raise-cap') - Number(b.kind === 'raise-cap'))
    return moves[0] ?? this.#pilot(owner, grantee) ?? this.#pilot(grantee, owner) ?? { kind: 'bear' }
  }

  /** Says in each remedy how many of these cuts it makes whole. */
  countKept(cuts: readonly KeptCut[]): void {
    const { days } = this.#solution
    // Whoever moves in the same night may be in another batch.
    const keyOf = (mailbox: number, batch: number) =>
      mailbox * (days.length + 1) + (batch === 0 ? 0 : this.#nights.get(days[batch - 1]!)![0]! + 1)
    const kept = new Map<number, number>()
    for (const { owner, grantee, fromBatch, toBatch } of cuts)
      for (const key of [keyOf(owner, toBatch), keyOf(grantee, fromBatch)])
        kept.set(key, (kept.get(key) ?? 0) + 1)
    for (const { remedy } of cuts)
      if ('keeps' in remedy) remedy.keeps = kept.get(keyOf(remedy.mailbox, remedy.toBatch))!
  }

  /** Somebody of the pilot and somebody who is not. */
  #pilot(mailbox: number, other: number): Remedy | null {
    const { input, pilotDay, numberOf, batches } = this.#problem
    const chosen = (each: number) => numberOf[each] !== -1 && batches.pinned[numberOf[each]!] === pilotDay
    if (pilotDay === null || numberOf[other] === -1 || !chosen(mailbox) || chosen(other)) return null
    return input.mailboxes[mailbox]!.pilot ? { kind: 'change-pilot', mailbox, other } : null
  }

  /** One of the two goes to the batch of the other, or to one of that night with room. */
  #move(
    mailbox: number,
    to: number,
  ): Exclude<Remedy, { kind: 'remove-unused' | 'change-pilot' | 'bear' }> | null {
    const { numberOf, batches } = this.#problem
    const number = numberOf[mailbox]!
    const other = numberOf[to]!
    if (number === -1 || other === -1 || this.#tied.has(number) || batches.pinned[number] !== noDay)
      return null
    const batch = this.#solution.batchOf[other]!
    const day = this.#solution.days[batch]!
    if (day < batches.notBefore[number]! || batches.closedDays.includes(day)) return null
    const prices = this.#price(number, batch)
    const open = [batch, ...this.#nights.get(day)!].find((each) => this.#overfull(number, each) === -1)
    if (open !== undefined) return { kind: 'move', mailbox, toBatch: open + 1, ...prices, keeps: 1 }
    // A larger batch in mailboxes is easily asked for; one in bytes or of a server is what the network allows.
    if (batches.dimensions > 1) return null
    const mailboxes = this.#loads[batch]! + batches.loads[number]!
    return { kind: 'raise-cap', mailbox, toBatch: batch + 1, mailboxes, ...prices, keeps: 1 }
  }

  /** Which cap is in the way; -1: none. */
  #overfull(number: number, batch: number): number {
    const { dimensions, loads, caps } = this.#problem.batches
    return caps.findIndex(
      (cap, d) => this.#loads[batch * dimensions + d]! + loads[number * dimensions + d]! > cap,
    )
  }

  #price(number: number, batch: number): { price: number; breaks: number } {
    const key = number * this.#solution.days.length + batch
    const known = this.#prices.get(key)
    if (known !== undefined) return known
    const { graph, pulls } = this.#problem.batches
    const { batchOf, days } = this.#solution
    const here = days[batchOf[number]!]!
    const there = days[batch]!
    let price = 0
    let breaks = 0
    const count = (day: number, weight: number) => {
      const more = weight * (Math.abs(there - day) - Math.abs(here - day))
      price += more
      if (more > 0) breaks += more
    }
    for (let edge = graph.offsets[number]!; edge < graph.offsets[number + 1]!; edge++)
      count(days[batchOf[graph.targets[edge]!]!]!, graph.weights[edge]!)
    for (let at = pulls?.offsets[number] ?? 0; at < (pulls?.offsets[number + 1] ?? 0); at++)
      count(pulls!.days[at]!, pulls!.weights[at]!)
    const prices = { price: price / 100, breaks: breaks / 100 }
    this.#prices.set(key, prices)
    return prices
  }
}
