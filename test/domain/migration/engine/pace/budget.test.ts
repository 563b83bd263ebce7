import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SourceBudget } from '#src/domain/migration/engine/pace/budget.ts'
import { OctetPace, PAGE_MS } from '#src/domain/migration/engine/pace/octet-pace.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { ManualClock } from '#test/support/manual-clock.ts'
import { useAll } from '#test/support/used-budget.ts'

const { signal } = new AbortController()

const ALLOWED = 10
const refusal = () => new SourceFailure('too-many', 'ErrorExceededConnectionCount', 'Too many at once.')
const ASKING = 16

/** A server that does the work of so many calls in a round and turns away one more, and who asks it for `calls` each. */
async function againstServer(budget: SourceBudget, calls: number, allowed = ALLOWED) {
  const seen = { breaches: 0, served: 0, rounds: 0 }
  let inUse = 0
  let isOver = false
  const call = async (): Promise<void> => {
    const place = await budget.enter(signal)
    inUse++
    await new Promise(setImmediate)
    if (inUse > allowed) {
      seen.breaches++
      budget.tooMany(refusal(), place.begun)
    } else {
      seen.served++
      budget.succeeded(place.begun)
    }
    inUse--
    place.leave()
  }
  const round = () => {
    seen.rounds++
    if (!isOver) setImmediate(round)
  }
  setImmediate(round)
  const workers = Array.from({ length: ASKING }, async () => {
    for (let each = 0; each < calls; each++) await call()
  })
  await Promise.all(workers)
  isOver = true
  return seen
}

test('a server that allows ten at once is asked for too many once, and then for ten (scenario 5)', async () => {
  const budget = new SourceBudget('server', ASKING, new ManualClock())
  const { breaches, served, rounds } = await againstServer(budget, 100)
  assert.ok(breaches <= 3, `${breaches} breaches`)
  assert.equal(budget.limit, ALLOWED)
  assert.ok(served >= ASKING * 100 - breaches)
  const most = rounds * ALLOWED
  assert.ok(served >= 0.9 * most, `${served} of ${most} that it could have served`)
})

test('what nobody makes use of is no reason for more: all begin at once at a server that had one call at a time', async () => {
  const budget = new SourceBudget('server', 27, new ManualClock())
  for (let call = 0; call < 500; call++) {
    const place = await budget.enter(signal)
    budget.succeeded(place.begun)
    place.leave()
  }
  assert.equal(budget.limit, 4)
  const { breaches } = await againstServer(budget, 20)
  assert.ok(breaches <= 3, `${breaches} breaches`)
  assert.equal(budget.limit, ALLOWED)
})

test('a call that goes well while answers are here whose calls have not ended says nothing of as many at once', async () => {
  const budget = new SourceBudget('server', 27, new ManualClock())
  for (let time = 0; time < 5; time++) await useAll(budget)
  const before = budget.limit
  assert.ok(before > ALLOWED)
  const answered = await Promise.all(Array.from({ length: before - 1 }, () => budget.enter(signal)))
  const alone = await budget.enter(signal)
  budget.succeeded(alone.begun)
  alone.leave()
  assert.equal(budget.limit, before)
  for (const place of answered) {
    budget.succeeded(place.begun)
    place.leave()
  }
  await useAll(budget)
  assert.equal(budget.limit, before + 1, 'one more, as all were there at once')
})

test('what a server allows may go down and up: it is followed, with few calls that are refused', async () => {
  const clock = new ManualClock()
  const budget = new SourceBudget('server', ASKING, clock)
  const breaches: number[] = []
  for (const allowed of [10, 5, 14, 3, 12]) {
    let refused = 0
    // Each time what was refused before is tried again.
    for (let time = 0; time < 8; time++) {
      refused += (await againstServer(budget, 30, allowed)).breaches
      clock.advance(3 * 3_600_000)
    }
    assert.ok(Math.abs(budget.limit - allowed) <= 1, `${budget.limit} of ${allowed}`)
    breaches.push(refused)
  }
  assert.ok(Math.max(...breaches) <= 20, `${breaches} in a day each`)
})

test('a call beside another one that is refused is told at once, and not again with that one', async () => {
  const budget = new SourceBudget('server', 10, new ManualClock())
  for (let time = 0; time < 3; time++) await useAll(budget)
  const places = await Promise.all(Array.from({ length: 9 }, () => budget.enter(signal)))
  const beside = budget.spare()!
  const failure = refusal()
  beside(failure)
  beside(failure)
  assert.deepEqual([budget.limit, budget.breaches, budget.inUse], [9, 1, 9])
  assert.equal(budget.spare(), undefined)
  for (const { leave } of places.slice(1)) leave()
  budget.tooMany(failure, places[0]!.begun)
  assert.deepEqual([budget.limit, budget.breaches], [9, 1])
})

test('a call that is refused says how many were too many, also where most of the others are done by then', async () => {
  const budget = new SourceBudget('server', 10, new ManualClock())
  for (let time = 0; time < 3; time++) await useAll(budget)
  const places = await Promise.all(Array.from({ length: 8 }, () => budget.enter(signal)))
  for (const { leave } of places.slice(1)) leave()
  budget.tooMany(refusal(), places[0]!.begun)
  assert.equal(budget.limit, 7)
})

test('what a server has refused is tried again ever more seldom: a few times in a night', async () => {
  const clock = new ManualClock()
  const budget = new SourceBudget('server', ASKING, clock)
  let breaches = 0
  for (let minute = 0; minute < 10 * 60; minute++) {
    breaches += (await againstServer(budget, 4)).breaches
    clock.advance(60_000)
  }
  assert.ok(breaches >= 2, 'it may allow more by then')
  assert.ok(breaches <= 10, `${breaches} breaches`)
  assert.equal(budget.limit, ALLOWED)
})

test('a number that is refused again as soon as it is tried rests twice as long each time, and a third of a day at most', async () => {
  const clock = new ManualClock()
  const budget = new SourceBudget('server', 5, clock)
  const minutes: number[] = []
  for (let round = 0; round < 9; round++) {
    await useAll(budget)
    assert.equal(budget.limit, 5, 'it is tried')
    // Those that were under way then are refused beside it.
    const held = Array.from({ length: 5 }, () => budget.spare()!)
    budget.tooMany()
    for (const leave of held) leave()
    for (let waited = 0; ; waited++) {
      assert.ok(waited <= 600, 'it is tried again')
      const before = budget.limit
      await useAll(budget)
      if (budget.limit > 4) {
        assert.equal(before, 4)
        minutes.push(waited)
        break
      }
      clock.advance(60_000)
    }
  }
  assert.deepEqual(minutes, [10, 20, 40, 80, 160, 320, 480, 480, 480])
})

test('a password that is refused is tried again after minutes, and from the second time on after a day', async () => {
  const clock = new ManualClock()
  const budget = new SourceBudget('server', 5, clock)
  const restMinutes = async () => {
    const ended = await budget.signIn.turn(signal)
    budget.restUnsigned('The password is wrong.')
    ended()
    return (budget.trouble!.until - clock.now()) / 60_000
  }
  const first = await restMinutes()
  assert.equal(first, 5)
  assert.doesNotMatch(budget.trouble!.message, /once a day/)
  clock.advance(first * 60_000)
  assert.equal(await restMinutes(), 24 * 60)
  assert.match(budget.trouble!.message, /once a day/)
})

test('a server that never refuses is asked for all it allows after a few calls; one that did so is tried carefully', async () => {
  const budget = new SourceBudget('server', 10, new ManualClock())
  for (const limit of [6, 8, 10, 10]) {
    await useAll(budget)
    assert.equal(budget.limit, limit)
  }
  const held = await Promise.all(Array.from({ length: 9 }, () => budget.enter(signal)))
  budget.busy()
  assert.equal(budget.limit, 5)
  for (let call = 0; call < 4; call++) budget.succeeded()
  assert.equal(budget.limit, 5)
  budget.succeeded()
  assert.equal(budget.limit, 6)
  for (const { leave } of held) leave()
})

test('a place to spare is one that nobody waits for, below every limit', async () => {
  const budget = new SourceBudget('server', 4, new ManualClock())
  const { leave: own } = await budget.enter(signal)
  const places = [1, 2, 3].map(() => budget.spare())
  assert.equal(budget.inUse, 4)
  assert.equal(budget.spare(), undefined)
  const waits = budget.enter(signal)
  places[0]!()
  places[0]!()
  const { leave } = await waits
  assert.equal(budget.inUse, 4)
  leave()
  budget.setCap({ connections: 2 })
  assert.equal(budget.spare(), undefined)
  budget.setCap({ callsPerSecond: 5 })
  assert.equal(budget.spare(), undefined, 'a rate is kept by who waits for it')
  budget.setCap({})
  places[1]!()
  assert.notEqual(budget.spare(), undefined)
  own()
})

test('a cap holds from the next call on, and can be taken away', async () => {
  const budget = new SourceBudget('server', 10, new ManualClock())
  const held = await Promise.all([1, 2, 3].map(() => budget.enter(signal)))
  budget.setCap({ connections: 1 })
  let entered = false
  const waiting = budget.enter(signal).then((place) => {
    entered = true
    return place
  })
  for (const { leave } of held.slice(0, 2)) leave()
  await new Promise(setImmediate)
  assert.equal(entered, false)
  held[2]!.leave()
  held[2]!.leave()
  const { leave } = await waiting
  assert.equal(budget.inUse, 1)
  budget.setCap({})
  await budget.enter(signal)
  leave()
  assert.equal(budget.inUse, 1)
})

test('who waits for a place is called off by its signal', async () => {
  const budget = new SourceBudget('server', 1, new ManualClock())
  const { leave } = await budget.enter(signal)
  const cut = new AbortController()
  const waiting = budget.enter(cut.signal)
  cut.abort(new Error('called off'))
  await assert.rejects(waiting, /called off/)
  leave()
  await budget.enter(signal)
  assert.equal(budget.inUse, 1)
})

test('calls and octets keep to their rates', async () => {
  const clock = new ManualClock()
  const stop = clock.leap(1)
  const budget = new SourceBudget('server', 10, clock)
  budget.setCap({ callsPerSecond: 5 })
  const start = clock.now()
  for (let i = 0; i < 25; i++) (await budget.enter(signal)).leave()
  const seconds = (clock.now() - start) / 1_000
  // A second's worth goes at once.
  assert.ok(seconds >= 3.5 && seconds <= 5.5, `${seconds}`)

  budget.setCap({ bytesPerSecond: 1_000 })
  const from = clock.now()
  for (let i = 0; i < 5; i++) {
    const { leave, spend } = await budget.enter(signal)
    spend(1_000)
    leave()
  }
  const took = (clock.now() - from) / 1_000
  stop()
  assert.ok(took >= 2.5 && took <= 5.5, `${took}`)
  assert.ok((budget.idle.get('speed limit') ?? 0) > 0, 'the wait has a name')
})

test('who waits for the speed of their project holds no place of others, and one second of it is one second', async () => {
  const clock = new ManualClock()
  const budget = new SourceBudget('server', 4, clock)
  const total = new OctetPace()
  total.set(1_000, clock.now())
  total.owe(60_000, clock.now(), clock.now())
  const causes = new Set<string>()
  const cut = new AbortController()
  const slow = Array.from({ length: 6 }, () =>
    budget.enter(cut.signal, { tell: (cause) => causes.add(cause), also: total }).catch(() => undefined),
  )
  const settle = () => new Promise(setImmediate)
  await settle()
  assert.equal(budget.inUse, 0)
  const { leave } = await budget.enter(signal)
  leave()
  for (let second = 0; second < 5; second++) {
    clock.advance(1_000)
    await settle()
  }
  assert.deepEqual([...causes], ['speed limit'])
  assert.equal(budget.idle.get('speed limit'), 5_000)
  assert.equal(budget.idle.get('connections all in use'), undefined)
  cut.abort(new Error('over'))
  await Promise.all(slow)
})

test('whoever has waited for a place keeps to the speed that others used up meanwhile', async () => {
  const clock = new ManualClock()
  const budget = new SourceBudget('server', 1, clock)
  budget.setCap({ bytesPerSecond: 1_000 })
  clock.advance(PAGE_MS)
  const { leave: first, spend } = await budget.enter(signal)
  let entered = 0
  const others = [1, 2].map(() =>
    budget.enter(signal).then(({ leave, spend }) => {
      entered++
      spend(3_000)
      leave()
    }),
  )
  await new Promise(setImmediate)
  spend(3_000)
  first()
  await new Promise(setImmediate)
  assert.deepEqual([entered, budget.inUse], [0, 0])
  const stop = clock.leap(1)
  const start = clock.now()
  await Promise.all(others)
  stop()
  assert.ok(clock.now() - start >= 4_000, `${clock.now() - start}`)
})

test('a server that is out of reach rests shortly at first, then for a part of the time that it is away', () => {
  const clock = new ManualClock()
  const budget = new SourceBudget('server', 4, clock)
  const rests: number[] = []
  const away = () => {
    budget.rest('server out of reach', 'It is away.')
    rests.push(budget.trouble!.until - clock.now())
  }
  away()
  for (const minutes of [1, 2, 7, 20]) {
    clock.advance(minutes * 60_000)
    away()
  }
  assert.deepEqual(rests, [5_000, 15_000, 45_000, 150_000, 300_000])
  budget.succeeded()
  away()
  assert.equal(rests.at(-1), 5_000)
  budget.rest('server refuses us', 'No.')
  assert.equal(budget.trouble!.until - clock.now(), 300_000)
})

test('busy halves, success adds one at a time, never above what the server has', async () => {
  const clock = new ManualClock()
  const budget = new SourceBudget('server', 6, clock)
  for (let i = 0; i < 5; i++) await useAll(budget)
  assert.equal(budget.limit, 6)
  clock.advance(2_000)
  budget.busy()
  budget.busy()
  assert.equal(budget.limit, 3, 'once a second')
  for (let i = 0; i < 10; i++) {
    clock.advance(2_000)
    budget.busy()
  }
  assert.equal(budget.limit, 1)
})

test('a number of connections that is none lets one call in at a time, and never nobody', async () => {
  for (const connections of [Number.NaN, 0, -3]) {
    const budget = new SourceBudget('server', connections, new ManualClock())
    assert.equal(budget.limit, 1)
    budget.setCap({ connections: Number.NaN })
    const { leave } = await budget.enter(signal)
    leave()
    budget.succeeded()
    assert.equal(budget.limit, 1)
  }
})

test('what ends of an account is not told any more once another one is given', () => {
  const budget = new SourceBudget('server', 4, new ManualClock())
  budget.noteExpiries([{ what: 'password', of: 'svc', endsAt: 1 }])
  budget.signsInAnew()
  assert.deepEqual(budget.expiries, [])
})

test('a trouble that comes and goes is told once an hour, another one at once, all anew with other credentials', () => {
  const clock = new ManualClock()
  const budget = new SourceBudget('server', 4, clock)
  const told = (message: string) => {
    const isTold = budget.rest('server out of reach', message)
    budget.succeeded()
    return isTold
  }
  assert.ok(told('It is away.'))
  for (let time = 0; time < 19; time++) {
    clock.advance(20_000)
    assert.ok(!told('It is away.'))
  }
  assert.ok(told('It says nonsense.'))
  clock.advance(3_600_000)
  assert.ok(told('It is away.'))
  budget.signsInAnew()
  assert.ok(told('It is away.'))
})
