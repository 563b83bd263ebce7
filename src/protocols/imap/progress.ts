import type { ImapSession } from './session.ts'

/** Tells a waiting client now and then how far a long command is (RFC 9585). Not to be used within another response. */
export class Progress {
  readonly #session: ImapSession
  readonly #tag: string
  #next: number

  constructor(session: ImapSession, tag: string) {
    this.#session = session
    this.#tag = tag
    this.#next = performance.now() + session.limits.progressMs
  }

  /** `done` of `goal` things. What the client does not take at once is told later, or never. */
  readonly tell = (done: number, goal: number): void => {
    if (performance.now() < this.#next || goal === 0) return
    this.#next = performance.now() + this.#session.limits.progressMs
    const code = { code: 'INPROGRESS', tag: this.#tag, done, goal } as const
    this.#session.status({ status: 'OK', code, text: 'Still at it' })
    this.#session.client.connection.sendNow()
  }
}
