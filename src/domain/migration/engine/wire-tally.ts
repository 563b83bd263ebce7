/** A call that is under way. */
export type TalliedCall = {
  /** Octets that it paid for. */
  paid(bytes: number): void
  /** How many octets were carried by now that nobody has paid for: whoever ends pays them. */
  end(): number
}

/**
 * What the connections of a source carry, beside what was paid for as items: lists, questions, what the encoding adds and what goes
 * there. Calls are made beside each other, so that what is carried is not told apart by them.
 */
export class WireTally {
  readonly #carried: () => number
  #paid: number
  /** Paid by calls under way: it may still be to come. */
  #ahead = 0

  /** `carried`: octets so far. */
  constructor(carried: () => number) {
    this.#carried = carried
    this.#paid = carried()
  }

  begin(): TalliedCall {
    let own = 0
    return {
      paid: (bytes) => {
        own += bytes
        this.#ahead += bytes
        this.#paid += bytes
      },
      end: () => {
        this.#ahead -= own
        own = 0
        const carried = this.#carried()
        const unpaid = Math.max(0, carried - this.#paid)
        // What came as less than it was paid for is nobody's to spend later.
        this.#paid = Math.min(this.#paid + unpaid, carried + this.#ahead)
        return unpaid
      },
    }
  }
}
