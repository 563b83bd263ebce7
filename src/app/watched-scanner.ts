import type { ScanContent, ScanEnvelope, SpamScanner, VirusScanner } from '#src/domain/scanning/scanner.ts'
import type { BoundedWarnings } from '#src/platform/log/bounded-warnings.ts'
import type { Log } from '#src/platform/log/open-log.ts'

/** How a scanner does: `failing` from the first message it gave no answer for to the next that it answers. */
export type ScannerState = {
  name: string
  kind: 'spam' | 'virus'
  failing?: { since: number; messages: number; reason: string }
}

type Watch = { log: Log; warnings: BoundedWarnings; now: () => number }

/** The spam scanner, with its outages in the log and in the state. */
export function watchedSpam(
  scanner: SpamScanner,
  watch: Watch,
): { scanner: SpamScanner; state: ScannerState } {
  const state: ScannerState = { name: scanner.name, kind: 'spam' }
  const scan = async (content: ScanContent, envelope: ScanEnvelope) =>
    noted(state, watch, await scanner.scan(content, envelope))
  return { scanner: { name: scanner.name, scan }, state }
}

/** As `watchedSpam`. */
export function watchedVirus(
  scanner: VirusScanner,
  watch: Watch,
): { scanner: VirusScanner; state: ScannerState } {
  const state: ScannerState = { name: scanner.name, kind: 'virus' }
  const scan = async (content: ScanContent) => noted(state, watch, await scanner.scan(content))
  return { scanner: { name: scanner.name, scan }, state }
}

type Verdict = { word: string; failure?: string; reason?: string }

/** Messages too large or unreadable for a scanner say nothing about it. */
function noted<V extends Verdict>(state: ScannerState, { log, warnings, now }: Watch, verdict: V): V {
  const { name, kind } = state
  if (verdict.failure === 'unavailable') {
    const reason = verdict.reason ?? ''
    const { since, messages } = state.failing ?? { since: now(), messages: 0 }
    state.failing = { since, messages: messages + 1, reason }
    warnings.warn(`scanner ${kind} ${name}`, { scanner: name, kind, reason }, 'A scanner gives no answer')
  } else if (verdict.failure === undefined && state.failing !== undefined) {
    const { since, messages } = state.failing
    delete state.failing
    log.info(
      { scanner: name, kind, messages, seconds: Math.round((now() - since) / 1000) },
      'A scanner answers again',
    )
  }
  return verdict
}
