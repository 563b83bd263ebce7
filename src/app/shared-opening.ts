/** What is open once however many use it, and closed when the last of them lets go. */
type Shared<T> = { value: T; release(): Promise<void> }

type Open<T> = { users: number; value: Promise<T>; close: (value: T) => Promise<void> }

/** Things of which a process may have each only once, by key. */
export class SharedOpening<T> {
  readonly #open = new Map<string, Open<T>>()
  readonly #closing = new Map<string, Promise<void>>()

  /** Rejects as `open` does, and then keeps nothing. */
  async use(key: string, open: () => Promise<T>, close: (value: T) => Promise<void>): Promise<Shared<T>> {
    await this.#closing.get(key)
    const known = this.#open.get(key) ?? { users: 0, value: open(), close }
    known.users++
    this.#open.set(key, known)
    try {
      const value = await known.value
      let released = false
      return {
        value,
        release: async () => {
          if (released) return
          released = true
          await this.#leave(key, known, value)
        },
      }
    } catch (error) {
      if (this.#open.get(key) === known) this.#open.delete(key)
      throw error
    }
  }

  async #leave(key: string, open: Open<T>, value: T): Promise<void> {
    if (--open.users > 0) return
    this.#open.delete(key)
    const closing = open.close(value).finally(() => this.#closing.delete(key))
    // Whoever opens it anew waits, and has no part in how this ends.
    this.#closing.set(
      key,
      closing.catch(() => undefined),
    )
    await closing
  }
}
