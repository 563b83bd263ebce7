import type { Driver } from './driver/driver.ts'

const RESERVED = 100_000

/**
 * Numbers that are never given twice, not even after a crash: a range is put on disk as used before the first
 * of it is given out. 2^53 of them outlast any store.
 */
export class Sequence {
  readonly #driver: Driver
  readonly #name: string
  #next = 0
  #end = 0
  #reserving: Promise<void> | undefined

  constructor(driver: Driver, name: string) {
    this.#driver = driver
    this.#name = name
  }

  async next(): Promise<number> {
    while (this.#next === this.#end) {
      this.#reserving ??= this.#reserve()
      await this.#reserving
    }
    return this.#next++
  }

  async #reserve(): Promise<void> {
    try {
      const end = await this.#driver.transact(async (sql) => {
        const row = await sql.get<{ next: number }>(
          'INSERT INTO sequence (name, next) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET next = sequence.next + excluded.next - 1 RETURNING next',
          this.#name,
          RESERVED + 1,
        )
        return row!.next
      })
      this.#next = end - RESERVED
      this.#end = end
    } finally {
      this.#reserving = undefined
    }
  }
}
