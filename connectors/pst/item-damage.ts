import type { Loss } from '#src/domain/migration/source.ts'
import type { Property } from '#src/formats/tnef/property.ts'
import { tag } from '#src/formats/tnef/property-ids.ts'
import type { Lenient } from './properties.ts'

const DAMAGED = 'Damaged in the file: '
/** Properties that one loss names. */
const MOST_NAMED = 10

export const damageLoss = (part: string, what: string): Loss => ({
  ...{ property: part, weight: 'content' },
  reason: `${DAMAGED}${what}.`,
})

/** Whether an item with this loss may be another than the one that was written. */
export const tellsDamage = ({ reason }: Loss): boolean => reason.startsWith(DAMAGED)

/** Damage of a part of an item, as losses: what comes as it is, and what is left out. */
export class ItemDamage {
  readonly #left = new Map<number, string>()
  #isSpoiled = false

  readonly lenient: Lenient = {
    spoiled: () => {
      this.#isSpoiled = true
    },
    lost: (property) => {
      this.#left.set(property.id, nameOf(property))
    },
  }

  hasLost(id: number): boolean {
    return this.#left.has(id)
  }

  get isNone(): boolean {
    return !this.#isSpoiled && this.#left.size === 0
  }

  *losses(part: string): Generator<Loss> {
    if (this.#isSpoiled)
      yield damageLoss(part, 'some of its octets are others than were written, and come as they are')
    if (this.#left.size === 0) return
    const named = [...this.#left.values()].slice(0, MOST_NAMED).join(', ')
    const more = this.#left.size > MOST_NAMED ? ` and ${this.#left.size - MOST_NAMED} more` : ''
    yield damageLoss(part, `${named}${more} cannot be read`)
  }
}

const words = new Map<number, string>(Object.entries(tag).map(([word, id]) => [id, word]))

const nameOf = ({ id, name }: Omit<Property, 'values'>): string =>
  name === undefined
    ? (words.get(id) ?? `0x${id.toString(16).padStart(4, '0')}`)
    : typeof name.id === 'string'
      ? name.id
      : `${name.set}:0x${name.id.toString(16)}`
