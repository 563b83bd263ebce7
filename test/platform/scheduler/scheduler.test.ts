import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PartFailures } from '#src/base/part-failures.ts'
import { Scheduler } from '#src/platform/scheduler/scheduler.ts'

const never = '0 0 29 2 *'
const silent = { info: () => undefined, error: () => undefined }

test('a job that is due while it runs is left out, and runs again afterwards', async () => {
  let runs = 0
  const gate = Promise.withResolvers<void>()
  const run = () => {
    runs++
    return gate.promise
  }
  const job = { name: 'slow', schedule: never, run }
  const scheduler = new Scheduler([job], silent)
  const first = scheduler.run(job)
  await scheduler.run(job)
  assert.equal(runs, 1)
  gate.resolve()
  await first
  await scheduler.run(job)
  assert.equal(runs, 2)
  await scheduler.stop()
})

test('stopping tells what is under way, waits for it, and starts nothing more', async () => {
  const events: string[] = []
  const job = (name: string) => ({
    name,
    schedule: never,
    run: async (signal: AbortSignal) => {
      events.push(`${name} begins`)
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      events.push(`${name} ends`)
      throw signal.reason
    },
  })
  const [one, two, three] = [job('one'), job('two'), job('three')]
  const failures: string[] = []
  const scheduler = new Scheduler([one, two, three], {
    ...silent,
    error: ({ job: failed }) => void failures.push(failed),
  })
  void scheduler.run(one)
  void scheduler.run(two)
  void scheduler.run(three)
  await new Promise(setImmediate)
  await scheduler.stop()
  await scheduler.run(one)
  assert.deepEqual(events, ['one begins', 'two begins', 'one ends', 'two ends'])
  assert.deepEqual(failures, [])
})

test('a job that fails is logged, and does not end the others', async () => {
  const failures: unknown[] = []
  const job = {
    name: 'bad',
    schedule: never,
    run: async () => {
      throw new Error('no')
    },
  }
  const scheduler = new Scheduler([job], { ...silent, error: ({ err }) => void failures.push(err) })
  await scheduler.run(job)
  await scheduler.run(job)
  assert.equal(failures.length, 2)
  await scheduler.stop()
})

test('for whom a job fails is logged and told until it succeeds', async () => {
  const logged: unknown[] = []
  let failures = [
    { of: 'm-1', error: new Error('no room') },
    { of: 'm-2', error: new Error('damaged') },
  ]
  const job = {
    name: 'partly',
    schedule: never,
    run: async () => {
      if (failures.length > 0) throw new PartFailures(failures, failures.length)
    },
  }
  const scheduler = new Scheduler([job], {
    ...silent,
    error: ({ job, of, err }) => void logged.push([job, of, (err as Error).message]),
  })
  await scheduler.run(job)
  assert.deepEqual(logged, [
    ['partly', 'm-1', 'no room'],
    ['partly', 'm-2', 'damaged'],
  ])
  const [first] = scheduler.failing
  failures = failures.slice(0, 1)
  await scheduler.run(job)
  assert.deepEqual(scheduler.failing, [{ job: 'partly', since: first!.since, of: ['m-1'] }])
  failures = []
  await scheduler.run(job)
  assert.deepEqual(scheduler.failing, [])
  await scheduler.stop()
})

test('a schedule that is no cron text is refused at once', () => {
  assert.throws(
    () => new Scheduler([{ name: 'x', schedule: 'daily', run: async () => undefined }], silent),
    /no cron text/,
  )
})

test('what also runs at the start runs once then, and nothing else does', async () => {
  const ran: string[] = []
  const job = (name: string) => ({ name, schedule: never, run: async () => void ran.push(name) })
  const scheduler = new Scheduler([job('by the clock'), { ...job('at the start'), atStart: true }], silent)
  assert.deepEqual(ran, [])
  scheduler.begin()
  await scheduler.stop()
  assert.deepEqual(ran, ['at the start'])
})
