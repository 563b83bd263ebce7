import assert from 'node:assert/strict'
import { test } from 'node:test'
import pino from 'pino'
import { watchedVirus } from '#src/app/watched-scanner.ts'
import { scannerLines } from '#src/cli/commands/status.ts'
import type { VirusVerdict } from '#src/domain/scanning/scanner.ts'
import { BoundedWarnings } from '#src/platform/log/bounded-warnings.ts'

test('an outage of a scanner is in the log and in the state until it answers again', async () => {
  const lines: Record<string, unknown>[] = []
  const log = pino({}, { write: (line) => void lines.push(JSON.parse(line)) })
  let verdict: VirusVerdict
  const { scanner, state } = watchedVirus(
    { name: 'clamd', scan: async () => verdict },
    { log, warnings: new BoundedWarnings(log, () => 0), now: () => 5_000 },
  )
  const content = { sizeBytes: 0, open: async function* () {} }
  verdict = { word: 'PROCESSING_FAILED', failure: 'too-large', reason: 'over its limit' }
  await scanner.scan(content)
  assert.equal(state.failing, undefined, 'a message too large for it is no outage')
  verdict = { word: 'PROCESSING_FAILED', failure: 'unavailable', reason: 'connection refused' }
  for (let no = 0; no < 3; no++) assert.equal(await scanner.scan(content), verdict)
  assert.deepEqual(state, {
    name: 'clamd',
    kind: 'virus',
    failing: { since: 5_000, messages: 3, reason: 'connection refused' },
  })
  verdict = { word: 'PASS' }
  await scanner.scan(content)
  assert.equal(state.failing, undefined)
  assert.deepEqual(
    lines.map(({ level, msg, reason, messages }) => [level, msg, reason ?? messages]),
    [
      [40, 'A scanner gives no answer', 'connection refused'],
      [30, 'A scanner answers again', 3],
    ],
  )
})

test('the status names scanners, and their trouble', () => {
  const failing = { StartTime: 1_795_000_000, Messages: 12, Reason: 'connection refused' }
  const [spam, virus] = scannerLines([
    { Name: 'rspamd', Kind: 'spam' },
    { Name: 'clamd', Kind: 'virus', Failing: failing },
  ])
  assert.deepEqual(spam, ['Spam scanner', 'rspamd'])
  assert.equal(virus![0], 'Virus scanner')
  assert.match(virus![1], /^clamd gives no answer since 2026-\S+ \S+ \(12 messages\): connection refused$/)
})
