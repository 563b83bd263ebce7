/** Which number has the highest rank; ranks may change. Equal ranks: the lower number first. */
export class RankedHeap {
  readonly #heap: Int32Array
  readonly #place: Int32Array
  readonly #rank: Float64Array
  #size = 0

  constructor(count: number) {
    this.#heap = new Int32Array(count)
    this.#place = new Int32Array(count).fill(-1)
    this.#rank = new Float64Array(count)
  }

  get size(): number {
    return this.#size
  }

  get topRank(): number {
    return this.#rank[this.#heap[0]!]!
  }

  has(number: number): boolean {
    return this.#place[number] !== -1
  }

  set(number: number, rank: number): void {
    let place = this.#place[number]!
    if (place === -1) {
      place = this.#size++
      this.#heap[place] = number
      this.#place[number] = place
    }
    this.#rank[number] = rank
    this.#up(place)
    this.#down(this.#place[number]!)
  }

  delete(number: number): void {
    const place = this.#place[number]!
    if (place === -1) return
    this.#place[number] = -1
    const last = this.#heap[--this.#size]!
    if (last === number) return
    this.#heap[place] = last
    this.#place[last] = place
    this.#up(place)
    this.#down(this.#place[last]!)
  }

  pop(): number {
    const top = this.#heap[0]!
    this.delete(top)
    return top
  }

  clear(): void {
    for (let place = 0; place < this.#size; place++) this.#place[this.#heap[place]!] = -1
    this.#size = 0
  }

  #before(a: number, b: number): boolean {
    const difference = this.#rank[a]! - this.#rank[b]!
    return difference > 0 || (difference === 0 && a < b)
  }

  #up(from: number): void {
    const number = this.#heap[from]!
    let place = from
    while (place > 0) {
      const above = (place - 1) >> 1
      if (!this.#before(number, this.#heap[above]!)) break
      this.#set(place, this.#heap[above]!)
      place = above
    }
    this.#set(place, number)
  }

  #down(from: number): void {
    const number = this.#heap[from]!
    let place = from
    for (;;) {
      let below = place * 2 + 1
      if (below >= this.#size) break
      if (below + 1 < this.#size && this.#before(this.#heap[below + 1]!, this.#heap[below]!)) below++
      if (!this.#before(this.#heap[below]!, number)) break
      this.#set(place, this.#heap[below]!)
      place = below
    }
    this.#set(place, number)
  }

  #set(place: number, number: number): void {
    this.#heap[place] = number
    this.#place[number] = place
  }
}
