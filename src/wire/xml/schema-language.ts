/**
 * A small language for XML schemas. Each type is written once, in the order of its elements; reading, writing and the
 * TypeScript types (`schema-types.ts`) all follow from it.
 *
 *     Name : Base = @Attribute:type! Element:Type Maybe? Many:Type* (Either:Type | Or:Type) &Group
 *     Name ~ string 1..255 /pattern/        a simple type with its limits
 *     Name ~ 'One' | 'Two'                  an enumeration; `list` before it: several, separated by blanks
 *     group Name = …                        particles that several types share
 *     element Name : Type                   may be the root of a document
 *
 * `?` `*` `+` say how often; `!` that an attribute must be there; `~` that an element may be nil; `x/Name` that an
 * element belongs to the namespace with prefix x; `$:type` that there is text; `any*` that there may be anything. Without a
 * type it is a string. `Events=(A | B)*` names the list that the elements of a repeated group go into, `Failure=x/Response` the property.
 */
import { isSimpleBase, type SimpleType, simpleType } from './simple-type.ts'

export type Occurs = '' | '?' | '*' | '+'
export type Particle =
  | {
      kind: 'element'
      name: string
      property: string
      prefix: string
      /** Declared in the namespace of another part than the type that it stands in. */
      foreign: boolean
      type: string
      nillable: boolean
      occurs: Occurs
    }
  | { kind: 'choice' | 'sequence'; parts: Particle[]; occurs: Occurs; list: string | undefined }
  | { kind: 'group'; name: string; occurs: Occurs }
  | { kind: 'any' }

export type ComplexDefinition = {
  kind: 'complex'
  name: string
  prefix: string
  base: string | undefined
  attributes: { name: string; tag: string; type: string; required: boolean }[]
  text: string | undefined
  content: Particle & { kind: 'sequence' }
}
export type Definition = ComplexDefinition | SimpleType

/** One line of the language. What is wrong in it is our own fault: Error, not SyntaxFault. */
export function parseDefinition(prefix: string, line: string): Definition {
  const [first, mark, ...rest] = line.trim().split(/\s+/) as [string, string, ...string[]]
  if (first === 'group') return new Particles(prefix, rest.slice(1)).definition(`&${mark}`)
  if (mark === '~') return simpleDefinition(first, rest)
  if (mark === '=') return new Particles(prefix, rest).definition(first)
  const [base, equals, ...words] = rest
  if (mark !== ':' || equals !== '=') throw new Error(`not understood: ${line}`)
  return new Particles(prefix, words).definition(first, base)
}

function simpleDefinition(name: string, words: string[]): SimpleType {
  const list = words[0] === 'list'
  if (list) words.shift()
  if (words[0]!.startsWith("'")) {
    const values = words.filter((word) => word !== '|').map((word) => word.slice(1, -1))
    return simpleType(name, 'string', { list, words: new Set(values) })
  }
  const base = words.shift()!
  if (!isSimpleBase(base)) throw new Error(`${name}: ${base} is no base`)
  let facets: Partial<SimpleType> = { list }
  for (const word of words) {
    const range = /^(-?\d*)\.\.(-?\d*)$/.exec(word)
    if (range === null) facets = { ...facets, pattern: new RegExp(`^(?:${word.slice(1, -1)})$`) }
    if (range?.[1]) facets = { ...facets, least: Number(range[1]) }
    if (range?.[2]) facets = { ...facets, most: Number(range[2]) }
  }
  return simpleType(name, base, facets)
}

export function namesIn(particle: Particle): string[] {
  if (particle.kind === 'element') return [particle.property]
  if (particle.kind === 'choice' || particle.kind === 'sequence') return particle.parts.flatMap(namesIn)
  return []
}

/** Reads what stands behind the equals sign. */
class Particles {
  readonly #prefix: string
  readonly #words: string[]
  readonly #attributes: ComplexDefinition['attributes'] = []
  #text: string | undefined

  constructor(prefix: string, words: string[]) {
    this.#prefix = prefix
    this.#words = words.flatMap((word) => word.match(/(?:\w+=)?\(|\)[?*+]?|\||[^()|]+/g) ?? [])
  }

  definition(name: string, base?: string): ComplexDefinition {
    const content = { kind: 'sequence', parts: this.#sequence(), occurs: '', list: undefined } as const
    if (this.#words.length > 0) throw new Error(`${name}: ${this.#words[0]} is too much`)
    return {
      kind: 'complex',
      name,
      prefix: this.#prefix,
      base,
      attributes: this.#attributes,
      text: this.#text,
      content,
    }
  }

  #sequence(): Particle[] {
    const parts: Particle[] = []
    while (this.#words.length > 0 && this.#words[0] !== '|' && !this.#words[0]!.startsWith(')')) {
      const word = this.#words.shift()!
      if (word.endsWith('(')) parts.push(this.#parenthesis(word.slice(0, -2) || undefined))
      else if (word.startsWith('@')) this.#attributes.push(attribute(word))
      else if (word.startsWith('$:')) this.#text = word.slice(2)
      else if (word === 'any*') parts.push({ kind: 'any' })
      else parts.push(this.#element(word))
    }
    return parts
  }

  #parenthesis(list: string | undefined): Particle {
    const branches = [this.#sequence()]
    while (this.#words[0] === '|') {
      this.#words.shift()
      branches.push(this.#sequence())
    }
    const occurs = this.#words.shift()?.slice(1) as Occurs
    if (branches.length === 1) return { kind: 'sequence', parts: branches[0]!, occurs, list }
    const parts = branches.map(
      (parts): Particle =>
        parts.length === 1 ? parts[0]! : { kind: 'sequence', parts, occurs: '', list: undefined },
    )
    return { kind: 'choice', parts, occurs, list }
  }

  #element(word: string): Particle {
    const found = /^(?:(\w+)=)?(&)?(?:(\w+)\/)?([\w.-]+)(?::(\w+))?(~)?([?*+]?)$/.exec(word)
    if (found === null) throw new Error(`not understood: ${word}`)
    const [, property, group, prefix, name, type = 'string', nil, occurs] = found
    if (group !== undefined) return { kind: 'group', name: name!, occurs: occurs as Occurs }
    return {
      kind: 'element',
      name: name!,
      property: property ?? name!,
      prefix: prefix ?? this.#prefix,
      foreign: prefix !== undefined && prefix !== this.#prefix,
      type,
      nillable: nil !== undefined,
      occurs: occurs as Occurs,
    }
  }
}

function attribute(word: string): ComplexDefinition['attributes'][number] {
  const found = /^@(?:(\w+)\/)?([\w-]+)(?::(\w+))?(!)?$/.exec(word)
  if (found === null) throw new Error(`not understood: ${word}`)
  const [, prefix, name, type = 'string', required] = found
  const tag = prefix === undefined ? name! : `${prefix}:${name}`
  return { name: name!, tag, type, required: required !== undefined }
}
