/** Things on their way from who reads the connection to who uses them. Weights bound what lies between the two. */
export class Channel<T> {
  readonly #mostWeight: number
  #queue: { thing: T; weight: number }[] = []
  #head = 0
  #weight = 0
  #over = false
  #failure: Error | undefined
  #abandoned = false
  #taker: (() => void) | undefined
  #giver: (() => void) | undefined

  constructor(mostWeight: number) {
    this.#mostWeight = mostWeight
  }

  /** Nobody will take any more: what is put goes nowhere. */
  get isAbandoned(): boolean {
    return this.#abandoned
  }

  /** Wait for the promise, if there is one, before putting more. */
  put(thing: T, weight: number): Promise<void> | undefined {
    if (this.#abandoned || this.#over) return undefined
    this.#queue.push({ thing, weight })
    this.#weight += weight
    this.#wakeTaker()
    if (this.#weight < this.#mostWeight) return undefined
    return new Promise((resolve) => {
      this.#giver = resolve
    })
  }

  /** Nothing more will be put; who takes finds the failure, if there is one, behind what was put. */
  end(failure?: Error): void {
    if (this.#over) return
    this.#over = true
    this.#failure = failure
    this.#wakeTaker()
    this.#wakeGiver()
  }

  abandon(): void {
    this.#abandoned = true
    this.#queue = []
    this.#head = 0
    this.#weight = 0
    this.#wakeGiver()
  }

  /** The next thing; undefined at the end. Rejects with the failure that ended it. */
  async take(): Promise<T | undefined> {
    for (;;) {
      if (this.#head < this.#queue.length) return this.#shift()
      if (this.#over) {
        if (this.#failure !== undefined) throw this.#failure
        return undefined
      }
      await new Promise<void>((resolve) => {
        this.#taker = resolve
      })
    }
  }

  #shift(): T {
    const { thing, weight } = this.#queue[this.#head++]!
    if (this.#head === this.#queue.length) {
      this.#queue = []
      this.#head = 0
    }
    this.#weight -= weight
    if (this.#weight < this.#mostWeight / 2) this.#wakeGiver()
    return thing
  }

  #wakeTaker(): void {
    const wake = this.#taker
    this.#taker = undefined
    wake?.()
  }

  #wakeGiver(): void {
    const wake = this.#giver
    this.#giver = undefined
    wake?.()
  }
}
