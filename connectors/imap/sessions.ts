import type { ImapSession } from '#src/clients/imap/session.ts'

/** A session for as long as it is used. `isLost` makes it nobody's: what is left on the connection cannot be told apart. */
export type Lease = { session: ImapSession; giveBack(isLost?: boolean): void }

/**
 * The sessions of one mailbox: opened when they are needed, at most `most`, given to one user at a time, preferably one who
 * works in the folder that is open. A session that failed is thrown away.
 */
export class MailboxSessions {
  readonly #open: (signal: AbortSignal) => Promise<ImapSession>
  readonly #most: number
  #idle: ImapSession[] = []
  #used = new Set<ImapSession>()
  #opening = 0
  #waiting: (() => void)[] = []
  #closed = false

  constructor(open: (signal: AbortSignal) => Promise<ImapSession>, most: number) {
    this.#open = open
    this.#most = most
  }

  /** A session; ended when `signal` aborts before it is given back. Rejects with ImapFailure or the reason of the abort. */
  async lease(folder: string | null, signal: AbortSignal): Promise<Lease> {
    const session = await this.#take(folder, signal)
    const cut = () => session.destroy()
    signal.addEventListener('abort', cut, { once: true })
    let held = true
    return {
      session,
      giveBack: (isLost = false) => {
        if (!held) return
        held = false
        signal.removeEventListener('abort', cut)
        this.#used.delete(session)
        if (isLost || this.#closed) session.destroy()
        if (session.failure === undefined) this.#idle.push(session)
        this.#waiting.shift()?.()
      },
    }
  }

  async use<T>(
    folder: string | null,
    signal: AbortSignal,
    work: (session: ImapSession) => Promise<T>,
  ): Promise<T> {
    const { session, giveBack } = await this.lease(folder, signal)
    try {
      return await work(session)
    } finally {
      giveBack(signal.aborted)
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    const idle = this.#idle.splice(0)
    for (const session of this.#used) session.destroy()
    await Promise.all(idle.map((session) => session.logout()))
  }

  async #take(folder: string | null, signal: AbortSignal): Promise<ImapSession> {
    for (;;) {
      signal.throwIfAborted()
      this.#idle = this.#idle.filter(({ failure }) => failure === undefined)
      const at = this.#idle.findIndex(({ selected }) => selected?.name === folder)
      const [found] = this.#idle.splice(Math.max(at, 0), 1)
      if (found !== undefined) return this.#mark(found)
      if (this.#used.size + this.#opening < this.#most) break
      await this.#turn(signal)
    }
    this.#opening++
    try {
      return this.#mark(await this.#open(signal))
    } catch (error) {
      // Whoever waits for a place may try.
      this.#waiting.shift()?.()
      throw error
    } finally {
      this.#opening--
    }
  }

  #mark(session: ImapSession): ImapSession {
    this.#used.add(session)
    return session
  }

  #turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const go = () => {
        signal.removeEventListener('abort', go)
        this.#waiting = this.#waiting.filter((each) => each !== go)
        resolve()
      }
      signal.addEventListener('abort', go, { once: true })
      this.#waiting.push(go)
    })
  }
}
