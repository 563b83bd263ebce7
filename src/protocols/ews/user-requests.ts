import type { SignedIn } from './caller.ts'

/** Programs with a role work in the mailboxes of many. */
const AS_MANY_USERS = 4

/** How many requests of each user, and of each impersonation role, are being answered. */
export class UserRequests {
  readonly #most: number
  readonly #open = new Map<string, number>()

  constructor(most: number) {
    this.#most = most
  }

  /** Lets a request in; the function, called once or more, says that it is over. Undefined when it is one too many. */
  enter(by: SignedIn): (() => void) | undefined {
    const key =
      by.kind === 'user' ? `${by.login.organization} ${by.login.user.id}` : `${by.organization} ${by.role}`
    const open = this.#open.get(key) ?? 0
    if (open >= this.#most * (by.kind === 'role' ? AS_MANY_USERS : 1)) return undefined
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
