/** Schemas as they are used: each type of `schema-language.ts` with its fields, in the order in which they are written. */
import { attributeNamespaces } from './namespaces.ts'
import {
  type ComplexDefinition,
  type Definition,
  namesIn,
  type Particle,
  parseDefinition,
} from './schema-language.ts'
import { isSimpleBase, type SimpleType, simpleType } from './simple-type.ts'

export type Type = SimpleType | ComplexType

export type Field = {
  /** The element's local name. */
  readonly name: string
  /** The same, if the schema gives the property no name of its own. */
  readonly property: string
  readonly namespace: string
  /** The tag as it is written, with the prefix. */
  readonly tag: string
  /** What the start tag says before the attributes of the type: where there are no prefixes, a change of namespace. */
  readonly declared: string
  readonly type: Type
  /** The property is an array. */
  readonly many: boolean
  readonly nillable: boolean
  /** The property whose list it goes into, with its name (`{ Events: [{ MovedEvent: … }] }`). */
  readonly list: string | undefined
}

export type Attribute = {
  readonly name: string
  /** As it is written: with a prefix when it is in a namespace. */
  readonly tag: string
  readonly namespace: string
  readonly type: SimpleType
  readonly required: boolean
}

/**
 * The value of a type is, by its form: `record`: an object; `array`: an array of what its only element holds; `choices`: an
 * array of objects with one property each, since the order among different elements counts; `any`: an array of AnyElement.
 */
export type ComplexType = {
  readonly kind: 'complex'
  readonly name: string
  readonly form: 'record' | 'array' | 'choices' | 'any'
  readonly attributes: ReadonlyMap<string, Attribute>
  readonly requiredAttributes: readonly string[]
  /** Of the text between the tags; its property is `Value`. */
  readonly text: SimpleType | undefined
  /** In the order in which they are written. */
  readonly fields: readonly Field[]
  readonly byName: ReadonlyMap<string, Field>
  /** By namespace and name, where two have the same name. */
  readonly others: ReadonlyMap<string, Field>
  /** Elements that no field describes are kept, not passed over. */
  readonly any: boolean
  /** Properties that must be there. */
  readonly required: readonly string[]
  /** Of these branches at most one may be there, and one must, unless it is optional. */
  readonly choices: readonly {
    readonly branches: readonly (readonly string[])[]
    readonly optional: boolean
  }[]
  /** Least number of entries of an array. */
  readonly least: number
  readonly content: Particle
}

type SchemaPart = {
  /** Names the part in `x/Name`, and stands before the tags. */
  readonly prefix: string
  /** No prefix before the tags: a change of the default namespace says where they belong. */
  readonly bare?: boolean
  readonly namespace: string
  readonly text: string
}

/** All parts that name each other. What is wrong in them is our own fault: Error, not SyntaxFault. */
export class Schema {
  /** Lines not yet understood: a process needs few of the types. */
  readonly #lines = new Map<string, { prefix: string; line: string }>()
  readonly #definitions = new Map<string, Definition>()
  /** Root elements by prefix and name (`m/GetItem`). */
  readonly elements = new Map<string, string>()
  readonly namespaces: ReadonlyMap<string, string>
  readonly #bare: ReadonlySet<string>
  readonly #types = new Map<string, Type>()

  constructor(parts: readonly SchemaPart[]) {
    this.namespaces = new Map(parts.map(({ prefix, namespace }) => [prefix, namespace]))
    this.#bare = new Set(parts.filter(({ bare }) => bare).map(({ prefix }) => prefix))
    for (const part of parts) this.#read(part)
  }

  /** The names of all types, or of all groups. */
  names(kind: 'type' | 'group'): string[] {
    const group = kind === 'group'
    return [...this.#lines.keys()].filter((name) => name.startsWith('&') === group)
  }

  /** The part in which a type, or a group (`&Name`), was written. */
  prefixOf(name: string): string {
    const line = this.#lines.get(name)
    if (line === undefined) throw new Error(`the schema has no type ${name}`)
    return line.prefix
  }

  /** What was written about a type, or a group (`&Name`). */
  definition(name: string): Definition {
    let definition = this.#definitions.get(name)
    if (definition === undefined) {
      const line = this.#lines.get(name)
      if (line === undefined) throw new Error(`the schema has no type ${name}`)
      definition = parseDefinition(line.prefix, line.line)
      this.#definitions.set(name, definition)
    }
    return definition
  }

  type(name: string): Type {
    let type = this.#types.get(name)
    if (type === undefined) {
      type = isSimpleBase(name) ? simpleType(name, name) : this.#make(name)
      this.#types.set(name, type)
    }
    return type
  }

  /** A root element; `prefix/name`. */
  root(qualified: string): Field {
    const type = this.elements.get(qualified)
    if (type === undefined) throw new Error(`the schema has no element ${qualified}`)
    const [prefix, name] = qualified.split('/') as [string, string]
    const once = { nillable: false, occurs: '' } as const
    return this.field({ kind: 'element', name, property: name, prefix, foreign: true, type, ...once })
  }

  field(element: Particle & { kind: 'element' }, many = false, list?: string): Field {
    const { name, property, prefix, nillable, foreign } = element
    const bare = this.#bare.has(prefix)
    const namespace = this.namespaces.get(prefix)
    if (namespace === undefined) throw new Error(`no namespace has the prefix ${prefix}`)
    const schema = this
    let known: Type | undefined
    return {
      name,
      property,
      namespace,
      tag: bare ? name : `${prefix}:${name}`,
      declared: bare && foreign ? ` xmlns="${namespace}"` : '',
      // Not before it is used: types name each other in circles, and a process needs few of them.
      get type(): Type {
        known ??= schema.type(element.type)
        return known
      },
      many: many || element.occurs === '*' || element.occurs === '+',
      nillable,
      list,
    }
  }

  /** The particles of a type, those of its base first, groups put in their place. */
  content(definition: ComplexDefinition): Particle & { kind: 'sequence' } {
    const base = definition.base === undefined ? undefined : this.#complex(definition.base)
    const own = this.#ungrouped(definition.content) as Particle & { kind: 'sequence' }
    if (base === undefined) return own
    return { ...own, parts: [...this.content(base).parts, ...own.parts] }
  }

  attributes(definition: ComplexDefinition): ComplexDefinition['attributes'] {
    const base = definition.base === undefined ? undefined : this.#complex(definition.base)
    return base === undefined ? definition.attributes : [...this.attributes(base), ...definition.attributes]
  }

  #complex(name: string): ComplexDefinition {
    const definition = this.definition(name)
    if (definition.kind !== 'complex') throw new Error(`the schema has no complex type ${name}`)
    return definition
  }

  #ungrouped(particle: Particle): Particle {
    if (particle.kind === 'group') {
      const group = this.#complex(`&${particle.name}`).content
      const only = group.parts.length === 1 ? group.parts[0]! : group
      const inner = this.#ungrouped(only)
      if (particle.occurs === '') return inner
      if (inner.kind === 'choice' || inner.kind === 'sequence') return { ...inner, occurs: particle.occurs }
      return { kind: 'sequence', parts: [inner], occurs: particle.occurs, list: undefined }
    }
    if (particle.kind !== 'choice' && particle.kind !== 'sequence') return particle
    return { ...particle, parts: particle.parts.map((part) => this.#ungrouped(part)) }
  }

  #make(name: string): Type {
    const definition = this.definition(name)
    return definition.kind === 'simple' ? definition : this.#compile(definition)
  }

  #compile(definition: ComplexDefinition): ComplexType {
    const content = this.content(definition)
    const shape = shapeOf(content)
    const attributes = this.attributes(definition).map(({ name, tag, type, required }): Attribute => {
      const simple = this.type(type)
      if (simple.kind !== 'simple') throw new Error(`${type} cannot be an attribute`)
      const namespace = attributeNamespaces[tag.slice(0, Math.max(0, tag.indexOf(':')))] ?? ''
      return { name, tag, namespace, type: simple, required }
    })
    const text = this.#textOf(definition)
    const plain = attributes.length === 0 && text === undefined
    const fields: Field[] = []
    const gather = (particle: Particle, many: boolean, list: string | undefined): void => {
      if (particle.kind === 'element') fields.push(this.field(particle, many && list === undefined, list))
      if (particle.kind !== 'choice' && particle.kind !== 'sequence') return
      const repeated = particle.occurs === '*' || particle.occurs === '+'
      for (const part of particle.parts) gather(part, many || repeated, particle.list ?? list)
    }
    gather(content, false, undefined)
    return {
      kind: 'complex',
      name: definition.name,
      form: plain ? shape.form : 'record',
      attributes: new Map(attributes.map((attribute) => [attribute.name, attribute])),
      requiredAttributes: attributes.filter(({ required }) => required).map(({ name }) => name),
      text,
      fields,
      byName: new Map(fields.toReversed().map((field) => [field.name, field])),
      others: otherFields(fields),
      any: shape.any,
      required: shape.required,
      choices: shape.choices,
      least: shape.least,
      content,
    }
  }

  #textOf({ text, base }: ComplexDefinition): SimpleType | undefined {
    if (text === undefined) return base === undefined ? undefined : this.#textOf(this.#complex(base))
    const type = this.type(text)
    if (type.kind !== 'simple') throw new Error(`${text} cannot be text`)
    return type
  }

  #read(part: SchemaPart): void {
    for (const line of part.text.replace(/\n +/g, ' ').split('\n')) {
      if (line === '' || line.startsWith('#')) continue
      const [first, second, , type] = line.split(' ', 4) as [string, string, string, string]
      if (first === 'element') {
        this.elements.set(`${part.prefix}/${second}`, type)
      } else {
        const name = first === 'group' ? `&${second}` : first
        if (this.#lines.has(name)) throw new Error(`two types are called ${name}`)
        this.#lines.set(name, { prefix: part.prefix, line })
      }
    }
  }
}

function otherFields(fields: readonly Field[]): Map<string, Field> {
  const first = new Map(fields.toReversed().map((field) => [field.name, field]))
  const others = fields.filter((field) => first.get(field.name)!.namespace !== field.namespace)
  return new Map(others.map((field) => [`${field.namespace} ${field.name}`, field]))
}

/** A type made of fields of several schemas, as an envelope is. What else is in it comes as `Any`. */
export function recordOf(name: string, fields: readonly Field[]): ComplexType {
  return {
    kind: 'complex',
    name,
    form: 'record',
    attributes: new Map(),
    requiredAttributes: [],
    text: undefined,
    fields,
    byName: new Map(fields.map((field) => [field.name, field])),
    others: new Map(),
    any: true,
    required: [],
    choices: [],
    least: 0,
    content: { kind: 'sequence', parts: [{ kind: 'any' }], occurs: '', list: undefined },
  }
}

type Shape = Pick<ComplexType, 'form' | 'any' | 'required' | 'choices' | 'least'>

/** Whether a type is a record or a list, and what must be in it. */
function shapeOf(content: Particle & { kind: 'sequence' }): Shape {
  let only: Particle = content
  let many = false
  let optional = false
  while ((only.kind === 'sequence' || only.kind === 'choice') && only.list === undefined) {
    many ||= only.occurs === '*' || only.occurs === '+'
    optional ||= only.occurs === '?' || only.occurs === '*'
    if (only.parts.length !== 1) break
    only = only.parts[0]!
  }
  const rules = { required: [] as string[], choices: [] as ComplexType['choices'][number][] }
  if (only.kind === 'any') return { form: 'any', any: true, least: 0, ...rules }
  if (only.kind === 'element' && (many || only.occurs === '*' || only.occurs === '+')) {
    optional ||= only.occurs === '?' || only.occurs === '*'
    return { form: 'array', any: false, least: optional ? 0 : 1, ...rules }
  }
  if (only.kind === 'choice' && many && only.list === undefined) {
    return { form: 'choices', any: false, least: optional ? 0 : 1, ...rules }
  }
  collectRules(content, true, rules)
  return { form: 'record', any: content.parts.some(({ kind }) => kind === 'any'), least: 0, ...rules }
}

function collectRules(
  particle: Particle,
  certain: boolean,
  rules: { required: string[]; choices: ComplexType['choices'][number][] },
): void {
  if (particle.kind === 'element' && certain && (particle.occurs === '' || particle.occurs === '+')) {
    if (!particle.nillable) rules.required.push(particle.property)
  }
  if (particle.kind !== 'choice' && particle.kind !== 'sequence') return
  const here = certain && (particle.occurs === '' || particle.occurs === '+')
  if (particle.list !== undefined) {
    if (here) rules.required.push(particle.list)
  } else if (particle.kind === 'sequence') {
    for (const part of particle.parts) collectRules(part, here, rules)
  } else if (particle.occurs === '' || particle.occurs === '?') {
    rules.choices.push({
      branches: particle.parts.map(namesIn),
      optional: !here || particle.parts.some(mayBeEmpty),
    })
    for (const part of particle.parts) collectRules(part, false, rules)
  }
}

function mayBeEmpty(particle: Particle): boolean {
  if (particle.kind === 'any' || particle.kind === 'group') return true
  if (particle.occurs === '?' || particle.occurs === '*') return true
  if (particle.kind === 'element') return false
  return particle.kind === 'choice' ? particle.parts.some(mayBeEmpty) : particle.parts.every(mayBeEmpty)
}
