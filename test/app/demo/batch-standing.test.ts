import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type Batch, standsStill } from '#src/app/demo/acts/batch-standing.ts'
import { commandLine } from '#src/app/demo/command-line.ts'

const batch = (about: Partial<Batch>): Batch => ({ BatchNumber: 1, State: 'initial-sync', ...about })

test('what only a person can bring on is told, with what to do', () => {
  const stands: [Partial<Batch>, RegExp][] = [
    [{ State: 'approving', Cause: 'Look.' }, /^Batch 1 waits for an approval\. Look\. "migrate approve"/],
    [{ State: 'verifying', Cause: 'Verified as "poor": look.' }, /waits for an approval/],
    [{ State: 'failed', Cause: 'No room.' }, /failed\. No room\. "migrate retry"/],
    [{ State: 'planned', PreflightFaults: [{}] }, /did not pass its pre-flight/],
    [{ State: 'synced', Cause: 'anna failed and holds the batch: no.' }, /is held up\. anna failed/],
    [{ Paused: true }, /is paused\. "migrate resume"/],
    [{ State: 'cancelled' }, /^Batch 1 was cancelled\.$/],
  ]
  for (const [about, said] of stands) assert.match(standsStill(batch(about)) ?? '', said)
})

test('what goes on by itself is waited for', () => {
  for (const about of [
    {},
    { State: 'planned', PreflightFaults: [] },
    { State: 'verifying', Cause: 'A mailbox is being compared.' },
    { State: 'synced', Cause: '' },
    { State: 'finalising' },
  ] as const)
    assert.equal(standsStill(batch(about)), undefined)
})

test('a command line can be pasted where the user is', () => {
  const root = fileURLToPath(new URL('../../../', import.meta.url)).replace(/\/$/, '')
  assert.equal(commandLine(['status'], root), 'bin/landbridge status')
  assert.equal(commandLine(['status'], `${root}/bin`), './landbridge status')
  assert.equal(commandLine(['status'], `${root}/docs`), '../bin/landbridge status')
  assert.equal(
    commandLine(['serve', '--data', "it's here"], root),
    "bin/landbridge serve --data 'it'\\''s here'",
  )
  assert.ok(commandLine(['status'], '/').endsWith('bin/landbridge status'))
})
