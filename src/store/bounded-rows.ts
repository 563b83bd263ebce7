import type { Driver } from './driver/driver.ts'

/** Rows of one statement. */
const PAGE = 10_000

/** A table with a name for each row and a time, which is to have no more than so many: the oldest go. */
export class BoundedRows {
  readonly #driver: Driver
  readonly #most: number
  readonly #count: string
  readonly #forget: string
  /** How many may come before they are counted again. */
  #room = 0
  /** How many are being put there. */
  #coming = 0
  #making: Promise<void> | undefined

  constructor(driver: Driver, { table, time, most }: { table: string; time: string; most: number }) {
    this.#driver = driver
    this.#most = most
    this.#count = `SELECT COUNT(*) AS found, MAX(name) AS last FROM
      (SELECT name FROM ${table} WHERE name > ? ORDER BY name LIMIT ${PAGE}) AS page`
    this.#forget = `DELETE FROM ${table} WHERE name IN (SELECT name FROM ${table} ORDER BY ${time} LIMIT ?)`
  }

  /** Puts one there. Where there are too many, a hundredth goes before it at once, so that few need to be counted. */
  async put(write: () => Promise<void>): Promise<void> {
    while (this.#room <= 0) {
      this.#making ??= this.#makeRoom().finally(() => {
        this.#making = undefined
      })
      await this.#making
    }
    this.#room--
    this.#coming++
    await write().finally(() => this.#coming--)
  }

  async #makeRoom(): Promise<void> {
    // Before they are counted: whoever comes to be there meanwhile counts twice, and nobody not at all.
    const coming = this.#coming
    const room = this.#most - coming - (await this.#counted())
    const wanted = 1 + Math.floor(this.#most / 100)
    if (room <= 0)
      await this.#driver.transact((sql) => sql.run(this.#forget, wanted - room), { mayBeLost: true })
    this.#room = room > 0 ? room : wanted
  }

  async #counted(): Promise<number> {
    let count = 0
    for (let after = ''; ; ) {
      const page = await this.#driver.read.get<{ found: number; last: string | null }>(this.#count, after)
      count += page!.found
      if (page!.found < PAGE) return count
      after = page!.last!
    }
  }
}
