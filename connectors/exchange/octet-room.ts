/** Octets that all mailboxes of a source together hold ahead of whoever takes them. */
export class OctetRoom {
  #free: number

  constructor(bytes: number) {
    this.#free = bytes
  }

  /** Whether there is room; whoever takes it gives it back. */
  take(bytes: number): boolean {
    if (bytes > this.#free) return false
    this.#free -= bytes
    return true
  }

  /** Of what is wanted now, whether there is room or not: others wait the longer. */
  force(bytes: number): void {
    this.#free -= bytes
  }

  give(bytes: number): void {
    this.#free += bytes
  }
}
