const LONGEST_MS = 8

/** When the event loop last had its turn: one for all works, since those that follow each other hold it up together. */
let turnedAt = performance.now()

/** For long work on the event loop: lets everybody else go on whenever such works have had the loop for 8 ms. */
export class Breath {
  async taken(): Promise<void> {
    if (performance.now() - turnedAt < LONGEST_MS) return
    await new Promise(setImmediate)
    turnedAt = performance.now()
  }
}
