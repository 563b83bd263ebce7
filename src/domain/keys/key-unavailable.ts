/**
 * Why an organisation key cannot be used.
 * - `disabled`: it is there, and somebody switched it off; it can be switched on again.
 * - `missing`: it is not where its reference says; what it wrapped stays unreadable until it is brought back.
 * - `unreachable`: its provider does not answer, or answers with a failure of its own; trying later may help.
 * - `denied`: the provider is there and does not let us (PIN, rights, a file mode that is too wide).
 * - `unusable`: what lies in its place is no whole key, or not this one.
 * - `damaged`: a data key does not open under it: changed, cut, or of another context.
 */
export type KeyTrouble = 'disabled' | 'missing' | 'unreachable' | 'denied' | 'unusable' | 'damaged'

/**
 * An organisation key cannot be used, so nothing under it can be read or written (SEC-04, SEC-05). The message is
 * a whole sentence for an administrator: what is wrong and what to do. It never holds key material or a PIN.
 */
export class KeyUnavailable extends Error {
  override readonly name = 'KeyUnavailable'
  readonly reason: KeyTrouble

  constructor(reason: KeyTrouble, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.reason = reason
  }
}
