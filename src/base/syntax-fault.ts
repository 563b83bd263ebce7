/**
 * The peer sent what the grammar forbids. Carries where, so that an answer can point at it.
 * Codecs throw it for any bytes they cannot read; they throw nothing else.
 */
export class SyntaxFault extends Error {
  override readonly name = 'SyntaxFault'
  /** Offset of the first octet (or character) that does not fit, when the codec knows it. */
  readonly offset: number | undefined

  constructor(message: string, offset?: number) {
    super(message)
    this.offset = offset
  }
}
