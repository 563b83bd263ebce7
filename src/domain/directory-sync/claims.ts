import { createHash } from 'node:crypto'
import type { SourceGuid } from './source.ts'

/** Addresses asked for in one run: a number of 52 bits for each, so that a whole directory fits. */
export class Claims {
  readonly #claims = new Map<number, SourceGuid>()

  claim(text: string, guid: SourceGuid): void {
    this.#claims.set(numberOf(text), guid)
  }

  whoHas(text: string): SourceGuid | undefined {
    return this.#claims.get(numberOf(text))
  }
}

const numberOf = (text: string): number => {
  const digest = createHash('sha1').update(text).digest()
  return digest.readUIntBE(0, 6) * 16 + (digest[6]! & 15)
}
