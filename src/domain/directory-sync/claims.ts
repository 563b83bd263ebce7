import { hash } from 'node:crypto'
import type { SourceGuid } from './source.ts'

/** A table of hundreds of thousands holds up everybody for a tenth of a second when it grows. */
const PARTS = 256
const SMALLEST = 16
/** Of a part, before it grows. */
const FULL = 0.75

/** Addresses asked for in one run: a number of 52 bits for each, and who asked, so that a whole directory fits. */
export class Claims {
  readonly #parts = Array.from({ length: PARTS }, () => new Part())
  readonly #guids: SourceGuid[] = []

  claim(text: string, guid: SourceGuid): void {
    // Who asks for several does so one after the other.
    if (this.#guids.at(-1) !== guid) this.#guids.push(guid)
    const number = numberOf(text)
    this.#parts[number % PARTS]!.set(number, this.#guids.length - 1)
  }

  whoHas(text: string): SourceGuid | undefined {
    const number = numberOf(text)
    const at = this.#parts[number % PARTS]!.get(number)
    return at === undefined ? undefined : this.#guids[at]
  }
}

/** A map from number to number in a third of the memory of `Map`; the place of a number that is taken is the next that is free. */
class Part {
  #numbers = new Float64Array(SMALLEST)
  #values = new Uint32Array(SMALLEST)
  #count = 0

  get(number: number): number | undefined {
    const place = this.#placeOf(number)
    return this.#numbers[place] === 0 ? undefined : this.#values[place]
  }

  set(number: number, value: number): void {
    if (this.#count >= this.#numbers.length * FULL) this.#grow()
    const place = this.#placeOf(number)
    if (this.#numbers[place] === 0) this.#count++
    this.#numbers[place] = number
    this.#values[place] = value
  }

  /** Where it is, or would be. */
  #placeOf(number: number): number {
    const size = this.#numbers.length
    let place = Math.floor(number / PARTS) % size
    while (this.#numbers[place] !== 0 && this.#numbers[place] !== number) place = (place + 1) % size
    return place
  }

  #grow(): void {
    const numbers = this.#numbers
    const values = this.#values
    this.#numbers = new Float64Array(numbers.length * 2)
    this.#values = new Uint32Array(values.length * 2)
    this.#count = 0
    for (const [at, number] of numbers.entries()) if (number !== 0) this.set(number, values[at]!)
  }
}

/** Thirteen digits of four bits, and never 0, which stands for nothing. */
const numberOf = (text: string): number => Number.parseInt(hash('sha1', text, 'hex').slice(0, 13), 16) + 1
