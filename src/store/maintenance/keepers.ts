import type { Segments } from '../bodies/segments.ts'

/**
 * Segment files that rows no longer refer to, and who still needs them: a backup or a check looks at an older
 * moment, in which they are referred to.
 */
export class Keepers {
  readonly #segments: Segments
  readonly #retired = new Set<number>()
  #keepers = 0

  constructor(segments: Segments) {
    this.#segments = segments
  }

  /** From now on no file goes, until `work` is done. */
  async keeping<T>(work: () => Promise<T>): Promise<T> {
    this.#keepers++
    try {
      return await work()
    } finally {
      this.#keepers--
      // A file that does not go now is a stray for the next compaction: that takes nothing from what was done.
      await this.#removeRetired().catch(() => undefined)
    }
  }

  /** Removes the file as soon as nobody needs it. A crash before that leaves it to `removeStrays`. */
  async retire(segment: number): Promise<void> {
    this.#retired.add(segment)
    await this.#removeRetired()
  }

  async #removeRetired(): Promise<void> {
    for (const segment of this.#retired) {
      if (this.#keepers > 0) return
      this.#retired.delete(segment)
      await this.#segments.remove(segment)
    }
  }
}
