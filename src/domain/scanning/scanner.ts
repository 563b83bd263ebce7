/**
 * The words of SES for a verdict (SEC-03). `GRAY`: the scanner is not sure. `PROCESSING_FAILED`: there is no answer, because
 * the scanner is down or the message is not for it.
 */
export type ScanWord = 'PASS' | 'FAIL' | 'GRAY' | 'PROCESSING_FAILED'

/** Why there is no answer. `unavailable`: asking again later may help; `too-large`: it will not; `unreadable`: neither. */
export type ScanFailure = 'unavailable' | 'too-large' | 'unreadable'

export type SpamVerdict =
  | {
      word: 'PASS' | 'FAIL' | 'GRAY'
      /** What the scanner added up, and what it calls spam; the higher the worse. */
      score: number
      threshold: number
      /** Names of the rules that matched, at most 100. */
      rules: readonly string[]
    }
  | { word: 'PROCESSING_FAILED'; failure: ScanFailure; reason: string }

export type VirusVerdict =
  | { word: 'PASS' }
  /** `threat` is the scanner's name for it, for example `Eicar-Test-Signature`. */
  | { word: 'FAIL'; threat: string }
  | { word: 'PROCESSING_FAILED'; failure: ScanFailure; reason: string }

/** A message that can be read more than once, so that a scanner can be asked again. */
export type ScanContent = {
  sizeBytes: number
  /** The octets from the first on; each call starts anew. */
  open(): AsyncIterable<Uint8Array>
}

/** What spam scanners like to know besides the message. */
export type ScanEnvelope = {
  /** Name under which the message can be traced. */
  queueId: string
  /** Address of the machine that is judged; see `firstUntrustedHop`. */
  clientAddress?: string
  helo?: string
  /** Its confirmed name in DNS. */
  clientName?: string
  /** Empty for the null sender. */
  sender: string
  recipients: readonly string[]
  /** Who logged in to send it. */
  user?: string
}

/** Resolves within its own deadline with a verdict, whatever happens on the way; rejects only as `content` does. */
export type SpamScanner = {
  /** For the log and the trace. */
  name: string
  scan(content: ScanContent, envelope: ScanEnvelope): Promise<SpamVerdict>
}

/** As SpamScanner. */
export type VirusScanner = {
  name: string
  scan(content: ScanContent): Promise<VirusVerdict>
}
