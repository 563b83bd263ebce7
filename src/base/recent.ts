/** The `most` things used last, by name; what has not been used for longest is forgotten first. */
export class Recent<T> {
  readonly #most: number
  readonly #things = new Map<string, T>()

  constructor(most: number) {
    this.#most = most
  }

  get size(): number {
    return this.#things.size
  }

  get(name: string): T | undefined {
    const thing = this.#things.get(name)
    if (thing !== undefined) this.set(name, thing)
    return thing
  }

  set(name: string, thing: T): void {
    this.#things.delete(name)
    this.#things.set(name, thing)
    if (this.#things.size > this.#most) this.#things.delete(this.#things.keys().next().value!)
  }

  delete(name: string): void {
    this.#things.delete(name)
  }
}
