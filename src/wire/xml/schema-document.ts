/** A part of a schema as an XSD document (XML Schema part 1), for programs that make their classes from one. */

import { escapeAttribute } from './escape.ts'
import { attributeNamespaces } from './namespaces.ts'
import type { Schema } from './schema.ts'
import type { ComplexDefinition, Occurs, Particle } from './schema-language.ts'
import { isSimpleBase, type SimpleType } from './simple-type.ts'

type DocumentOptions = {
  prefix: string
  /** Other parts that this one names, by prefix: where their documents are. */
  imports?: Readonly<Record<string, string>>
  /** Types that stand in for another one, which is what the document says. */
  standIns?: Readonly<Record<string, string>>
}

const limits = {
  '': '',
  '?': ' minOccurs="0"',
  '*': ' minOccurs="0" maxOccurs="unbounded"',
  '+': ' maxOccurs="unbounded"',
}

/** Names of XML Schema part 2 that we have shorter ones for. */
const xsNames: Readonly<Record<string, string>> = {
  uri: 'anyURI',
  base64: 'base64Binary',
  unsigned: 'nonNegativeInteger',
}

/** The document in pieces. Elements that stand for each other are written as the choice that they are. */
export function* schemaDocument(schema: Schema, options: DocumentOptions): Generator<string> {
  const { prefix, imports = {} } = options
  const own = schema.namespaces.get(prefix)
  const declared = [...schema.namespaces].map(([name, namespace]) => ` xmlns:${name}="${namespace}"`).join('')
  yield `<?xml version="1.0" encoding="utf-8"?>\n<xs:schema id="${prefix === 't' ? 'types' : 'messages'}" xmlns:xs="http://www.w3.org/2001/XMLSchema"${declared} targetNamespace="${own}" elementFormDefault="qualified">\n`
  for (const [other, place] of Object.entries(imports))
    yield `<xs:import namespace="${schema.namespaces.get(other)}" schemaLocation="${place}"/>\n`
  const writer = new Writer(schema, options)
  yield* writer.definitions()
  yield '</xs:schema>\n'
}

class Writer {
  readonly #schema: Schema
  readonly #options: DocumentOptions

  constructor(schema: Schema, options: DocumentOptions) {
    this.#schema = schema
    this.#options = options
  }

  *definitions(): Generator<string> {
    const { prefix, standIns = {} } = this.#options
    for (const kind of ['type', 'group'] as const) {
      for (const name of this.#schema.names(kind)) {
        if (this.#schema.prefixOf(name) !== prefix || Object.hasOwn(standIns, name)) continue
        const definition = this.#schema.definition(name)
        if (definition.kind === 'simple') yield this.#simple(definition)
        else if (kind === 'group')
          yield `<xs:group name="${name.slice(1)}">${this.#sequence(definition)}</xs:group>\n`
        else yield this.#complex(definition)
      }
    }
    for (const [qualified, type] of this.#schema.elements) {
      const [at, name] = qualified.split('/')
      if (at === prefix) yield `<xs:element name="${name}" type="${this.#reference(type)}"/>\n`
    }
  }

  #reference(type: string): string {
    if (isSimpleBase(type)) return `xs:${xsNames[type] ?? type}`
    const named = this.#options.standIns?.[type] ?? type
    return `${this.#schema.prefixOf(named)}:${named}`
  }

  #simple({ name, base, list, words, pattern, least, most }: SimpleType): string {
    const facets: string[] = []
    for (const word of words ?? []) facets.push(`<xs:enumeration value="${escapeAttribute(word)}"/>`)
    const isLength = base === 'string' || base === 'uri'
    if (least !== undefined) facets.push(`<xs:${isLength ? 'minLength' : 'minInclusive'} value="${least}"/>`)
    if (most !== undefined) facets.push(`<xs:${isLength ? 'maxLength' : 'maxInclusive'} value="${most}"/>`)
    const written = pattern?.source.replace(/^\^\(\?:|\)\$$/g, '')
    if (written !== undefined) facets.push(`<xs:pattern value="${escapeAttribute(written)}"/>`)
    const restriction = `<xs:restriction base="xs:${xsNames[base] ?? base}">${facets.join('')}</xs:restriction>`
    const inner = list ? `<xs:list><xs:simpleType>${restriction}</xs:simpleType></xs:list>` : restriction
    return `<xs:simpleType name="${name}">${inner}</xs:simpleType>\n`
  }

  #complex(definition: ComplexDefinition): string {
    const { name, base, text } = definition
    const attributes = definition.attributes
      .map(({ tag, type, required }) => {
        const use = required ? ' use="required"' : ''
        return tag.includes(':') ? '' : `<xs:attribute name="${tag}" type="${this.#reference(type)}"${use}/>`
      })
      .join('')
    const isText = text !== undefined || (base !== undefined && this.#hasText(base))
    const content = isText ? '' : this.#sequence(definition)
    const isForeign = definition.attributes.some(({ tag }) => tag.startsWith('xml:'))
    const foreign = isForeign
      ? `<xs:anyAttribute namespace="${attributeNamespaces.xml}" processContents="skip"/>`
      : ''
    const inner = `${content}${attributes}${foreign}`
    const from = text ?? base
    if (from === undefined) return `<xs:complexType name="${name}">${inner}</xs:complexType>\n`
    const kind = isText ? 'simpleContent' : 'complexContent'
    return `<xs:complexType name="${name}"><xs:${kind}><xs:extension base="${this.#reference(from)}">${inner}</xs:extension></xs:${kind}></xs:complexType>\n`
  }

  #hasText(type: string): boolean {
    const definition = this.#schema.definition(type)
    if (definition.kind === 'simple') return true
    if (definition.text !== undefined) return true
    return definition.base !== undefined && this.#hasText(definition.base)
  }

  #sequence({ content }: ComplexDefinition): string {
    const alone = content.parts.length === 1
    return content.parts.length === 0
      ? ''
      : `<xs:sequence>${content.parts.map((part) => this.#particle(part, alone)).join('')}</xs:sequence>`
  }

  #particle(particle: Particle, alone: boolean): string {
    switch (particle.kind) {
      case 'element':
        return this.#element(particle)
      case 'group':
        return `<xs:group ref="${this.#schema.prefixOf(`&${particle.name}`)}:${particle.name}"${limits[particle.occurs]}/>`
      case 'any':
        return `<xs:any namespace="${alone ? '##any' : '##other'}" processContents="lax"${limits['*']}/>`
      default: {
        const inner = particle.parts.map((part) => this.#particle(part, false)).join('')
        return `<xs:${particle.kind}${limits[particle.occurs]}>${inner}</xs:${particle.kind}>`
      }
    }
  }

  #element({ name, prefix, foreign, type, nillable, occurs }: Particle & { kind: 'element' }): string {
    if (foreign) return `<xs:element ref="${prefix}:${name}"${limits[occurs as Occurs]}/>`
    const nil = nillable ? ' nillable="true"' : ''
    return `<xs:element name="${name}" type="${this.#reference(type)}"${limits[occurs as Occurs]}${nil}/>`
  }
}
