/**
 * Matches mailbox names against a LIST pattern (RFC 9051 §6.3.9): `*` is anything, `%` anything but the delimiter; INBOX as
 * first level is told in any case. At most pattern times name steps, whatever the wildcards.
 */
export class ListPattern {
  readonly text: string
  readonly #delimiter: string
  readonly #states: Uint8Array

  /** `delimiter` is one character. */
  constructor(text: string, delimiter: string) {
    this.text = text
      .normalize('NFC')
      .replace(/[*%]*\*[*%]*/g, '*')
      .replace(/%+/g, '%')
    this.#delimiter = delimiter
    this.#states = new Uint8Array(this.text.length + 1)
  }

  matches(name: string): boolean {
    const pattern = this.text
    if (pattern === '*') return true
    if (!/[*%]/.test(pattern)) return this.#sameText(name)
    const states = this.#states.fill(0)
    states[0] = 1
    this.#skipWildcards()
    const inbox = isInbox(name, this.#delimiter)
    for (let at = 0; at < name.length; at++) {
      const char = name[at]!
      let alive = false
      // From the back, so that each state moves once.
      for (let state = pattern.length; state >= 0; state--) {
        if (states[state] === 0) continue
        const wanted = pattern[state]
        const stays = wanted === '*' || (wanted === '%' && char !== this.#delimiter)
        states[state] = stays ? 1 : 0
        if (stays) alive = true
        else if (wanted !== '%' && wanted !== undefined && same(wanted, char, inbox && at < 5)) {
          states[state + 1] = 1
          alive = true
        }
      }
      if (!alive) return false
      this.#skipWildcards()
    }
    return states[pattern.length] === 1
  }

  /** A wildcard also matches nothing. */
  #skipWildcards(): void {
    for (let state = 0; state < this.text.length; state++)
      if (this.#states[state] === 1 && (this.text[state] === '*' || this.text[state] === '%'))
        this.#states[state + 1] = 1
  }

  #sameText(name: string): boolean {
    if (this.text === name) return true
    if (!isInbox(name, this.#delimiter) || this.text.length !== name.length) return false
    return this.text.slice(0, 5).toUpperCase() === 'INBOX' && this.text.slice(5) === name.slice(5)
  }
}

const isInbox = (name: string, delimiter: string) =>
  /^inbox/i.test(name) && (name.length === 5 || name[5] === delimiter)

const same = (wanted: string, char: string, anyCase: boolean) =>
  wanted === char || (anyCase && wanted.toUpperCase() === char.toUpperCase())
