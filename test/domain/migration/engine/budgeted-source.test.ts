import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SourceBudget } from '#src/domain/migration/engine/budget.ts'
import { budgetedSource } from '#src/domain/migration/engine/budgeted-source.ts'
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
