import type { BatchSolution } from './batching/solve.ts'
import { noDay } from './batching/units.ts'
import { readableDay } from './day.ts'
import type { PlanProblem } from './problem.ts'

/** Why a mailbox is in its batch. `with`: a mailbox that tells most. */
export type Placement =
  | { why: 'pilot' }
  | { why: 'pinned' }
  | { why: 'announced' }
  | { why: 'together'; with: number; because: string }
  | { why: 'whole-group'; size: number; with: number }
  | { why: 'tied'; with: number; ties: number; here: number; share: number }
  | { why: 'not-before'; day: number; ties: number; vip: boolean }
  | { why: 'no-ties'; ties: number }

/**
 * Tells it of the mailboxes that move, by their place in `problem.waiting`. Made when asked for: of a million, as many objects
 * take more memory than their grants.
 */
export function placementsOf(
  problem: PlanProblem,
  { batchOf, days }: BatchSolution,
  mailboxBatch: Int32Array,
): (number: number) => Placement {
  const { mailboxes } = problem.input
  const { graph, pinned, notBefore } = problem.batches
  const hard = new Map<number, { other: number; because: string }>()
  for (const { a, b, because } of problem.together) {
    if (mailboxBatch[a] === 0 || mailboxBatch[b] === 0) continue
    if (!hard.has(a)) hard.set(a, { other: b, because })
    if (!hard.has(b)) hard.set(b, { other: a, because })
  }
  const whole = wholeGroups(problem, batchOf)
  return (number) => {
    const mailbox = problem.waiting[number]!
    const day = days[batchOf[number]!]!
    const said = mailboxes[mailbox]!
    if (pinned[number] !== noDay) return { why: said.pinnedDay === null ? 'pilot' : 'pinned' }
    const tie = hard.get(mailbox)
    if (tie !== undefined) return { why: 'together', with: tie.other, because: tie.because }
    if (said.announcedDay === day) return { why: 'announced' }
    let ties = 0
    let here = 0
    let strongest = -1
    let most = 0
    let all = 0
    let kept = 0
    for (let edge = graph.offsets[number]!; edge < graph.offsets[number + 1]!; edge++) {
      const other = graph.targets[edge]!
      ties++
      all += graph.weights[edge]!
      if (batchOf[other] !== batchOf[number]) continue
      here++
      kept += graph.weights[edge]!
      if (graph.weights[edge]! > most) {
        most = graph.weights[edge]!
        strongest = other
      }
    }
    const size = whole[number]!
    if (strongest !== -1 && size > 0) {
      return { why: 'whole-group', size, with: problem.waiting[strongest]! }
    }
    if (strongest !== -1) {
      return { why: 'tied', with: problem.waiting[strongest]!, ties, here, share: kept / all }
    }
    if (notBefore[number] === 0) return { why: 'no-ties', ties }
    const vip = said.vip && problem.input.rules.vipNotBefore === notBefore[number]
    return { why: 'not-before', day: notBefore[number]!, ties, vip }
  }
}

/** For each mailbox, how many there are in its component when none of them is elsewhere; else 0. */
function wholeGroups(problem: PlanProblem, batchOf: Int32Array): Int32Array {
  const { graph } = problem.batches
  const sizes = new Int32Array(graph.nodes)
  const seen = new Uint8Array(graph.nodes)
  const group = new Int32Array(graph.nodes)
  for (let start = 0; start < graph.nodes; start++) {
    if (seen[start] === 1) continue
    let length = 1
    let whole = true
    group[0] = start
    seen[start] = 1
    for (let at = 0; at < length; at++) {
      const node = group[at]!
      for (let edge = graph.offsets[node]!; edge < graph.offsets[node + 1]!; edge++) {
        const other = graph.targets[edge]!
        if (batchOf[other] !== batchOf[start]) whole = false
        if (seen[other] === 1) continue
        seen[other] = 1
        group[length++] = other
      }
    }
    if (whole) for (let at = 0; at < length; at++) sizes[group[at]!] = length
  }
  return sizes
}

/** A sentence for the person in question. */
export function placementWords(placement: Placement, nameOf: (mailbox: number) => string): string {
  switch (placement.why) {
    case 'pilot':
      return 'Chosen for the pilot.'
    case 'pinned':
      return 'This day was asked for.'
    case 'announced':
      return 'Keeps the day that was announced.'
    case 'together':
      return `Must move with ${nameOf(placement.with)} (${placement.because}).`
    case 'whole-group':
      return placement.size === 2
        ? `Moves with ${nameOf(placement.with)}; the two are tied to nobody else.`
        : `One of ${placement.size} who are tied to each other and to nobody else; all move together. Closest to ${nameOf(placement.with)}.`
    case 'tied':
      return placement.here === placement.ties
        ? placement.ties === 1
          ? `${nameOf(placement.with)}, the only one it is tied to, moves that night too.`
          : `All ${placement.ties} it is tied to move that night too; closest to ${nameOf(placement.with)}.`
        : `${placement.here} of the ${placement.ties} it is tied to ${placement.here === 1 ? 'moves' : 'move'} that night too (${Math.round(placement.share * 100)} % by weight); closest to ${nameOf(placement.with)}.`
    case 'not-before':
      return (
        `May not move before ${readableDay(placement.day)}${placement.vip ? ', as the VIPs' : ''}` +
        `${placement.ties === 0 ? ', and is tied to nobody who moves' : `; ${cutWords(placement.ties)}`}.`
      )
    case 'no-ties':
      return placement.ties === 0
        ? 'Tied to nobody who moves; fills a free place.'
        : `Had no place with those it is tied to: ${cutWords(placement.ties)}.`
  }
}

const cutWords = (ties: number): string =>
  ties === 1
    ? 'the only one it is tied to moves on another night or in another batch'
    : `all ${ties} it is tied to move on other nights or in other batches`
