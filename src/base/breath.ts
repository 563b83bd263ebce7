const LONGEST_MS = 8

/** For long work on the event loop: lets everybody else go on whenever it has had the loop for 8 ms. */
export class Breath {
  #since = performance.now()

  async taken(): Promise<void> {
    if (performance.now() - this.#since < LONGEST_MS) return
    await new Promise(setImmediate)
    this.#since = performance.now()
  }
}
