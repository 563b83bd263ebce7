import { Refusal } from '../refusal.ts'
import { type Graph, mergeEdges } from './batching/graph.ts'
import type { BatchProblem } from './batching/solve.ts'
import { noDay, type Pulls } from './batching/units.ts'
import { isWindow, windowDays } from './calendar.ts'
import { type Day, formatDay, readableDay } from './day.ts'
import type { GrantTable } from './grant-table.ts'
import { checkHardSets, type Dates, type HardPair } from './hard-sets.ts'
import type { IdentityIndex } from './identity-index.ts'
import type { PlanMailbox } from './mailbox.ts'
import { heaviestPair, wordsOf } from './right.ts'
import type { PlanRules } from './rules.ts'

export type PlanInput = {
  /** In order of their ids, each once. */
  mailboxes: readonly PlanMailbox[]
  /** Their names, by their place in `mailboxes`. */
  identities: IdentityIndex
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

const mostWindows = 20_000

/** The planning problem in numbers; a `Refusal` where rules contradict each other or name somebody unknown. */
export function planProblem(input: PlanInput): PlanProblem {
  const { mailboxes, rules } = input
  if (!mailboxes.some(({ status }) => status === 'waiting')) {
    throw new Refusal('invalid-parameter', 'No mailbox is left to move: all are migrated or excluded.')
  }
  const { dates, windows, pilotDay } = datesOf(input)
  const together = togetherPairs(input)
  const apart = namedPairs(input, rules.apart, 'apart')
  checkHardSets(mailboxes, dates, together, apart, rules.caps)
  const graph = grantGraph(input)
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
      graph: waiting.length === mailboxes.length ? graph : induced(graph, waiting, numberOf),
      ...loadsOf(input, waiting),
      notBefore: Int32Array.from(waiting, (at) => dates.notBefore[at]!),
      pinned: Int32Array.from(waiting, (at) => dates.pinned[at]!),
      together: numbers(together),
      apart: numbers(apart),
      pulls: pullsOf(input, graph, waiting),
      windows,
      closedDays: pilotDay === null ? [] : [pilotDay],
      announced: announced.every((day) => day === noDay) ? null : announced,
      loyalty: rules.loyalty * 100,
      objective: rules.objective,
      effort: 'full',
      spareBatches: rules.spareBatches,
      seed: rules.seed,
    },
  }
}

function loadsOf({ mailboxes, rules }: PlanInput, waiting: Int32Array) {
  const servers = Object.entries(rules.caps.perServer)
  const bytes = rules.caps.bytes
  const caps = [rules.caps.mailboxes, ...(bytes === null ? [] : [bytes]), ...servers.map(([, cap]) => cap)]
  const loads = new Float64Array(waiting.length * caps.length)
  waiting.forEach((at, number) => {
    const mailbox = mailboxes[at]!
    let place = number * caps.length
    loads[place++] = 1
    if (bytes !== null) loads[place++] = mailbox.sizeBytes
    for (const [server] of servers) loads[place++] = mailbox.server === server ? 1 : 0
  })
  return { dimensions: caps.length, loads, caps: Float64Array.from(caps) }
}

/** What each mailbox, the pilot and the VIPs say about days. */
function datesOf({ mailboxes, rules }: PlanInput): {
  dates: Dates
  windows: Int32Array
  pilotDay: Day | null
} {
  const { calendar } = rules
  const notBefore = new Int32Array(mailboxes.length)
  const pinned = new Int32Array(mailboxes.length).fill(noDay)
  const first = windowDays(calendar, 1)[0]
  if (first === undefined) {
    throw new Refusal(
      'invalid-parameter',
      `There is no window from ${formatDay(calendar.from)} on: the weekdays, the holidays and the last day leave none.`,
    )
  }
  const hasPilot = mailboxes.some(({ pilot, status }) => pilot && status === 'waiting')
  const pilotDay = hasPilot ? first : null
  const after = pilotDay === null ? calendar.from : pilotDay + Math.max(1, rules.pilotPauseDays)
  const windows = Int32Array.from([
    ...(pilotDay === null ? [] : Array<Day>(calendar.batchesPerWindow).fill(pilotDay)),
    ...windowDays({ ...calendar, from: after }, mostWindows),
  ])
  mailboxes.forEach((mailbox, at) => {
    if (mailbox.status !== 'waiting') return
    const wait = Math.max(mailbox.notBeforeDay ?? 0, mailbox.vip ? (rules.vipNotBefore ?? 0) : 0)
    notBefore[at] = wait <= first ? 0 : wait
    const day = mailbox.pinnedDay ?? (mailbox.pilot ? pilotDay : null)
    if (day === null) return
    if (!isWindow(calendar, day) || (pilotDay !== null && day !== pilotDay && day < after)) {
      const next = windowDays({ ...calendar, from: Math.max(day, after) }, 1)[0]
      throw new Refusal(
        'invalid-parameter',
        `${mailbox.id} is to move on ${readableDay(day)}, when there is no window for it. ` +
          (next === undefined ? 'There is none later either.' : `The next one is ${readableDay(next)}.`),
      )
    }
    if (wait > day) {
      throw new Refusal(
        'invalid-parameter',
        `${mailbox.id} is to move on ${readableDay(day)}${mailbox.pinnedDay === null ? ' with the pilot' : ''}, ` +
          `but not before ${readableDay(wait)}. Change one of the two.`,
      )
    }
    pinned[at] = day
  })
  checkPinned(mailboxes, pinned, rules)
  return { dates: { notBefore, pinned }, windows, pilotDay }
}

function checkPinned(mailboxes: readonly PlanMailbox[], pinned: Int32Array, rules: PlanRules): void {
  const perDay = new Map<Day, number>()
  for (const day of pinned) if (day !== noDay) perDay.set(day, (perDay.get(day) ?? 0) + 1)
  const most = rules.caps.mailboxes * rules.calendar.batchesPerWindow
  for (const [day, count] of perDay) {
    if (count <= most) continue
    const some = mailboxes.filter((_, at) => pinned[at] === day).slice(0, 3)
    throw new Refusal(
      'invalid-parameter',
      `${count} mailboxes are to move on ${readableDay(day)} (${some.map(({ id }) => id).join(', ')} …) and that ` +
        `night takes ${most}. Raise the cap or give some another day.`,
    )
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

function grantGraph({ mailboxes, grants, today }: PlanInput): Graph {
  const from = new Int32Array(grants.count)
  const to = new Int32Array(grants.count)
  const weight = new Int32Array(grants.count)
  for (let at = 0; at < grants.count; at++) {
    from[at] = grants.ownerOf(at)
    to[at] = grants.granteeOf(at)
    weight[at] = grants.weightOf(at, today)
  }
  return mergeEdges(mailboxes.length, from, to, weight, heaviestPair)
}

/** The graph among those who move. */
function induced(graph: Graph, waiting: Int32Array, numberOf: Int32Array): Graph {
  const offsets = new Int32Array(waiting.length + 1)
  const targets = new Int32Array(graph.targets.length)
  const weights = new Int32Array(graph.targets.length)
  let filled = 0
  waiting.forEach((mailbox, number) => {
    for (let edge = graph.offsets[mailbox]!; edge < graph.offsets[mailbox + 1]!; edge++) {
      const other = numberOf[graph.targets[edge]!]!
      if (other === -1) continue
      targets[filled] = other
      weights[filled++] = graph.weights[edge]!
    }
    offsets[number + 1] = filled
  })
  return {
    nodes: waiting.length,
    offsets,
    targets: targets.slice(0, filled),
    weights: weights.slice(0, filled),
  }
}

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
