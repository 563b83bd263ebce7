import { Refusal } from '../refusal.ts'
import { type Graph, induced, inSharedMemory, mergedGraph } from './batching/graph.ts'
import type { BatchProblem } from './batching/solve.ts'
import { noDay, type Pulls } from './batching/units.ts'
import type { Day } from './day.ts'
import type { GrantTable } from './grant-table.ts'
import { checkHardSets, type HardPair } from './hard-sets.ts'
import type { IdentityIndex } from './identity-index.ts'
import { checkServers, loadsOf } from './loads.ts'
import type { PlanMailbox } from './mailbox.ts'
import { datesOf } from './plan-dates.ts'
import { heaviestPair, wordsOf } from './right.ts'
import type { PlanRules } from './rules.ts'

export type PlanInput = {
  /** In order of their ids, each once. */
  mailboxes: readonly PlanMailbox[]
  /** Whom the names in `rules` mean, by their place in `mailboxes`. */
  identities: Pick<IdentityIndex, 'find'>
  grants: GrantTable
  rules: PlanRules
  today: Day
}

export type PlanProblem = {
  input: PlanInput
  batches: BatchProblem
  /** Which mailbox each number of the batch problem is. */
  waiting: Int32Array
  /** The number of each mailbox in the batch problem; -1: it does not move. */
  numberOf: Int32Array
  /** All mailboxes, weights in hundredths. */
  graph: Graph
  together: readonly HardPair[]
  pilotDay: Day | null
}

/** The planning problem in numbers, of its grants' `graph` where that is known; a `Refusal` where rules contradict each other or name somebody unknown. */
export function planProblem(input: PlanInput, graph: Graph = grantGraph(input)): PlanProblem {
  const { mailboxes, rules } = input
  if (!mailboxes.some(({ status }) => status === 'waiting')) {
    throw new Refusal('invalid-parameter', 'No mailbox is left to move: all are migrated or excluded.')
  }
  checkServers(input.mailboxes, input.rules.caps)
  const { dates, windows, pilotDay } = datesOf(mailboxes, rules)
  const together = togetherPairs(input)
  const apart = namedPairs(input, rules.apart, 'apart')
  checkHardSets(mailboxes, dates, together, apart, rules)
  const numberOf = new Int32Array(mailboxes.length).fill(-1)
  const waiting = Int32Array.from(mailboxes.flatMap(({ status }, at) => (status === 'waiting' ? [at] : [])))
  waiting.forEach((mailbox, number) => {
    numberOf[mailbox] = number
  })
  const numbers = (pairs: readonly HardPair[]) =>
    Int32Array.from(
      pairs.flatMap(({ a, b }) =>
        numberOf[a] === -1 || numberOf[b] === -1 ? [] : [numberOf[a]!, numberOf[b]!],
      ),
    )
  const announced = Int32Array.from(waiting, (at) => mailboxes[at]!.announcedDay ?? noDay)
  return {
    input,
    waiting,
    numberOf,
    graph,
    together,
    pilotDay,
    batches: {
      graph: waiting.length === mailboxes.length ? graph : inSharedMemory(induced(graph, waiting, numberOf)),
      ...loadsOf(input.mailboxes, rules.caps, waiting),
      notBefore: Int32Array.from(waiting, (at) => dates.notBefore[at]!),
      pinned: Int32Array.from(waiting, (at) => dates.pinned[at]!),
      together: numbers(together),
      apart: numbers(apart),
      pulls: pullsOf(input, graph, waiting),
      windows,
      closedDays: pilotDay === null ? [] : [pilotDay],
      mayWait: rules.shared === 'tied',
      announced: announced.every((day) => day === noDay) ? null : announced,
      loyalty: rules.loyalty * 100,
      objective: rules.objective,
      effort: 'full',
      spareBatches: rules.spareBatches,
      seed: rules.seed,
    },
  }
}

function togetherPairs(input: PlanInput): HardPair[] {
  const pairs = namedPairs(input, input.rules.together, 'together')
  const { mailboxes, grants, rules } = input
  if (rules.keepWhole.length === 0) return pairs
  for (let at = 0; at < grants.count; at++) {
    const right = grants.rightOf(at)
    const a = grants.ownerOf(at)
    const b = grants.granteeOf(at)
    const both = mailboxes[a]!.status === 'waiting' && mailboxes[b]!.status === 'waiting'
    if (!both || !rules.keepWhole.includes(right)) continue
    pairs.push({ a, b, because: `${wordsOf[right]}, ${grants.get(at).where}` })
  }
  return pairs
}

/** `together`: a list is a chain of pairs. `apart`: each pair of a list. */
function namedPairs(
  { identities, mailboxes }: PlanInput,
  lists: readonly (readonly string[])[],
  how: 'together' | 'apart',
): HardPair[] {
  return lists.flatMap((names, list) => {
    const members = names.map((name) => {
      const found = identities.find(name)
      if (typeof found === 'number') return found
      throw new Refusal(
        'invalid-parameter',
        `Rule "${how}" ${list + 1} names "${name}", which ${found === 'several' ? 'several mailboxes are called' : 'is none of the mailboxes'}. ` +
          'Write a primary address.',
      )
    })
    const waiting = [...new Set(members)].filter((member) => mailboxes[member]!.status === 'waiting')
    const because = `rule "${how}" ${list + 1}`
    if (how === 'together') return waiting.slice(1).map((b, at) => ({ a: waiting[at]!, b, because }))
    return waiting.flatMap((a, at) => waiting.slice(at + 1).map((b) => ({ a, b, because })))
  })
}

const grantGraph = ({ mailboxes, grants, today }: PlanInput): Graph =>
  mergedGraph(
    mailboxes.length,
    {
      count: grants.count,
      from: (at) => grants.ownerOf(at),
      to: (at) => grants.granteeOf(at),
      weight: (at) => grants.weightOf(at, today),
    },
    heaviestPair,
  )

/** Grants between those who move and those who have moved. */
function pullsOf({ mailboxes, today }: PlanInput, graph: Graph, waiting: Int32Array): Pulls | null {
  if (!mailboxes.some(({ status }) => status === 'migrated')) return null
  const offsets = new Int32Array(waiting.length + 1)
  const days: number[] = []
  const weights: number[] = []
  waiting.forEach((mailbox, number) => {
    for (let edge = graph.offsets[mailbox]!; edge < graph.offsets[mailbox + 1]!; edge++) {
      const other = mailboxes[graph.targets[edge]!]!
      if (other.status !== 'migrated') continue
      days.push(other.migratedDay ?? today)
      weights.push(graph.weights[edge]!)
    }
    offsets[number + 1] = days.length
  })
  return { offsets, days: Int32Array.from(days), weights: Int32Array.from(weights) }
}
