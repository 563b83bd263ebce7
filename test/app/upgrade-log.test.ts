import assert from 'node:assert/strict'
import { test } from 'node:test'
import { upgradeLog } from '#src/app/upgrade-log.ts'
import type { Log } from '#src/platform/log/open-log.ts'

test('an upgrade is told at its start, every ten seconds, and at its end', () => {
  const lines: string[] = []
  let now = 0
  const log = {
    info: ({ done, total }: { done: number; total: number }, text: string) =>
      lines.push(`${done}/${total} ${text}`),
  }
  const report = upgradeLog(log as unknown as Log, () => now)
  for (const done of [0, 1, 2, 3, 4]) {
    report({ what: 'Bringing', done, total: 4 })
    now += 6_000
  }
  assert.deepEqual(lines, [
    '0/4 Bringing: nothing is served until that is over',
    '2/4 Bringing',
    '4/4 Bringing',
  ])
})
