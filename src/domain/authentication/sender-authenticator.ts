import type { Hop, SenderVerdict } from './verdict.ts'

/** What a message came with. */
export type SenderEvidence = {
  /** Whom to judge, as `firstUntrustedHop` finds it; undefined leaves SPF out, and DMARC rests on DKIM alone. */
  hop: Hop | undefined
  /** MAIL FROM without angle brackets; empty for the null sender. */
  envelopeFrom: string
  /** The message as it came, read once, before anything is added to it. */
  content: AsyncIterable<Uint8Array>
}

/** Judges who sent a message: SPF, DKIM, DMARC and ARC. A connector does it. */
export type SenderAuthenticator = {
  /**
   * Resolves within the deadline of the connector, whatever DNS does: what cannot be found out is `temperror`, what
   * makes no sense `permerror`. Rejects only as `content` does.
   */
  authenticate(evidence: SenderEvidence): Promise<SenderVerdict>
}
