import type { SourceItem, SourceOctets } from '#src/domain/migration/source.ts'

/** An item that goes back to a source: a message without a body, but for what is given. */
export const returnedItem = (given: Partial<SourceItem>): SourceItem => ({
  ...{ key: 'here', version: '1', match: null, class: 'message', title: 'since', flags: 0, keywords: [] },
  ...{ receivedAt: Date.UTC(2026, 5, 1, 10), properties: {}, message: null, content: null },
  ...{ attachments: [], losses: [] },
  ...given,
})

/** Octets as a source is given them, in more pieces than one where they are many. */
export const givenOctets = (octets: Buffer): SourceOctets => ({
  sizeBytes: octets.length,
  async *open() {
    for (let at = 0; at < octets.length; at += 100_000) yield octets.subarray(at, at + 100_000)
  },
})
