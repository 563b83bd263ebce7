import type { PlanMailbox } from './mailbox.ts'
import { liesOn } from './mailbox.ts'
import type { PlanProblem } from './problem.ts'

/** People on either side in the order of servers, departments and sizes who count as alike. */
const MOST_ALIKE = 50

/**
 * Pure: the mailboxes of a problem, of which `count` people are in the pilot, those that are in it already among them. They are spread
 * over servers, departments and sizes as all are, many of them with whom they are tied to most, so that delegation is tried as well,
 * and of those alike whoever is tied least to the others, so that little of it breaks. Whose night somebody fixed, VIPs and must-together
 * sets are left out, and caps are kept. The same problem gives the same pilot.
 */
export function choosePilot(
  { input, graph, together }: Pick<PlanProblem, 'input' | 'graph' | 'together'>,
  count: number,
): readonly PlanMailbox[] {
  const { mailboxes, rules } = input
  const bound = new Set(together.flatMap(({ a, b }) => [a, b]))
  const chosen = new Set(
    mailboxes.flatMap((each, at) => (each.pilot && each.status === 'waiting' ? [at] : [])),
  )
  const mayMove = (at: number) => {
    const { kind, status, vip, pinnedDay, notBeforeDay, announcedDay } = mailboxes[at]!
    const isFree = pinnedDay === null && notBeforeDay === null && announcedDay === null
    return kind === 'user' && status === 'waiting' && !vip && isFree && !bound.has(at)
  }
  const fits = (at: number): boolean => {
    const all = [...chosen, at].map((each) => mailboxes[each]!)
    const bytes = all.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
    return (
      all.length <= Math.min(count, rules.caps.mailboxes) &&
      bytes <= (rules.caps.bytes ?? Number.POSITIVE_INFINITY) &&
      Object.entries(rules.caps.perServer).every(
        ([name, most]) => all.filter((each) => liesOn(each, name)).length <= most,
      )
    )
  }
  const take = (at: number | undefined): boolean => {
    if (at === undefined || chosen.has(at) || !fits(at)) return false
    chosen.add(at)
    return true
  }
  /** How much it is tied to all that are not chosen. */
  const ties = (at: number): number => {
    let all = 0
    for (let edge = graph.offsets[at]!; edge < graph.offsets[at + 1]!; edge++)
      if (!chosen.has(graph.targets[edge]!)) all += graph.weights[edge]!
    return all
  }
  /** Whom it is tied to most, and how much the two of them, or it alone, are tied to others that are not chosen. */
  const tiesOf = (at: number): { other: number | undefined; outside: number } => {
    let found: number | undefined
    let heaviest = 0
    for (let edge = graph.offsets[at]!; edge < graph.offsets[at + 1]!; edge++) {
      const other = graph.targets[edge]!
      if (graph.weights[edge]! <= heaviest || chosen.has(other) || !mayMove(other)) continue
      found = other
      heaviest = graph.weights[edge]!
    }
    return { other: found, outside: ties(at) + (found === undefined ? 0 : ties(found) - 2 * heaviest) }
  }
  /** Of those alike, in order of how much; first whoever has somebody to come along with, where that is wanted. */
  const best = (alike: readonly number[], inPairs: boolean): number | undefined =>
    alike
      .filter((at) => !chosen.has(at))
      .map((at) => ({ at, ...tiesOf(at) }))
      .sort(
        (a, b) =>
          (inPairs ? Number(a.other === undefined) - Number(b.other === undefined) : 0) ||
          a.outside - b.outside,
      )[0]?.at
  const people = mailboxes
    .flatMap((_, at) => (mayMove(at) && !chosen.has(at) ? [at] : []))
    .sort((a, b) => inOrder(mailboxes[a]!, mailboxes[b]!))
  for (let left = people; left.length > 0 && chosen.size < count; ) {
    const before = chosen.size
    const anchors = Math.min(left.length, Math.ceil((count - before) / 2))
    for (let no = 0; no < anchors; no++) {
      const middle = Math.floor(((no + 0.5) * left.length) / anchors)
      const reach = Math.min(MOST_ALIKE, Math.floor(left.length / anchors / 2))
      const alike = [middle]
      for (let far = 1; far <= reach; far++) alike.push(middle - far, middle + far)
      const at = best(
        alike.flatMap((place) => left[place] ?? []),
        no % 2 === 0,
      )
      if (take(at)) take(tiesOf(at!).other)
    }
    // What does not fit now fits later no more.
    if (chosen.size === before) break
    left = left.filter((at) => !chosen.has(at))
  }
  return mailboxes.map((each, at) => (chosen.has(at) && !each.pilot ? { ...each, pilot: true } : each))
}

const inOrder = (a: PlanMailbox, b: PlanMailbox): number =>
  compare(a.server, b.server) ||
  compare(a.department, b.department) ||
  a.sizeBytes - b.sizeBytes ||
  compare(a.id, b.id)

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
