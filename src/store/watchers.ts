import type { MailboxId, OrganizationId } from '#src/base/ids.ts'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'

/** Who wants to know that a mailbox has changed. What changed they read from the change log. */
export class Watchers {
  readonly #watched = new Map<string, Set<() => void>>()
  readonly #trouble: (message: string) => void

  /** `trouble` is told when a listener throws: whoever made the change has nothing to do with it. */
  constructor(trouble: (message: string) => void) {
    this.#trouble = trouble
  }

  add(at: MailboxRef, changed: () => void): () => void {
    const name = `${at.organization}/${at.mailbox}`
    const listeners = this.#watched.get(name) ?? new Set()
    this.#watched.set(name, listeners)
    // One function may watch twice: each gets an end of its own.
    const listener = () => changed()
    listeners.add(listener)
    return () => {
      listeners.delete(listener)
      if (listeners.size === 0 && this.#watched.get(name) === listeners) this.#watched.delete(name)
    }
  }

  changed(organization: OrganizationId, mailboxes: readonly MailboxId[]): void {
    if (this.#watched.size === 0) return
    for (const mailbox of mailboxes) {
      const listeners = this.#watched.get(`${organization}/${mailbox}`)
      for (const listener of listeners ?? [])
        queueMicrotask(() => {
          // It may have been taken away by one that ran before it.
          if (listeners?.has(listener)) this.#call(listener)
        })
    }
  }

  #call(listener: () => void): void {
    try {
      listener()
    } catch (error) {
      this.#trouble(
        `Somebody who watches a mailbox failed: ${error instanceof Error ? error.message : String(error)}`,
      )
    }
  }
}
