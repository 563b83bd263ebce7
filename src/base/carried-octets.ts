/** What a socket has carried in both directions. */
type Carrier = {
  readonly bytesRead: number
  readonly bytesWritten: number
  once(event: 'close', then: () => void): unknown
}

/** Octets that connections with a server have carried so far, those that are open and those that were. */
export class CarriedOctets {
  readonly #open = new Set<Carrier>()
  #closed = 0

  add(carrier: Carrier): void {
    this.#open.add(carrier)
    carrier.once('close', () => {
      if (this.#open.delete(carrier)) this.#closed += carrier.bytesRead + carrier.bytesWritten
    })
  }

  get total(): number {
    let sum = this.#closed
    for (const { bytesRead, bytesWritten } of this.#open) sum += bytesRead + bytesWritten
    return sum
  }
}
