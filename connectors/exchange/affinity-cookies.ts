/** More than any load balancer in front of Exchange sets. */
const MOST = 16
const LONGEST = 4_096

/** Cookies by which a load balancer leads the calls for one mailbox to the same server. They live as long as the mailbox is open. */
export class AffinityCookies {
  readonly #values = new Map<string, string>()

  /** Those of an answer's Set-Cookie. */
  take(fields: readonly string[]): void {
    for (const field of fields) {
      const [pair = '', ...attributes] = field.split(';')
      const at = pair.indexOf('=')
      if (at < 1 || pair.length > LONGEST) continue
      const name = pair.slice(0, at).trim()
      this.#values.delete(name)
      const over = attributes.some((one) => /^\s*max-age\s*=\s*-?0*\s*$/i.test(one))
      if (!over && this.#values.size < MOST) this.#values.set(name, pair.slice(at + 1).trim())
    }
  }

  /** The value of Cookie; empty without one. */
  header(): string {
    return [...this.#values].map(([name, value]) => `${name}=${value}`).join('; ')
  }
}
