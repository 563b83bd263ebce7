import { SeededRandom } from '../../batching/random.ts'
import { RankedHeap } from '../../batching/ranked-heap.ts'
import type { Done, Rate } from './rate-window.ts'

/** What was read of one mailbox, and how long its lane took. */
export type Reading = Done & { ms: number }

/** A mailbox of which something is to come, and what was read of it so far. */
export type ToCome = { left: Done; read?: Reading | undefined }

/** How long work takes from now on, in milliseconds of time in which it may be done. */
export type CopyEstimate = {
  /** As likely sooner as later. */
  ms: number
  /** Nine times in ten the end lies between these. */
  earliestMs: number
  latestMs: number
  /** Mailboxes that it was measured with. */
  mailboxes: number
}

/** What is read within less says nothing of a mailbox. */
const LEAST_READING_MS = 1_000
/**
 * How much the speeds of mailboxes of a server differ until some were measured, as a standard deviation of their
 * logarithms, which weighs as much as so many mailboxes.
 */
const USUAL = { deviation: 0.5, weight: 4 }
/** "Double, then triple the estimate" (migration.md 3.3): however little is known, it is said to be no further off. */
const MOST_OFF = 3
/** Of one that is all but read: a server is not always as fast. */
const LEAST_DEVIATION = 0.1
/** Mailboxes beyond these add next to nothing to what is known of the deviation. */
const MOST_FREE = 100
/** Ends that are drawn, fewer where there are many mailboxes: so many are drawn for in all. */
const DRAWS = 200
const FEWEST_DRAWS = 20
const MOST_DRAWN = 200_000

/**
 * Pure: how long it takes to read what is to come, in that order, so many `lanes` at once and each mailbox in one of
 * them. How fast the next mailboxes are is drawn from how fast those read so far were and how much these differ (the
 * fewer they are, the wider); those under way go on much as they did. `rate` is that of all lanes just now, null:
 * none is at work; it may stay as it is, or become again what it was. Null: not to be said.
 */
export function estimateCopy(
  toCome: readonly ToCome[],
  { readings, rate, lanes }: { readings: readonly Reading[]; rate: Rate | null; lanes: number },
): CopyEstimate | null {
  const known = readings.filter(saysSomething)
  const live = rate && {
    itemsPerSecond: rate.itemsPerSecond / lanes,
    bytesPerSecond: rate.bytesPerSecond / lanes,
  }
  const mean = known.length === 0 ? live : rateOfAll(known)
  if (mean === null) return null
  const works = toCome.map(({ left, read }) => {
    const ms = msFor(left, mean)
    if (read === undefined || !saysSomething(read)) return { ms, own: undefined }
    const readMs = msFor(read, mean)
    return { ms, own: { log: Math.log(read.ms / readMs), leftPart: ms / (ms + readMs) } }
  })
  const allMs = works.reduce((sum, { ms }) => sum + ms, 0)
  const liveMs = live === null ? allMs : toCome.reduce((sum, { left }) => sum + msFor(left, live), 0)
  if (!Number.isFinite(allMs + liveMs)) return null
  const owns = works.slice(0, lanes).flatMap(({ own }) => own ?? [])
  const isSlower =
    live === null || owns.length === 0 || allMs === 0
      ? 0
      : Math.log((liveMs / allMs) * (owns.reduce((sum, { log }) => sum + Math.exp(-log), 0) / owns.length))
  const learnt = learnFrom(known, mean)
  const random = new SeededRandom(1)
  const draws = Math.max(FEWEST_DRAWS, Math.min(DRAWS, Math.floor(MOST_DRAWN / Math.max(1, works.length))))
  const ends = Array.from({ length: draws }, () => {
    const { middle, deviation } = learnt(random)
    const stays = isSlower * random.fraction()
    const slownessOf = (own: (typeof works)[number]['own']) =>
      own === undefined
        ? middle + deviation * normal(random)
        : own.log + Math.max(LEAST_DEVIATION, deviation * own.leftPart) * normal(random)
    const took = works.map(({ ms, own }) => ms * Math.exp(slownessOf(own) + stays))
    return endOfAll(took, lanes)
  }).sort((a, b) => a - b)
  const at = (part: number) => ends[Math.floor(part * draws)]!
  const ms = at(0.5)
  return {
    ms,
    earliestMs: Math.max(at(0.05), ms / MOST_OFF),
    latestMs: Math.min(at(0.95), ms * MOST_OFF),
    mailboxes: known.length,
  }
}

const saysSomething = ({ items, ms }: Reading): boolean => items > 0 && ms >= LEAST_READING_MS

function rateOfAll(readings: readonly Reading[]): Rate {
  const sum = (of: keyof Reading) => readings.reduce((all, each) => all + each[of], 0)
  const seconds = sum('ms') / 1_000
  return { itemsPerSecond: sum('items') / seconds, bytesPerSecond: sum('bytes') / seconds }
}

/** By octets and by items: many small ones take as long as a few large ones. */
function msFor({ items, bytes }: Done, { itemsPerSecond, bytesPerSecond }: Rate): number {
  const by = (amount: number, perSecond: number) => (amount === 0 ? 0 : (amount * 1_000) / perSecond)
  return Math.max(by(items, itemsPerSecond), by(bytes, bytesPerSecond))
}

/** Each in its turn, in the lane that is free first. */
function endOfAll(works: readonly number[], lanes: number): number {
  const count = Math.max(1, Math.min(lanes, works.length))
  const soonest = new RankedHeap(count)
  for (let lane = 0; lane < count; lane++) soonest.set(lane, 0)
  let end = 0
  for (const ms of works) {
    const until = ms - soonest.topRank
    soonest.set(soonest.pop(), -until)
    end = Math.max(end, until)
  }
  return end
}

/**
 * What readings say of the slowness of mailboxes, as a logarithm: its middle and its deviation, drawn anew with each call
 * from all that they may be (normal, its mean and variance unknown). Longer readings weigh more.
 */
function learnFrom(readings: readonly Reading[], mean: Rate) {
  const told = readings.map((each) => {
    const weight = msFor(each, mean)
    return { weight, log: Math.log(each.ms / weight) }
  })
  const sum = (of: (each: (typeof told)[number]) => number) => told.reduce((all, each) => all + of(each), 0)
  const weight = sum((each) => each.weight)
  const average = weight === 0 ? 0 : sum((each) => each.weight * each.log) / weight
  const variance = weight === 0 ? 0 : sum((each) => each.weight * (each.log - average) ** 2) / weight
  // How many of one size say as much (Kish).
  const worth = weight === 0 ? 0 : weight ** 2 / sum((each) => each.weight ** 2)
  const squares = USUAL.weight * USUAL.deviation ** 2 + worth * variance
  const free = USUAL.weight + worth
  return (random: SeededRandom) => {
    const scale = free / Math.min(MOST_FREE, Math.max(1, Math.round(free)))
    const deviation = Math.sqrt(squares / (scale * chiSquare(random, Math.round(free / scale))))
    return { middle: average + (deviation / Math.sqrt(Math.max(1, worth))) * normal(random), deviation }
  }
}

/** Box and Muller's. */
const normal = (random: SeededRandom): number =>
  Math.sqrt(-2 * Math.log(1 - random.fraction())) * Math.cos(2 * Math.PI * random.fraction())

function chiSquare(random: SeededRandom, free: number): number {
  let sum = 0
  for (let at = 0; at < free; at++) sum += normal(random) ** 2
  return sum
}
