import { SyntaxFault } from '#src/base/syntax-fault.ts'

/**
 * What one TNEF stream may cost, with all messages within it: small octets can promise many values and much text. One budget is
 * passed through the whole of a decoding.
 */
export class TnefBudget {
  /** 500 recipients and 500 attachments (LIM-11) of 100 properties each. */
  #values = 200_000
  #rtfBytes: number

  constructor(rtfBytes = 32 * 1024 * 1024) {
    this.#rtfBytes = rtfBytes
  }

  /** Counts property values. SyntaxFault when it is too many. */
  takeValues(count: number): void {
    this.#values -= count
    if (this.#values < 0) throw new SyntaxFault('more property values than a message has')
  }

  /** How much RTF may still be opened; what was opened is taken off. */
  get rtfBytes(): number {
    return this.#rtfBytes
  }

  takeRtf(bytes: number): void {
    this.#rtfBytes -= bytes
  }
}
