import { fewestBatches } from './batching/pack.ts'
import type { BatchSolution } from './batching/solve.ts'
import { type Cut, cutGrants, type RightCounts } from './cuts.ts'
import type { Day } from './day.ts'
import type { TableGrant } from './grant-table.ts'
import { type Placement, placementsOf } from './placement.ts'
import type { PlanProblem } from './problem.ts'

export type Batch = {
  /** From 1, in order of time. */
  number: number
  day: Day
  mailboxes: number
  sizeBytes: number
  items: number
  pilot: boolean
  /** Grants of its members that are broken for some days. */
  cutGrants: number
  /** The number under which most of it was announced for that night; null: nobody was told one. */
  announcedAs: number | null
  /** What most of its members share, for people: a department; empty: nothing. */
  mostly: string
}

/** Cut weight between two batches, numbered from 1, `a` before `b`. */
export type Tie = { a: number; b: number; weight: number; grants: number }

export type PlanTotals = {
  mailboxes: number
  sizeBytes: number
  /** Those that the plan touches: an end moves or stays behind; not those that have moved whole. */
  grants: number
  batches: number
  fewestBatches: number
  /** Sum over pairs of worth times days between, migration.md 2.3. */
  brokenDays: number
  /** As `brokenDays`, had the mailboxes been put into these batches by chance. */
  brokenDaysByChance: number
  cutGrants: number
  /** What the pairs weigh between whom they are, each pair once: those cut, those one end of which stays behind, and all. */
  cutWeight: number
  staysBehindWeight: number
  allWeight: number
  /** Grants that end at a mailbox which stays behind. */
  staysBehind: number
  /** Mailboxes whose announced day this plan changes. */
  moved: number
  byRight: RightCounts
}

/** A plan and everything that explains it. Mailboxes are numbers of `problem.input.mailboxes`. */
export type Plan = {
  problem: PlanProblem
  batches: readonly Batch[]
  /** Batch number of each mailbox; 0: it does not move. */
  batchOf: Int32Array
  placementOf: (number: number) => Placement
  cuts: readonly Cut[]
  ties: readonly Tie[]
  /** Grants that end at a mailbox which stays behind: broken for good. */
  staysBehind: readonly TableGrant[]
  totals: PlanTotals
}

/** What a solution means for people. */
export function describePlan(problem: PlanProblem, solution: BatchSolution): Plan {
  const { mailboxes } = problem.input
  const batchOf = new Int32Array(mailboxes.length)
  problem.waiting.forEach((mailbox, number) => {
    batchOf[mailbox] = solution.batchOf[number]! + 1
  })
  const dayOf = mailboxes.map((mailbox, at) => {
    if (mailbox.status === 'migrated') return mailbox.migratedDay ?? problem.input.today
    return mailbox.status === 'excluded' ? null : solution.days[batchOf[at]! - 1]!
  })
  const { cuts, byRight, staysBehind } = cutGrants(problem, solution, batchOf, dayOf)
  const batches = batchesOf(problem, solution, batchOf, cuts)
  const weights = pairWeights(problem, batchOf, dayOf)
  const chance = meanDistance(problem, solution, batches)
  return {
    problem,
    batches,
    batchOf,
    placementOf: placementsOf(problem, solution, batchOf),
    cuts,
    ties: tiesOf(cuts),
    staysBehind,
    totals: {
      mailboxes: problem.waiting.length,
      sizeBytes: batches.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
      grants: Object.values(byRight).reduce((sum, each) => sum + each.grants, 0),
      batches: batches.length,
      fewestBatches: fewestOf(problem),
      brokenDays: weights.brokenDays,
      brokenDaysByChance: (weights.moving * chance) / 100 + weights.pulled,
      cutGrants: cuts.length,
      cutWeight: weights.cut,
      allWeight: weights.all,
      staysBehindWeight: weights.behind,
      staysBehind: staysBehind.length,
      moved: problem.waiting.reduce(
        (count, mailbox) =>
          count + Number((mailboxes[mailbox]!.announcedDay ?? dayOf[mailbox]) !== dayOf[mailbox]),
        0,
      ),
      byRight,
    },
  }
}

function batchesOf(
  problem: PlanProblem,
  solution: BatchSolution,
  batchOf: Int32Array,
  cuts: readonly Cut[],
): Batch[] {
  const { mailboxes } = problem.input
  const batches = Array.from(solution.days, (day, at) => ({
    number: at + 1,
    day,
    mailboxes: 0,
    sizeBytes: 0,
    items: 0,
    pilot: problem.pilotDay === day,
    cutGrants: 0,
    announcedAs: null as number | null,
    mostly: '',
  }))
  const departments = batches.map(() => new Map<string, number>())
  const told = new Map<string, { batch: number; as: number; members: number }>()
  for (const at of problem.waiting) {
    const mailbox = mailboxes[at]!
    const batch = batches[batchOf[at]! - 1]!
    batch.mailboxes++
    batch.sizeBytes += mailbox.sizeBytes
    batch.items += mailbox.items
    if (mailbox.announcedBatch !== undefined && mailbox.announcedDay === batch.day) {
      const key = `${batch.number} ${mailbox.announcedBatch}`
      const known = told.get(key) ?? { batch: batch.number, as: mailbox.announcedBatch, members: 0 }
      known.members++
      told.set(key, known)
    }
    const there = departments[batch.number - 1]!
    if (mailbox.department !== '') there.set(mailbox.department, (there.get(mailbox.department) ?? 0) + 1)
  }
  for (const { owner, grantee } of cuts) {
    for (const end of [owner, grantee]) if (batchOf[end] !== 0) batches[batchOf[end]! - 1]!.cutGrants++
  }
  // A number that two batches share by now stays with the one that has more of it.
  const taken = new Set<number>()
  for (const { batch, as } of [...told.values()].sort((a, b) => b.members - a.members || a.batch - b.batch)) {
    if (batches[batch - 1]!.announcedAs !== null || taken.has(as)) continue
    batches[batch - 1]!.announcedAs = as
    taken.add(as)
  }
  batches.forEach((batch, at) => {
    const [most] = [...departments[at]!].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    if (most !== undefined && most[1] * 2 >= batch.mailboxes) batch.mostly = most[0]
  })
  return batches
}

function pairWeights(problem: PlanProblem, batchOf: Int32Array, dayOf: readonly (Day | null)[]) {
  const { graph } = problem
  let all = 0
  let cut = 0
  let behind = 0
  let broken = 0
  let moving = 0
  let pulled = 0
  for (let a = 0; a < graph.nodes; a++) {
    for (let edge = graph.offsets[a]!; edge < graph.offsets[a + 1]!; edge++) {
      const b = graph.targets[edge]!
      const dayA = dayOf[a]!
      const dayB = dayOf[b]!
      if (b <= a) continue
      const weight = graph.weights[edge]!
      if (dayA === null || dayB === null) {
        if (dayA === dayB) continue
        all += weight
        behind += weight
        continue
      }
      if (batchOf[a] === 0 && batchOf[b] === 0) continue
      const days = Math.abs(dayA - dayB)
      all += weight
      if (days > 0) cut += weight
      broken += weight * days
      if (batchOf[a] === 0 || batchOf[b] === 0) pulled += weight * days
      else moving += weight
    }
  }
  return {
    ...{ all: all / 100, cut: cut / 100, behind: behind / 100 },
    ...{ brokenDays: broken / 100, moving, pulled: pulled / 100 },
  }
}

/** Days between two mailboxes that are put into these batches by chance, on average. */
function meanDistance(problem: PlanProblem, solution: BatchSolution, batches: readonly Batch[]): number {
  const total = problem.waiting.length
  if (total < 2) return 0
  let before = 0
  let sum = 0
  for (let at = 0; at + 1 < batches.length; at++) {
    before += batches[at]!.mailboxes
    sum += before * (total - before) * (solution.days[at + 1]! - solution.days[at]!)
  }
  return (2 * sum) / (total * (total - 1))
}

function tiesOf(cuts: readonly Cut[]): Tie[] {
  const ties = new Map<string, Tie>()
  for (const { fromBatch, toBatch, weight } of cuts) {
    if (fromBatch === 0 || toBatch === 0) continue
    const a = Math.min(fromBatch, toBatch)
    const b = Math.max(fromBatch, toBatch)
    const tie = ties.get(`${a}-${b}`) ?? { a, b, weight: 0, grants: 0 }
    tie.weight += weight
    tie.grants++
    ties.set(`${a}-${b}`, tie)
  }
  return [...ties.values()].sort((x, y) => y.weight - x.weight || x.a - y.a || x.b - y.b)
}

/** As few batches as the caps allow; the pilot is one of its own. */
function fewestOf({ batches: { loads, caps, pinned }, pilotDay }: PlanProblem): number {
  if (pilotDay === null) return fewestBatches(loads, caps)
  const part = (isPilot: boolean) =>
    loads.filter((_, at) => (pinned[Math.floor(at / caps.length)] === pilotDay) === isPilot)
  return fewestBatches(part(true), caps) + fewestBatches(part(false), caps)
}
