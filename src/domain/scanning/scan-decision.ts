import type { ScanFailure, ScanWord, SpamVerdict, VirusVerdict } from './scanner.ts'

/** What to do with mail that a scanner gave no answer for. */
type WithoutVerdict =
  /** Ask the sender to come again (451), where asking again can help. What the virus scanner can never read goes to Junk then (SEC-02). */
  | 'defer'
  /** Deliver it as if it were clean, with PROCESSING_FAILED in its header. */
  | 'accept'
  /** Deliver it to Junk. */
  | 'junk'

export type ScanPolicy = { withoutSpamVerdict: WithoutVerdict; withoutVirusVerdict: WithoutVerdict }

/** Both scanners' answers; absent when none is configured. */
export type ScanVerdicts = { spam?: SpamVerdict; virus?: VirusVerdict }

/**
 * `drop`: never delivered, never journalled, whatever rules say (SEC-02). `defer`: refuse with `try-later`. `junk`: to the junk
 * folder, unless a rule of the recipient says otherwise.
 */
export type ScanDecision =
  | { action: 'accept' }
  | { action: 'junk'; because: 'spam' | 'no-verdict' }
  | { action: 'drop'; because: 'virus'; threat: string }
  | { action: 'defer'; because: 'no-verdict'; reason: string }

/** What the verdicts mean for the message, the gravest first. */
export function scanDecision({ spam, virus }: ScanVerdicts, policy: ScanPolicy): ScanDecision {
  if (virus?.word === 'FAIL') return { action: 'drop', because: 'virus', threat: virus.threat }
  const wishes = [
    virus?.word === 'PROCESSING_FAILED' ? wish(virus, policy.withoutVirusVerdict, 'junk') : undefined,
    spam?.word === 'PROCESSING_FAILED' ? wish(spam, policy.withoutSpamVerdict, 'accept') : undefined,
  ]
  const deferred = wishes.find((each) => each?.action === 'defer')
  if (deferred !== undefined) return deferred
  if (spam?.word === 'FAIL') return { action: 'junk', because: 'spam' }
  return wishes.find((each) => each?.action === 'junk') ?? { action: 'accept' }
}

function wish(
  { failure, reason }: { failure: ScanFailure; reason: string },
  to: WithoutVerdict,
  inVain: 'accept' | 'junk',
): ScanDecision {
  if (to === 'defer' && failure === 'unavailable') return { action: 'defer', because: 'no-verdict', reason }
  const action = to === 'defer' ? inVain : to
  return action === 'junk' ? { action, because: 'no-verdict' } : { action }
}

/** Without a scanner nothing was found and nothing was sought: GRAY. */
const wordOf = (verdict: { word: ScanWord } | undefined): ScanWord => verdict?.word ?? 'GRAY'

export const spamVerdictField = 'X-SES-Spam-Verdict'
const virusVerdictField = 'X-SES-Virus-Verdict'

/** The fields that received mail carries (SEC-03), after those of that name that it came with are removed. */
export function verdictFields({
  spam,
  virus,
}: ScanVerdicts): readonly (readonly [name: string, value: ScanWord])[] {
  return [
    [spamVerdictField, wordOf(spam)],
    [virusVerdictField, wordOf(virus)],
  ]
}
