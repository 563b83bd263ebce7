import type { EntryId } from '#src/base/ids.ts'
import { Refusal } from '#src/domain/refusal.ts'

/** Counts the connections of each user over all listeners. */
export class UserConnections {
  readonly #open = new Map<EntryId, number>()

  /** One more; gives how to take it back. Refuses `limit-exceeded` when there are `most` already. */
  take(user: EntryId, most: number): () => void {
    const open = this.#open.get(user) ?? 0
    if (open >= most) {
      throw new Refusal(
        'limit-exceeded',
        `You have ${open} connections open, and no more are allowed. Close some programs or devices, or set them to use fewer connections.`,
      )
    }
    this.#open.set(user, open + 1)
    let released = false
    return () => {
      if (released) return
      released = true
      const left = this.#open.get(user)! - 1
      if (left === 0) this.#open.delete(user)
      else this.#open.set(user, left)
    }
  }
}
