/** Work on one thing at a time: what comes later waits for what is under way, however that ends. */
export class Turns {
  readonly #last = new Map<string, Promise<void>>()

  take<T>(name: string, work: () => Promise<T>): Promise<T> {
    const mine = (this.#last.get(name) ?? Promise.resolve()).then(work)
    const ended = mine.then(
      () => undefined,
      () => undefined,
    )
    this.#last.set(name, ended)
    ended.then(() => {
      if (this.#last.get(name) === ended) this.#last.delete(name)
    })
    return mine
  }
}
