import type { Authenticated } from '#src/domain/directory/login/authenticator.ts'

/** How many requests of each user are being answered. */
export class UserRequests {
  readonly #most: number
  readonly #open = new Map<string, number>()

  constructor(most: number) {
    this.#most = most
  }

  /** Lets a request in; the function, called once or more, says that it is over. Undefined when it is one too many. */
  enter({ organization, user }: Authenticated): (() => void) | undefined {
    const key = `${organization} ${user.id}`
    const open = this.#open.get(key) ?? 0
    if (open >= this.#most) return undefined
    this.#open.set(key, open + 1)
    let over = false
    return () => {
      if (over) return
      over = true
      const left = (this.#open.get(key) ?? 1) - 1
      if (left <= 0) this.#open.delete(key)
      else this.#open.set(key, left)
    }
  }
}
