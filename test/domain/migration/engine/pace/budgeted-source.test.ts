import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SourceBudget } from '#src/domain/migration/engine/pace/budget.ts'
import { budgetedSource } from '#src/domain/migration/engine/pace/budgeted-source.ts'
import type { MailboxSource } from '#src/domain/migration/source.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { ManualClock } from '#test/support/manual-clock.ts'

const { signal } = new AbortController()

/** A source whose mailboxes cannot be opened. */
const failing = (failure: SourceFailure): MailboxSource => ({
  ...{ name: 'old', server: 'server', connections: 8 },
  check: async () => [],
  open: async () => Promise.reject(failure),
  close: async () => undefined,
})

test('a place is given back when a call fails, and only a server that does not say how long gets fewer calls', async () => {
  const clock = new ManualClock()
  const opened = async (failure: SourceFailure) => {
    const budget = new SourceBudget('server', 8, clock)
    const before = budget.limit
    const source = budgetedSource({ source: failing(failure), budget, clock })
    await assert.rejects(source.open('anna@corp.example', signal), failure)
    assert.equal(budget.inUse, 0)
    return budget.limit < before
  }
  assert.equal(await opened(new SourceFailure('throttled', 'busy', 'Busy.', { backOffMs: 1_000 })), false)
  assert.equal(await opened(new SourceFailure('throttled', 'busy', 'Busy.')), true)
})

test('a server that restarts is asked again before it counts as out of reach', async () => {
  const clock = new ManualClock()
  const stop = clock.leap(1)
  const askedAt: number[] = []
  const restarting = (times: number): MailboxSource => ({
    ...failing(new SourceFailure('transient', 'lost', 'Gone.')),
    check: async () => {
      askedAt.push(clock.now())
      return askedAt.length > times
        ? [{ name: 'connection', state: 'ok', found: 'It answers.', remedy: '' }]
        : [{ name: 'connection', state: 'failed', found: 'Refused.', remedy: 'Look.', transient: true }]
    },
  })
  const checked = async (times: number, attempts?: number) => {
    askedAt.length = 0
    const budget = new SourceBudget('server', 8, clock)
    const source = budgetedSource({
      ...{ source: restarting(times), budget, clock },
      ...(attempts !== undefined && { attempts }),
    })
    const [line] = await source.check(null, signal)
    assert.equal(budget.inUse, 0)
    return [line!.state, askedAt.length]
  }
  assert.deepEqual(await checked(3), ['ok', 4])
  assert.ok(askedAt[3]! - askedAt[0]! >= 20_000)
  assert.deepEqual(await checked(9), ['failed', 4])
  assert.deepEqual(await checked(1, 1), ['ok', 2], 'who does not wait long asks twice')
  stop()
})
