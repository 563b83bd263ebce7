import { NumberSet } from '#src/wire/imap/number-set.ts'
import type { SequenceSet } from '#src/wire/imap/sequence-set.ts'

/** What sequence numbers of one client mean: the UIDs it knows of, ascending; four octets each. */
export class SequenceView {
  #uids = new Uint32Array(0)
  #length = 0
  /** The array belongs to others, too. */
  #isShared = false

  /** Of a list that others may share: it is copied before it is changed. */
  static of(uids: Uint32Array): SequenceView {
    const view = new SequenceView()
    view.#uids = uids as Uint32Array<ArrayBuffer>
    view.#length = uids.length
    view.#isShared = true
    return view
  }

  get length(): number {
    return this.#length
  }

  get lastUid(): number {
    return this.#length === 0 ? 0 : this.#uids[this.#length - 1]!
  }

  /** The UID of a sequence number from 1 on; undefined beyond the last. */
  uidOf(sequence: number): number | undefined {
    return sequence >= 1 && sequence <= this.#length ? this.#uids[sequence - 1] : undefined
  }

  /** The sequence number of a UID, or 0. */
  sequenceOf(uid: number): number {
    const at = this.#search(uid)
    return at < this.#length && this.#uids[at] === uid ? at + 1 : 0
  }

  has(uid: number): boolean {
    return this.sequenceOf(uid) !== 0
  }

  /** How many there are from one UID up to another. */
  countBetween(from: number, to: number): number {
    return Math.max(0, this.#search(to + 1) - this.#search(from))
  }

  /** Adds UIDs, ascending, all above the last. */
  append(uids: readonly number[]): void {
    this.#grow(this.#length + uids.length)
    for (const uid of uids) this.#uids[this.#length++] = uid
  }

  /** Takes UIDs out. */
  remove(gone: ReadonlySet<number>): void {
    if (gone.size === 0) return
    if (this.#isShared) this.#grow(this.#length + 1)
    let kept = 0
    for (let at = 0; at < this.#length; at++) {
      const uid = this.#uids[at]!
      if (!gone.has(uid)) this.#uids[kept++] = uid
    }
    this.#length = kept
  }

  /** UIDs that a set of UIDs means, ascending; `*` is the last there is. */
  pickUids(set: SequenceSet): Uint32Array {
    return this.#pick(set.resolve(this.lastUid), (uid) => this.#search(uid))
  }

  /** UIDs that a set of sequence numbers means, ascending. Undefined when it names one that is not there. */
  pickSequences(set: SequenceSet): Uint32Array | undefined {
    const numbers = set.resolve(this.#length)
    if (numbers.max !== undefined && numbers.max > this.#length) return undefined
    return this.#pick(numbers, (sequence) => Math.min(sequence - 1, this.#length))
  }

  /** As `pickSequences`, with those that are not there left out. */
  pickKnownSequences(set: SequenceSet): Uint32Array {
    const known = set.resolve(this.#length).intersect(NumberSet.ofBounds([1, Math.max(1, this.#length)]))
    return this.#pick(known, (sequence) => Math.min(sequence - 1, this.#length))
  }

  /** All of them, as ranges. */
  toNumberSet(): NumberSet {
    return NumberSet.of(this.#uids.subarray(0, this.#length))
  }

  /** A view of all, valid until the next change. */
  get uids(): Uint32Array {
    return this.#uids.subarray(0, this.#length)
  }

  /** `place`: index of the first that is not before a number. */
  #pick(numbers: NumberSet, place: (number: number) => number): Uint32Array {
    const spans: [start: number, end: number][] = []
    let count = 0
    for (const [from, to] of numbers.ranges()) {
      const start = place(from)
      const end = place(to + 1)
      if (end > start) {
        spans.push([start, end])
        count += end - start
      }
      if (end >= this.#length) break
    }
    const picked = new Uint32Array(count)
    let at = 0
    for (const [start, end] of spans) {
      picked.set(this.#uids.subarray(start, end), at)
      at += end - start
    }
    return picked
  }

  #search(uid: number): number {
    let low = 0
    let high = this.#length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#uids[middle]! < uid) low = middle + 1
      else high = middle
    }
    return low
  }

  #grow(length: number): void {
    if (length <= this.#uids.length) return
    const grown = new Uint32Array(Math.max(16, length + (length >>> 3)))
    grown.set(this.#uids.subarray(0, this.#length))
    this.#uids = grown
    this.#isShared = false
  }
}
