/** What RFC 9051 includes, of what is asked for here. */
const ofRevision2 = new Set([
  'ENABLE',
  'ESEARCH',
  'IDLE',
  'LIST-EXTENDED',
  'LIST-STATUS',
  'LITERAL-',
  'MOVE',
  'NAMESPACE',
  'SASL-IR',
  'SPECIAL-USE',
  'STATUS=SIZE',
  'UIDPLUS',
  'UNSELECT',
])

/** What a server says it can, kept as it was last said. */
export class Capabilities {
  #known: ReadonlySet<string> | undefined

  /** Undefined: it has not been said since it was last forgotten. */
  get known(): ReadonlySet<string> | undefined {
    return this.#known
  }

  /** Names in upper case. */
  set(capabilities: readonly string[]): void {
    this.#known = new Set(capabilities)
  }

  /** After STARTTLS and a login everything may be different. */
  forget(): void {
    this.#known = undefined
  }

  has(capability: string): boolean {
    if (this.#known === undefined) return false
    if (this.#known.has(capability)) return true
    // RFC 7162 §3.2.3.
    if (capability === 'CONDSTORE') return this.#known.has('QRESYNC')
    return this.#known.has('IMAP4REV2') && ofRevision2.has(capability)
  }

  /** APPENDLIMIT=n (RFC 7889), octets. */
  get appendLimit(): number | undefined {
    for (const each of this.#known ?? []) {
      const digits = /^APPENDLIMIT=(\d{1,15})$/.exec(each)?.[1]
      if (digits !== undefined) return Number(digits)
    }
    return undefined
  }
}
