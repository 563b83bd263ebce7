import { createHash } from 'node:crypto'
import type { SmtpServer } from '#src/clients/smtp/open-session.ts'
import { Hop, type HopLimits } from './hop.ts'

/** Hosts whose sessions are kept at once; beyond that those at rest go. */
const MOST_KEPT = 500

/** The hosts that mail is handed to, each with its sessions for as long as it is in use. */
export class Hops {
  readonly #hops = new Map<string, Hop>()
  readonly #limits: HopLimits
  readonly #now: () => number

  constructor(limits: HopLimits, now: () => number) {
    this.#limits = limits
    this.#now = now
  }

  /** `name` is for people. Sessions are shared only where everything of the server is the same, credentials too. */
  to(name: string, server: SmtpServer, limits: Partial<HopLimits> = {}): Hop {
    const key = createHash('sha256')
      .update(JSON.stringify([name, server, limits]))
      .digest('hex')
    let hop = this.#hops.get(key)
    if (hop === undefined) {
      this.#prune()
      hop = new Hop(name, key, server, { ...this.#limits, ...limits })
      this.#hops.set(key, hop)
    }
    hop.lastUsedAt = this.#now()
    return hop
  }

  async close(): Promise<void> {
    await Promise.all([...this.#hops.values()].map((hop) => hop.close()))
    this.#hops.clear()
  }

  #prune(): void {
    if (this.#hops.size < MOST_KEPT) return
    const before = this.#now() - this.#limits.idleMs
    for (const [key, hop] of this.#hops) {
      if (!hop.isIdle || hop.lastUsedAt > before) continue
      this.#hops.delete(key)
      void hop.close()
    }
  }
}
