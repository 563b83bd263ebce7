import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SourceBudget } from '#src/domain/migration/engine/pace/budget.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { randomNumbers } from '#test/fuzz/random.ts'
import { ManualClock } from '#test/support/manual-clock.ts'

const { signal } = new AbortController()
const SEEDS = Number(process.env.LIMIT_SEEDS ?? 30)
const refusal = () => new SourceFailure('too-many', 'ErrorExceededConnectionCount', 'Too many at once.')

/**
 * Mailboxes that ask a server at once, each with calls and the requests beside them for which there are places, for nine
 * minutes. The server takes its time, is away, and answers one more than it allows at once with no.
 */
async function nineMinutes(seed: number, { allows, lanes }: { allows: number; lanes: number }) {
  const clock = new ManualClock()
  const budget = new SourceBudget('server', 27, clock)
  const below = randomNumbers(seed)
  const random = () => below(1_000) / 1_000
  const ends = clock.now() + 9 * 60_000
  const wayMs = 1 + 60 * random()
  const callMs = 300 + 3_000 * random()
  /** All calls take as long, so that all begin and end together. */
  const inStep = random() < 0.5
  /** What came is stored before the place is let go of: for the server there is one fewer meanwhile. */
  const storeMs = 0.1 * callMs * random()
  const seen = { breaches: 0, busyMs: 0, startedAt: clock.now() }
  let under = 0
  const ask = async () => {
    await clock.sleep(wayMs * (0.5 + random()), signal)
    if (under >= allows) {
      seen.breaches++
      await clock.sleep(wayMs, signal)
      throw refusal()
    }
    under++
    const took = callMs * (inStep ? 1 : 0.5 + random())
    await clock.sleep(took, signal)
    seen.busyMs += took + 2 * wayMs + storeMs
    under--
    await clock.sleep(wayMs, signal)
  }
  const lane = async () => {
    while (clock.now() < ends) {
      const place = await budget.enter(signal)
      const beside = random() < 0.5 ? budget.spare() : undefined
      const besides = beside && ask().then(() => beside(), beside)
      await ask().then(
        () => budget.succeeded(place.begun),
        (failure) => budget.tooMany(failure, place.begun),
      )
      await besides
      await clock.sleep(storeMs * 2 * random(), signal)
      place.leave()
    }
  }
  let left = lanes
  for (let each = 0; each < lanes; each++) void lane().finally(() => left--)
  while (left > 0) {
    await new Promise(setImmediate)
    if (clock.next !== undefined) clock.advanceTo(clock.next)
  }
  const used = seen.busyMs / Math.min(allows, lanes) / (clock.now() - seen.startedAt)
  return { breaches: seen.breaches, used }
}

test('however many it allows, two or more, and however many mailboxes begin at once, a server refuses three calls at most', async () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const [allows, lanes] = [2 + (seed % 26), 4 + ((7 * seed) % 41)]
    const { breaches, used } = await nineMinutes(seed, { allows, lanes })
    const what = `${lanes} lanes, ${allows} allowed (${seed})`
    assert.ok(breaches <= 3, `${what}: ${breaches} breaches`)
    assert.ok(used >= 0.9, `${what}: ${used.toFixed(3)} of it used`)
  }
})
