import { hash } from 'node:crypto'
import type { SourceGuid } from './source.ts'

/** A map of hundreds of thousands holds up everybody for a tenth of a second when it grows. */
const PARTS = 256

/** Addresses asked for in one run: a number of 52 bits for each, so that a whole directory fits. */
export class Claims {
  readonly #parts = Array.from({ length: PARTS }, () => new Map<number, SourceGuid>())

  claim(text: string, guid: SourceGuid): void {
    const number = numberOf(text)
    this.#parts[number % PARTS]!.set(number, guid)
  }

  whoHas(text: string): SourceGuid | undefined {
    const number = numberOf(text)
    return this.#parts[number % PARTS]!.get(number)
  }
}

/** Thirteen digits of four bits. */
const numberOf = (text: string): number => Number.parseInt(hash('sha1', text, 'hex').slice(0, 13), 16)
