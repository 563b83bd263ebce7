import assert from 'node:assert/strict'
import { test } from 'node:test'
import pino from 'pino'
import { BoundedWarnings } from '#src/platform/log/bounded-warnings.ts'

test('a cause is told once a minute, with how often it came meanwhile', () => {
  const lines: Record<string, unknown>[] = []
  let now = 0
  const log = pino({}, { write: (line) => void lines.push(JSON.parse(line)) })
  const warnings = new BoundedWarnings(log, () => now)
  for (let no = 0; no < 500; no++) warnings.warn('disk', { no }, 'No room')
  warnings.warn('scanner', {}, 'No answer')
  now = 60_000
  warnings.warn('disk', {}, 'No room')
  assert.deepEqual(
    lines.map(({ level, cause, msg, more }) => [level, cause, msg, more]),
    [
      [40, 'disk', 'No room', undefined],
      [40, 'scanner', 'No answer', undefined],
      [40, 'disk', 'No room', 499],
    ],
  )
})
