import { Duplex } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'

/** The client's end of a connection that exists in memory only. */
export class MemoryPeer {
  /** All that the server wrote and `taken` has not given yet. */
  #output = ''
  #ended = false
  readonly stream: Duplex

  constructor() {
    this.stream = new Duplex({
      read() {},
      write: (chunk: Buffer, _encoding, done) => {
        this.#output += chunk.toString('latin1')
        done()
      },
      final: (done) => {
        this.#ended = true
        done()
      },
    })
  }

  get ended(): boolean {
    return this.#ended
  }

  send(octets: Uint8Array | string): void {
    if (!this.stream.readableEnded && !this.stream.destroyed) {
      this.stream.push(typeof octets === 'string' ? Buffer.from(octets) : octets)
    }
  }

  /** The client closes its side. */
  hangUp(): void {
    if (!this.stream.destroyed) this.stream.push(null)
  }

  taken(): string {
    const output = this.#output
    this.#output = ''
    return output
  }

  /** Until the server waits: it wrote nothing for a few turns of the event loop. */
  async settle(turns = 4): Promise<void> {
    for (let quiet = 0, before = this.#output.length; quiet < turns; quiet++) {
      await turn()
      if (this.#output.length !== before) quiet = 0
      before = this.#output.length
    }
  }
}
