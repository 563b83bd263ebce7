/** A call that is under way. */
export type TalliedCall = {
  /** Octets of items that have come: they are paid for, those that were asked for already when it began. */
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

  /** `asked`: octets of items that are paid for before they come (`OctetPace.reserve`). */
  begin(asked = 0): TalliedCall {
    let own = asked
    let came = 0
    this.#pay(asked)
    return {
      paid: (bytes) => {
        came += bytes
        const more = Math.max(0, came - own)
        own += more
        this.#pay(more)
      },
      end: () => {
        this.#ahead -= own
        // What was asked for and did not come is given back.
        this.#paid -= Math.max(0, own - came)
        own = 0
        came = 0
        const carried = this.#carried()
        const unpaid = Math.max(0, carried - this.#paid)
        // What came as less than it was paid for is nobody's to spend later.
        this.#paid = Math.min(this.#paid + unpaid, carried + this.#ahead)
        return unpaid
      },
    }
  }

  #pay(bytes: number): void {
    this.#paid += bytes
    this.#ahead += bytes
  }
}
