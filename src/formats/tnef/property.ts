/** A time is in milliseconds since 1970; 64-bit integers and currency are bigint. */
export type PropertyValue = number | bigint | boolean | string | Uint8Array

export interface Property {
  /** Of a named property only good within its message. */
  id: number
  /** MS-OXCDATA §2.11.1, with 0x1000 when multi-valued. */
  type: number
  /** A named property's set (GUID in lower case) and its number or word in it. */
  name?: { set: string; id: number | string }
  /** One, unless it is multi-valued. */
  values: PropertyValue[]
}

/** MAPI properties of a message, an attachment or a recipient. Of two with one name the first counts. */
export class PropertyBag {
  readonly #byKey = new Map<number | string, Property>()

  add(property: Property): void {
    const key = property.name ? nameKey(property.name.set, property.name.id) : property.id
    if (!this.#byKey.has(key)) this.#byKey.set(key, property)
  }

  find(id: number): Property | undefined {
    return this.#byKey.get(id)
  }

  findNamed(set: string, id: number | string): Property | undefined {
    return this.#byKey.get(nameKey(set, id))
  }

  /** The first value, if it is a string that is not empty. */
  text(id: number): string | undefined {
    const value = this.find(id)?.values[0]
    return typeof value === 'string' && value !== '' ? value : undefined
  }

  number(id: number): number | undefined {
    const value = this.find(id)?.values[0]
    return typeof value === 'number' ? value : undefined
  }

  bytes(id: number): Uint8Array | undefined {
    const value = this.find(id)?.values[0]
    return value instanceof Uint8Array ? value : undefined
  }

  flag(id: number): boolean {
    return this.find(id)?.values[0] === true
  }

  get all(): IterableIterator<Property> {
    return this.#byKey.values()
  }
}

const nameKey = (set: string, id: number | string) =>
  typeof id === 'number' ? `${set}#${id}` : `${set}:${id.toLowerCase()}`
