import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type ScanPolicy,
  type ScanVerdicts,
  scanDecision,
  verdictFields,
} from '#src/domain/scanning/scan-decision.ts'
import type { ScanFailure, SpamVerdict, VirusVerdict } from '#src/domain/scanning/scanner.ts'

const spamOf = (word: 'PASS' | 'FAIL' | 'GRAY'): SpamVerdict => ({ word, score: 1, threshold: 5, rules: [] })
const none = (failure: ScanFailure = 'unavailable') => ({
  word: 'PROCESSING_FAILED' as const,
  failure,
  reason: 'down',
})
const virus: VirusVerdict = { word: 'FAIL', threat: 'Eicar' }
const clean: VirusVerdict = { word: 'PASS' }
/** As the settings have it where nobody says otherwise. */
const usual: ScanPolicy = { withoutSpamVerdict: 'accept', withoutVirusVerdict: 'defer' }
const all = (to: ScanPolicy['withoutSpamVerdict']): ScanPolicy => ({
  withoutSpamVerdict: to,
  withoutVirusVerdict: to,
})

const cases: [what: string, verdicts: ScanVerdicts, policy: ScanPolicy, action: string][] = [
  ['nothing asked', {}, usual, 'accept'],
  ['clean', { spam: spamOf('PASS'), virus: clean }, usual, 'accept'],
  ['doubt', { spam: spamOf('GRAY'), virus: clean }, usual, 'accept'],
  ['spam', { spam: spamOf('FAIL'), virus: clean }, usual, 'junk'],
  ['a virus', { spam: spamOf('PASS'), virus }, all('accept'), 'drop'],
  ['a virus while spam has no answer', { spam: none(), virus }, all('defer'), 'drop'],
  ['no virus answer', { spam: spamOf('PASS'), virus: none() }, usual, 'defer'],
  ['no virus answer for spam', { spam: spamOf('FAIL'), virus: none() }, usual, 'defer'],
  ['no spam answer', { spam: none(), virus: clean }, usual, 'accept'],
  ['too large for the virus scanner', { virus: none('too-large') }, usual, 'junk'],
  ['what the virus scanner cannot read', { virus: none('unreadable') }, all('defer'), 'junk'],
  ['what no scanner can read, let in', { virus: none('unreadable') }, all('accept'), 'accept'],
  ['too large for the spam scanner', { spam: none('too-large'), virus: clean }, all('defer'), 'accept'],
  ['no answer, let in', { spam: none(), virus: none() }, all('accept'), 'accept'],
  ['no answer, to Junk', { spam: spamOf('PASS'), virus: none('unreadable') }, all('junk'), 'junk'],
  ['no spam answer, put off', { spam: none(), virus: clean }, all('defer'), 'defer'],
]
for (const [what, verdicts, policy, action] of cases) {
  test(`${what}: ${action}`, () => assert.equal(scanDecision(verdicts, policy).action, action))
}

test('the header says what each scanner said', () => {
  assert.deepEqual(verdictFields({ spam: none(), virus }), [
    ['X-SES-Spam-Verdict', 'PROCESSING_FAILED'],
    ['X-SES-Virus-Verdict', 'FAIL'],
  ])
  assert.deepEqual(
    verdictFields({ virus: clean }).map(([, word]) => word),
    ['GRAY', 'PASS'],
  )
})
