/**
 * Makes the TypeScript types of the schemas under `src/wire`; `--check` only says whether they are as they should be.
 *
 *     node scripts/schema-types.ts [--check]
 */
import { autodiscoverSchema } from '#src/wire/autodiscover/schema.ts'
import { ewsSchema } from '#src/wire/ews/schema.ts'
import type { Schema } from '#src/wire/xml/schema.ts'
import { type ComplexDefinition, namesIn, type Particle } from '#src/wire/xml/schema-language.ts'
import { isSimpleBase, type SimpleType } from '#src/wire/xml/simple-type.ts'
import { keepMade } from './made-file.ts'

class Types {
  readonly #schema: Schema
  readonly #lines: string[] = []
  /** Written as a union somewhere in it: an interface cannot extend it. */
  readonly #unions = new Map<string, boolean>()

  constructor(schema: Schema) {
    this.#schema = schema
    const names = schema.names('type')
    const groups = schema.names('group').filter((name) => this.#groupIsChoice(name))
    for (const name of groups)
      this.#lines.push(`export type ${identifier(name.slice(1))} = ${this.#group(name)}`)
    for (const name of names) {
      const definition = schema.definition(name)
      if (definition.kind === 'complex') this.#complex(definition)
      else if (definition.words !== undefined) this.#lines.push(this.#enumeration(definition))
    }
    for (const prefix of schema.namespaces.keys()) this.#roots(prefix)
  }

  get source(): string {
    const body = this.#lines.join('\n\n')
    const used = Object.entries(imports).filter(([name]) => new RegExp(`\\b${name}\\b`).test(body))
    return [...used.map(([name, from]) => `import type { ${name} } from '${from}'`), '', body].join('\n')
  }

  #roots(prefix: string): void {
    const roots = [...this.#schema.elements].filter(([name]) => name.startsWith(`${prefix}/`))
    if (roots.length === 0) return
    const members = roots.map(
      ([name, type]) => `  ${JSON.stringify(name.slice(prefix.length + 1))}: ${this.#value(type)}`,
    )
    const name = identifier(`${prefix}-elements`).replace(/^./, (first) => first.toUpperCase())
    this.#lines.push(
      `/** Elements that stand alone, with prefix ${prefix}. */\nexport interface ${name} {\n${members.join('\n')}\n}`,
    )
  }

  #enumeration({ name, words }: SimpleType): string {
    return `export type ${identifier(name)} = ${[...words!].map((word) => JSON.stringify(word)).join(' | ')}`
  }

  #groupIsChoice(name: string): boolean {
    const definition = this.#schema.definition(name) as ComplexDefinition
    const [only] = definition.content.parts
    return definition.content.parts.length === 1 && only?.kind === 'choice'
  }

  #group(name: string): string {
    const { content } = this.#schema.definition(name) as ComplexDefinition
    return this.#oneOf(content.parts[0]!)
  }

  /** What a property with this type holds. */
  #value(name: string): string {
    if (isSimpleBase(name)) return baseTypes[name]
    const definition = this.#schema.definition(name)
    if (definition.kind === 'complex') return identifier(name)
    const one = definition.words === undefined ? baseTypes[definition.base] : identifier(name)
    return definition.list ? `readonly ${one}[]` : one
  }

  #complex(definition: ComplexDefinition): void {
    const name = identifier(definition.name)
    const content = this.#schema.content(definition)
    const type = this.#schema.type(definition.name)
    if (type.kind !== 'complex') throw new Error(name)
    if (type.form === 'any') {
      this.#lines.push(`export type ${name} = readonly AnyElement[]`)
    } else if (type.form === 'array') {
      const element = innermost(content)
      if (element.kind !== 'element') throw new Error(name)
      this.#lines.push(
        `export type ${name} = readonly ${several(this.#value(element.type), element.nillable)}[]`,
      )
    } else if (type.form === 'choices') {
      const written = innermost(definition.content, true)
      const choice = written.kind === 'group' ? identifier(written.name) : this.#oneOf(innermost(content))
      this.#lines.push(`export type ${name} = readonly ${choice}[]`)
    } else {
      this.#record(definition, name)
    }
  }

  #record(definition: ComplexDefinition, name: string): void {
    const { base } = definition
    const baseIsRecord = base !== undefined && this.#isRecord(base)
    const particles =
      base === undefined || baseIsRecord ? definition.content : this.#schema.content(definition)
    const attributes = baseIsRecord ? definition.attributes : this.#schema.attributes(definition)
    const members = attributes.map(({ name, type, required }) => member(name, this.#value(type), required))
    if (definition.text !== undefined) members.push(member('Value', this.#value(definition.text), true))
    const unions: string[] = []
    this.#members(particles, true, members, unions)
    const union = unions.length > 0 || (baseIsRecord && this.#unions.get(base)!)
    this.#unions.set(definition.name, union)
    const body = members.length === 0 ? '{}' : `{\n${members.join('\n')}\n}`
    if (union) {
      const all = [
        ...(baseIsRecord ? [identifier(base)] : []),
        ...(members.length === 0 ? [] : [body]),
        ...unions,
      ]
      this.#lines.push(`export type ${name} = ${all.join(' & ')}`)
    } else if (members.length === 0) {
      this.#lines.push(`export type ${name} = ${baseIsRecord ? identifier(base) : 'Record<never, never>'}`)
    } else {
      this.#lines.push(
        `export interface ${name} ${baseIsRecord ? `extends ${identifier(base)} ` : ''}${body}`,
      )
    }
  }

  #isRecord(name: string): boolean {
    const type = this.#schema.type(name)
    if (type.kind !== 'complex' || type.form !== 'record') return false
    if (!this.#unions.has(name)) {
      const definition = this.#schema.definition(name) as ComplexDefinition
      const unions: string[] = []
      this.#members(this.#schema.content(definition), true, [], unions)
      this.#unions.set(name, unions.length > 0)
    }
    return true
  }

  #members(particle: Particle, certain: boolean, members: string[], unions: string[]): void {
    if (particle.kind === 'element') {
      const { property, type, nillable, occurs } = particle
      const many = occurs === '*' || occurs === '+'
      const one = this.#value(type)
      const required = certain && (occurs === '' || occurs === '+') && !nillable
      const written = many ? `readonly ${several(one, nillable)}[]` : nillable ? `${one} | null` : one
      members.push(member(property, written, required))
    } else if (particle.kind === 'group') {
      if (certain && particle.occurs === '' && this.#groupIsChoice(`&${particle.name}`)) {
        unions.push(identifier(particle.name))
      } else {
        const { content } = this.#schema.definition(`&${particle.name}`) as ComplexDefinition
        this.#members(content, certain && particle.occurs !== '?', members, unions)
      }
    } else if (particle.kind === 'choice' || particle.kind === 'sequence') {
      const here = certain && (particle.occurs === '' || particle.occurs === '+')
      if (particle.list !== undefined) {
        const inner = particle.parts[0]!
        const entry = inner.kind === 'group' ? identifier(inner.name) : this.#oneOf(particle)
        members.push(member(particle.list, `readonly ${entry}[]`, here))
      } else if (particle.kind === 'choice' && here && particle.parts.every(isSingle)) {
        unions.push(this.#oneOf(particle))
      } else {
        const each = here && particle.kind === 'sequence'
        for (const part of particle.parts) this.#members(part, each, members, unions)
      }
    }
  }

  #oneOf(choice: Particle): string {
    if (choice.kind !== 'choice') throw new Error(`${namesIn(choice)} is no choice`)
    const members: string[] = []
    for (const part of choice.parts) {
      if (part.kind === 'group')
        this.#members(
          (this.#schema.definition(`&${part.name}`) as ComplexDefinition).content,
          true,
          members,
          [],
        )
      else this.#members(part, true, members, [])
    }
    return `OneOf<{\n${members.join('\n')}\n}>`
  }
}

const baseTypes: Record<SimpleType['base'], string> = {
  string: 'string',
  uri: 'string',
  base64: 'Octets',
  boolean: 'boolean',
  int: 'number',
  short: 'number',
  unsignedInt: 'number',
  long: 'number',
  unsigned: 'number',
  double: 'number',
  dateTime: 'string',
  date: 'string',
  time: 'string',
  duration: 'string',
  language: 'string',
}

function innermost(particle: Particle, withGroup = false): Particle {
  let inner = particle
  while ((inner.kind === 'sequence' || inner.kind === 'choice') && inner.parts.length === 1)
    inner = inner.parts[0]!
  if (inner.kind === 'group' && !withGroup) throw new Error(inner.name)
  return inner
}

/** An entry's type, in brackets where `[]` would not stand for all of it. */
function several(type: string, nillable: boolean): string {
  const entry = nillable ? `${type} | null` : type
  return entry.includes(' ') ? `(${entry})` : entry
}

const isSingle = (part: Particle): boolean => part.kind === 'element' && part.occurs === ''

const identifier = (name: string): string =>
  name.replace(/[^A-Za-z0-9]+(.)?/g, (_, next: string | undefined) => next?.toUpperCase() ?? '')

function member(name: string, type: string, required: boolean): string {
  const property = /^\w+$/.test(name) ? name : JSON.stringify(name)
  return required ? `  ${property}: ${type}` : `  ${property}?: ${type} | undefined`
}

/** What the types may name, by name. */
const imports = {
  AnyElement: '../xml/any-element.ts',
  Octets: '../xml/octets.ts',
  OneOf: '../xml/one-of.ts',
}

const files: [path: string, of: string, schema: Schema][] = [
  ['src/wire/ews/schema-types.ts', '`types-schema.ts` and `messages-schema.ts`', ewsSchema],
  ['src/wire/autodiscover/schema-types.ts', '`schema.ts`', autodiscoverSchema],
]

const command = 'node scripts/schema-types.ts'
for (const [path, of, schema] of files) {
  const head = `/** The types of ${of}, made by \`${command}\`; not edited by hand. */\n// one thing: the types of a schema\n`
  keepMade(path, head + new Types(schema).source, command)
}
