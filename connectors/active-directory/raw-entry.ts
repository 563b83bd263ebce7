/** Names that we ask for are few and asked for again with each object. */
const MOST_LOWERED = 500
const lowered = new Map<string, string>()

function lower(attribute: string): string {
  const known = lowered.get(attribute)
  if (known !== undefined) return known
  const made = attribute.toLowerCase()
  if (lowered.size < MOST_LOWERED) lowered.set(attribute, made)
  return made
}

/** Values by the name of their attribute in lower case. */
export type RawValues = {
  get(attribute: string): readonly Buffer[] | undefined
  keys(): IterableIterator<string>
  [Symbol.iterator](): IterableIterator<[string, readonly Buffer[]]>
}

/** One object as it was read, before anything is known about it: names of attributes in lower case, values as octets. */
export class RawEntry {
  /** Perhaps with keys before it (distinguished-name.ts). */
  readonly name: string
  /** All of it as the server wrote it; undefined once anything in it was replaced. */
  readonly written: Buffer | undefined
  readonly #values: RawValues

  constructor(name: string, values: RawValues, written?: Buffer) {
    this.name = name
    this.written = written
    this.#values = values
  }

  get attributes(): IterableIterator<string> {
    return this.#values.keys()
  }

  octets(attribute: string): Buffer | undefined {
    return this.#values.get(lower(attribute))?.[0]
  }

  allOctets(attribute: string): readonly Buffer[] {
    return this.#values.get(lower(attribute)) ?? []
  }

  /** The first value; null when there is none, or it is empty. */
  text(attribute: string): string | null {
    return this.octets(attribute)?.toString('utf8') || null
  }

  texts(attribute: string): string[] {
    return this.allOctets(attribute).map((value) => value.toString('utf8'))
  }

  /** Exact up to 2^53, which no attribute that is asked for exceeds; null when absent or no number. */
  number(attribute: string): number | null {
    const text = this.text(attribute)
    return text !== null && /^-?\d{1,16}$/.test(text) ? Number(text) : null
  }

  isTrue(attribute: string): boolean {
    return this.text(attribute)?.toUpperCase() === 'TRUE'
  }

  has(attribute: string): boolean {
    return this.allOctets(attribute).length > 0
  }

  /** The same with some attributes put in the place of its own. */
  with(values: Iterable<readonly [string, readonly Buffer[]]>): RawEntry {
    return new RawEntry(this.name, new Map([...this.#values, ...values]))
  }

  without(attributes: readonly string[]): RawEntry {
    const values = new Map(this.#values)
    for (const attribute of attributes) values.delete(attribute.toLowerCase())
    return new RawEntry(this.name, values)
  }
}
