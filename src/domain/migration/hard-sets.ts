import { Refusal } from '../refusal.ts'
import { type Day, readableDay } from './day.ts'
import { liesOn, type PlanMailbox } from './mailbox.ts'
import type { PlanRules } from './rules.ts'

/** A pair that must move together, and who says so. */
export type HardPair = { a: number; b: number; because: string }

/** Day before which, and on which, each may and has to move; 0 and -1: any. */
export type Dates = { notBefore: Int32Array; pinned: Int32Array }

type Rules = Pick<PlanRules, 'caps' | 'calendar' | 'vipNotBefore'>
type Caps = PlanRules['caps']

const longestChain = 12

/** Where both figures read the same. */
const aboveWords = (bytes: number): string =>
  bytes >= 2 ** 30 / 10 ? '' : `${bytes.toLocaleString('en')} bytes `

/**
 * Refuses sets that can not move together: larger than a cap, pinned to two days, or told to stay apart. The sentence names
 * the chain of pairs that forces them.
 */
export function checkHardSets(
  mailboxes: readonly PlanMailbox[],
  dates: Dates,
  pairs: readonly HardPair[],
  apart: readonly HardPair[],
  { caps, calendar, vipNotBefore }: Rules,
): void {
  const neighbours = new Map<number, HardPair[]>()
  for (const pair of pairs) {
    for (const end of [pair.a, pair.b]) {
      const there = neighbours.get(end)
      if (there === undefined) neighbours.set(end, [pair])
      else there.push(pair)
    }
  }
  const setOf = new Map<number, number>()
  for (const start of neighbours.keys()) {
    if (setOf.has(start)) continue
    const members = reach(neighbours, start)
    for (const member of members.keys()) setOf.set(member, start)
    checkSet(mailboxes, neighbours, [...members.keys()], caps)
    checkDates(mailboxes, dates, neighbours, [...members.keys()], vipNotBefore)
  }
  const pinOf = (member: number) =>
    dates.pinned[member] === -1 && setOf.has(member)
      ? [...reach(neighbours, member).keys()].find((other) => dates.pinned[other] !== -1)
      : member
  for (const { a, b, because } of apart) {
    if (!setOf.has(a) || setOf.get(a) !== setOf.get(b)) {
      if (calendar.batchesPerWindow > 1) continue
      const [pinA, pinB] = [pinOf(a), pinOf(b)]
      if (pinA === undefined || pinB === undefined) continue
      const day = dates.pinned[pinA]!
      if (day === -1 || day !== dates.pinned[pinB]) continue
      const words = [
        [a, pinA],
        [b, pinB],
      ].map(([end, pin]) => pinWords(mailboxes, neighbours, end!, pin!))
      throw new Refusal(
        'invalid-parameter',
        `${mailboxes[a]!.id} and ${mailboxes[b]!.id} must not move together (${because}), yet both are to move on ` +
          `${readableDay(day)}, which takes one batch: ${words.join('; ')}. Give one of them another day, drop the rule, or ` +
          'allow more batches a window with --per-window.',
      )
    }
    throw new Refusal(
      'invalid-parameter',
      `${mailboxes[a]!.id} and ${mailboxes[b]!.id} must not move together (${because}), yet they must: ` +
        `${chainWords(mailboxes, neighbours, a, b)}. Drop one of the two rules.`,
    )
  }
  const none = Object.keys(caps.perServer).filter((server) => caps.perServer[server] === 0)
  for (const mailbox of mailboxes) {
    if (mailbox.status !== 'waiting') continue
    if (caps.bytes !== null && mailbox.sizeBytes > caps.bytes) {
      throw new Refusal(
        'invalid-parameter',
        `${mailbox.id} alone has ${gigabytes(mailbox.sizeBytes)}, ${aboveWords(mailbox.sizeBytes - caps.bytes)}more than the cap of ${gigabytes(caps.bytes)} a batch. ` +
          'Raise the cap or move it by itself and mark it as migrated.',
      )
    }
    const shut = none.find((server) => liesOn(mailbox, server))
    if (shut !== undefined) {
      throw new Refusal(
        'invalid-parameter',
        `${mailbox.id} is on ${shut}, from which a batch may take no mailbox. Raise its cap.`,
      )
    }
  }
}

function checkSet(
  mailboxes: readonly PlanMailbox[],
  neighbours: ReadonlyMap<number, HardPair[]>,
  members: readonly number[],
  caps: Caps,
): void {
  const chain = () => {
    const far = last(reach(neighbours, members[0]!))
    const words = chainWords(mailboxes, neighbours, last(reach(neighbours, far)), far)
    const tied = (member: number) =>
      new Set((neighbours.get(member) ?? []).flatMap(({ a, b }) => [a, b])).size - 1
    const hub = members.reduce((most, member) => (tied(member) > tied(most) ? member : most))
    // A short chain does not say why so many hang together.
    return tied(hub) > 2 ? `${words}; ${mailboxes[hub]!.id} alone is tied to ${tied(hub)} of them` : words
  }
  const refuse = (what: string, remedy: string) => {
    throw new Refusal('invalid-parameter', `${what}: ${chain()}. ${remedy}`)
  }
  if (members.length > caps.mailboxes) {
    refuse(
      `${members.length} mailboxes must move together and a batch takes ${caps.mailboxes}`,
      `Raise the cap to ${members.length} or drop a link of the chain.`,
    )
  }
  const bytes = members.reduce((sum, member) => sum + mailboxes[member]!.sizeBytes, 0)
  if (caps.bytes !== null && bytes > caps.bytes) {
    refuse(
      `${members.length} mailboxes with ${gigabytes(bytes)} must move together and a batch takes ${gigabytes(caps.bytes)}`,
      'Raise the cap or drop a link of the chain.',
    )
  }
  for (const [server, cap] of Object.entries(caps.perServer)) {
    const there = members.filter((member) => liesOn(mailboxes[member]!, server)).length
    if (there > cap) {
      refuse(
        `${there} mailboxes of ${server} must move together and a batch takes ${cap} of them`,
        'Raise the cap of that server or drop a link of the chain.',
      )
    }
  }
}

function checkDates(
  mailboxes: readonly PlanMailbox[],
  dates: Dates,
  neighbours: ReadonlyMap<number, HardPair[]>,
  members: readonly number[],
  vipNotBefore: Day | null,
): void {
  const fixed = members.find((member) => dates.pinned[member] !== -1)
  if (fixed === undefined) return
  const day = dates.pinned[fixed]!
  for (const other of members) {
    const theirs = dates.pinned[other]!
    const may = dates.notBefore[other]!
    if ((theirs === -1 || theirs === day) && may <= day) continue
    throw new Refusal(
      'invalid-parameter',
      `${mailboxes[fixed]!.id} is to move on ${readableDay(day)} (${pinnedBy(mailboxes[fixed]!)}) and ${mailboxes[other]!.id} ` +
        `${
          theirs === -1 || theirs === day
            ? `not before ${readableDay(may)} (${waitsBy(mailboxes[other]!, may, vipNotBefore)})`
            : `on ${readableDay(theirs)} (${pinnedBy(mailboxes[other]!)})`
        }, but they must move together: ${chainWords(mailboxes, neighbours, fixed, other)}. Give both the same day or drop a link of the chain.`,
    )
  }
}

/** Which column says on which day it moves. */
export const pinnedBy = ({ pinnedDay }: PlanMailbox): string =>
  pinnedDay === null ? 'column Pilot' : 'column MoveOn'

/** What says that it may not move before a day. */
export function waitsBy({ notBeforeDay, vip }: PlanMailbox, day: Day, vipNotBefore: Day | null): string {
  if (notBeforeDay === day) return 'column NotBefore'
  return vip && vipNotBefore === day ? 'column Vip and --vip-not-before' : '--shared last'
}

function pinWords(
  mailboxes: readonly PlanMailbox[],
  neighbours: ReadonlyMap<number, HardPair[]>,
  end: number,
  pin: number,
): string {
  const words = `${mailboxes[pin]!.id} has that day (${pinnedBy(mailboxes[pin]!)})`
  return end === pin ? words : `${words} and must move with ${chainWords(mailboxes, neighbours, pin, end)}`
}

/** Everybody who is tied to the start, nearest first, each with the pair that led there. */
function reach(neighbours: ReadonlyMap<number, HardPair[]>, start: number): Map<number, HardPair | null> {
  const found = new Map<number, HardPair | null>([[start, null]])
  // A Map hands out what is added while it is walked.
  for (const member of found.keys()) {
    for (const pair of neighbours.get(member) ?? []) {
      const other = pair.a === member ? pair.b : pair.a
      if (!found.has(other)) found.set(other, pair)
    }
  }
  return found
}

const last = (members: ReadonlyMap<number, unknown>): number => [...members.keys()].at(-1)!

function chainWords(
  mailboxes: readonly PlanMailbox[],
  neighbours: ReadonlyMap<number, HardPair[]>,
  from: number,
  to: number,
): string {
  const found = reach(neighbours, to)
  const links: string[] = []
  let at = from
  while (at !== to) {
    const pair = found.get(at)!
    const other = pair.a === at ? pair.b : pair.a
    links.push(`${mailboxes[at]!.id} with ${mailboxes[other]!.id} (${pair.because})`)
    at = other
  }
  if (links.length <= longestChain) return links.join(', ')
  const cut = links.length - longestChain
  return [...links.slice(0, 8), `… ${cut} more links …`, ...links.slice(-4)].join(', ')
}

const gigabytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GB`
