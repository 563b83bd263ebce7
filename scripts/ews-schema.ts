/**
 * Makes `src/wire/ews/types-schema.ts` and `messages-schema.ts` from the XSD files that an Exchange server serves: the same
 * facts (names, order, how often, words of enumerations) in the language of `src/wire/xml/schema-language.ts`.
 *
 *     node scripts/ews-schema.ts FOLDER [--check] && node scripts/schema-types.ts [--check]
 *
 * FOLDER holds Types.xsd, Messages.xsd and Services.wsdl; `--check` only says whether the files are as they should be.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { SaxesParser } from 'saxes'
import { keepMade } from './made-file.ts'

type Node = { name: string; attributes: Record<string, string>; children: Node[] }

const folder = process.argv[2]
if (folder === undefined) throw new Error('say where Types.xsd, Messages.xsd and Services.wsdl are')

function readXml(file: string): Node {
  const root: Node = { name: '', attributes: {}, children: [] }
  const open = [root]
  const parser = new SaxesParser()
  parser.on('opentag', ({ name, attributes }) => {
    const node = { name: name.replace(/^.*:/, ''), attributes: { ...attributes }, children: [] }
    open.at(-1)!.children.push(node)
    open.push(node)
  })
  parser.on('closetag', () => void open.pop())
  parser.write(readFileSync(join(folder!, file), 'utf8')).close()
  return root.children[0]!
}

/** Base64 although the XSD calls it a string. */
const base64Texts = ['MimeContentType', 'MimeContentUTF8Type']
/** Lists that stand among other elements need a name, which the XSD does not give. */
const listNames: Record<string, string> = {
  ArrayOfTransitionsType: 'Transitions',
  NearType: 'Operands',
  NotificationType: 'Events',
}
/**
 * The one abstract type that an element has: `xsi:type` says which of its heirs it is (`t:AlternateIdType`), and here all of
 * them are one type.
 */
const abstractElement = {
  type: 'AlternateIdBaseType',
  standIn: 'AnyAlternateIdType',
  words:
    '@xsi/type! @Format:IdFormatType! @Id @Mailbox:NonEmptyStringType @IsArchive:boolean @FolderId @ItemId',
}
/** Words that a server must take even when it does not know them. */
const openWords = ['ExchangeVersionType']
const bases: Record<string, string> = {
  anyURI: 'uri',
  base64Binary: 'base64',
  integer: 'long',
  nonNegativeInteger: 'unsigned',
}

const parts = { t: readXml('Types.xsd'), m: readXml('Messages.xsd') }
type Prefix = keyof typeof parts
const globals = (prefix: Prefix, kind: string): Node[] =>
  parts[prefix].children.filter(({ name }) => name === kind)
const find = (prefix: Prefix, kind: string, name: string): Node =>
  globals(prefix, kind).find(({ attributes }) => attributes.name === name)!

const local = (reference: string): string => reference.replace(/^.*:/, '')

function typeName(reference: string): string {
  return reference.startsWith('xs:') ? (bases[local(reference)] ?? local(reference)) : local(reference)
}

class Part {
  readonly #prefix: Prefix
  readonly #lines: string[] = []

  constructor(prefix: Prefix) {
    this.#prefix = prefix
    for (const node of parts[prefix].children) {
      const { name } = node.attributes
      if (node.name === 'simpleType') this.#simple(name!, node)
      else if (node.name === 'complexType') this.#complex(name!, node)
      else if (node.name === 'group') this.#put(`group ${name} =`, this.#particles(node, name!))
      else if (node.name === 'element') this.#element(node)
    }
  }

  get text(): string {
    return `${this.#lines.join('\n')}\n`
  }

  #put(head: string, words: string[]): void {
    let line = head
    for (const word of words) {
      if (line.length + word.length > 108) {
        this.#lines.push(line)
        line = ' '
      }
      line += ` ${word}`
    }
    this.#lines.push(line)
  }

  #element(node: Node): void {
    const { name, type, abstract } = node.attributes
    if (
      globals(this.#prefix, 'element').some((one) => local(one.attributes.substitutionGroup ?? '') === name)
    ) {
      const heirs = globals(this.#prefix, 'element').filter(
        ({ attributes }) => local(attributes.substitutionGroup ?? '') === name,
      )
      const notItself =
        abstract === 'true' || find('t', 'complexType', local(type!)).attributes.abstract === 'true'
      const words = notItself ? heirs : [node, ...heirs]
      const choice = words.map(({ attributes }) => `${attributes.name}:${typeName(attributes.type!)}`)
      this.#put(`group ${name} =`, `( ${choice.join(' | ')} )`.split(' '))
    }
    if (abstract === 'true') return
    this.#put(`element ${name} :`, [type === undefined ? this.#inner(name!, node) : typeName(type)])
  }

  /** The name of a type that the XSD did not name. */
  #inner(name: string, node: Node): string {
    const simple = node.children.find((child) => child.name === 'simpleType')
    const complex = node.children.find((child) => child.name === 'complexType')
    if (simple !== undefined) this.#simple(name, simple)
    else if (complex !== undefined) this.#complex(name, complex)
    else return 'string'
    return name
  }

  #simple(name: string, node: Node): void {
    this.#put(`${name} ~`, this.#facets(name, node.children.find((child) => child.name !== 'annotation')!))
  }

  #facets(name: string, node: Node): string[] {
    const { base, itemType, memberTypes } = node.attributes
    if (node.name === 'list') {
      if (itemType !== undefined) return ['list', ...this.#named(itemType)]
      return ['list', ...this.#facets(name, node.children[0]!.children.at(-1)!)]
    }
    if (node.name === 'union') {
      // Two kinds of number, or a number and its hexadecimal form.
      if (memberTypes === 'xs:unsignedShort') return ['string', '/(0x|0X)[0-9A-Fa-f]{1,4}|[0-9]{1,5}/']
      return ['int', '0..1525252321']
    }
    const words = node.children.filter((child) => child.name === 'enumeration')
    if (openWords.includes(name)) return ['string']
    if (words.length > 0) {
      return words.flatMap(({ attributes }, at) => [...(at === 0 ? [] : ['|']), `'${attributes.value}'`])
    }
    const facet = (kind: string): string =>
      node.children.find((one) => one.name === kind)?.attributes.value ?? ''
    const length = facet('length')
    const least = facet('minInclusive') || facet('minLength') || length
    const most = facet('maxInclusive') || facet('maxLength') || length
    const limits = least + most === '' ? [] : [`${least}..${most}`]
    const pattern = facet('pattern')
    return [...this.#named(base!), ...limits, ...(pattern === '' ? [] : [`/${pattern}/`])]
  }

  /** A base is written out when it is one of the schema's own simple types. */
  #named(reference: string): string[] {
    if (reference.startsWith('xs:')) return [typeName(reference)]
    const node = find(reference[0] as Prefix, 'simpleType', local(reference))
    return this.#facets(local(reference), node.children.find((child) => child.name !== 'annotation')!)
  }

  #complex(name: string, node: Node): void {
    const content = node.children.find(
      (child) => child.name === 'complexContent' || child.name === 'simpleContent',
    )
    if (content === undefined) {
      this.#put(`${name} =`, this.#particles(node, name))
      if (name === abstractElement.type) {
        this.#put(`${abstractElement.standIn} =`, abstractElement.words.split(' '))
      }
      return
    }
    const derived = content.children.find((child) => child.name !== 'annotation')!
    const base = derived.attributes.base!
    const own = this.#particles(derived, name)
    if (content.name === 'simpleContent' && !this.#isComplex(base)) {
      this.#put(`${name} =`, [`$:${base64Texts.includes(name) ? 'base64' : typeName(base)}`, ...own])
    } else if (derived.name === 'restriction') {
      // What restricts another type says all of it again.
      this.#put(`${name} =`, own)
    } else if (name in listNames) {
      const inherited = find('t', 'complexType', local(base)).children.find(
        (child) => child.name === 'complexContent',
      )!
      this.#put(`${name} =`, [...this.#particles(inherited.children[0]!, name), ...own])
    } else {
      this.#put(`${name} : ${typeName(base)} =`, own)
    }
  }

  #isComplex(reference: string): boolean {
    return (
      !reference.startsWith('xs:') &&
      find(reference[0] as Prefix, 'complexType', local(reference)) !== undefined
    )
  }

  #particles(node: Node, owner: string): string[] {
    return node.children.flatMap((child): string[] => {
      switch (child.name) {
        case 'annotation':
        case 'anyAttribute':
          return []
        case 'attribute':
          return this.#attribute(child, owner)
        case 'attributeGroup':
          return this.#particles(find('t', 'attributeGroup', local(child.attributes.ref!)), owner)
        default:
          return this.#particle(child, owner, true)
      }
    })
  }

  #attribute(node: Node, owner: string): string[] {
    const { name, ref, type, use } = node.attributes
    if (use === 'prohibited') return []
    if (ref !== undefined) return [`@${ref.replace(':', '/')}`]
    const simple = type === undefined ? this.#inner(`${owner}${name}`, node) : typeName(type)
    return [`@${name}${simple === 'string' ? '' : `:${simple}`}${use === 'required' ? '!' : ''}`]
  }

  #particle(node: Node, owner: string, outermost: boolean): string[] {
    const { minOccurs, maxOccurs, nillable } = node.attributes
    const many = maxOccurs !== undefined && maxOccurs !== '1'
    const occurs = many ? (minOccurs === '0' ? '*' : '+') : minOccurs === '0' ? '?' : ''
    const inner = node.children.filter((child) => child.name !== 'annotation')
    switch (node.name) {
      case 'element': {
        const { name, ref, type } = node.attributes
        if (ref !== undefined) return this.#reference(ref, occurs, owner)
        const declared = type === undefined ? this.#inner(`${owner}${name}`, node) : typeName(type)
        const named = declared === abstractElement.type ? abstractElement.standIn : declared
        return [`${name}${named === 'string' ? '' : `:${named}`}${nillable === 'true' ? '~' : ''}${occurs}`]
      }
      case 'group':
        return [`&${local(node.attributes.ref!)}${occurs}`]
      case 'any':
        return ['any*']
      case 'all':
      case 'sequence': {
        const words = inner.flatMap((child) => this.#particle(child, owner, false))
        if (occurs === '') return words
        return words.length === 1 && many ? [withOccurs(words[0]!, occurs)] : ['(', ...words, `)${occurs}`]
      }
      case 'choice': {
        const branches = inner.map((child) => {
          const words = this.#particle(child, owner, false)
          return words.length > 1 ? ['(', ...words, ')'] : words
        })
        if (branches.length === 1 && many) return [withOccurs(branches[0]![0]!, occurs)]
        if (branches.length === 1 && occurs === '') return branches[0]!
        const words = branches.flatMap((words, at) => [...(at === 0 ? [] : ['|']), ...words])
        const list = many && !outermost ? listNames[owner] : undefined
        return [list === undefined ? '(' : `${list}=(`, ...words, `)${occurs}`]
      }
      default:
        throw new Error(`${owner}: what is ${node.name}?`)
    }
  }

  /** An element declared elsewhere, or any of those that may stand in its place. */
  #reference(reference: string, occurs: string, owner: string): string[] {
    const name = local(reference)
    const element = find('t', 'element', name)
    const substituted = globals('t', 'element').some(
      ({ attributes }) => local(attributes.substitutionGroup ?? '') === name,
    )
    const list = /[*+]/.test(occurs) ? listNames[owner] : undefined
    if (list !== undefined) return [`${list}=(`, `&${name}`, `)${occurs}`]
    if (substituted) return [`&${name}${occurs}`]
    return [`${this.#prefix === 't' ? '' : 't/'}${name}:${typeName(element.attributes.type!)}${occurs}`]
  }
}

const withOccurs = (word: string, occurs: string): string => word.replace(/[?*+]?$/, occurs)

function file(name: string, about: string, body: string): void {
  const command = 'node scripts/ews-schema.ts FOLDER'
  const head = `/**
 * ${about} of Exchange Web Services, build 15.2.2562.17.
 * Made by \`${command}\` from the files of an Exchange server; not edited by hand.
 */
`
  keepMade(`src/wire/ews/${name}`, head + body, command)
}

function schemaFile(name: string, constant: string, from: string, text: string): void {
  const raw = text.includes('\\') ? 'String.raw' : ''
  const body = `// one thing: a table of the types in ${from}\nexport const ${constant} = ${raw}\`\n${text}\`\n`
  file(name, `${from}, in the language of \`../xml/schema-language.ts\`,`, body)
}

/** Request and response of every operation: those of the WSDL, and those that only the schema has. */
function operations(): [name: string, request: string, response: string][] {
  const wsdl = readXml('Services.wsdl')
  const elementOf = (message: string): string => {
    const node = wsdl.children.find(
      ({ name, attributes }) => name === 'message' && attributes.name === message,
    )
    const body = node?.children.find(({ attributes }) =>
      /^(request|.*Request|.*Result)$/.test(attributes.name ?? ''),
    )
    return local(body!.attributes.element!)
  }
  const portType = wsdl.children.find(({ name }) => name === 'portType')!
  const rows = portType.children
    .filter(({ name }) => name === 'operation')
    .map(({ attributes, children }): [string, string, string] => {
      const [input, output] = children.map((child) => elementOf(local(child.attributes.message!)))
      return [attributes.name!, input!, output!]
    })
  const elements = globals('m', 'element').map(({ attributes }) => attributes.name!)
  for (const name of elements) {
    if (rows.some((row) => row[1] === name) || !elements.includes(`${name}Response`)) continue
    rows.push([name, name, `${name}Response`])
  }
  // The only one that a server sends.
  rows.push(['SendNotification', 'SendNotification', 'SendNotificationResult'])
  return rows.sort(([one], [other]) => (one < other ? -1 : 1))
}

schemaFile('types-schema.ts', 'typesSchema', 'Types.xsd', new Part('t').text)
schemaFile('messages-schema.ts', 'messagesSchema', 'Messages.xsd', new Part('m').text)
const rows = operations().map((row) => `  ${row[0]}: { request: '${row[1]}', response: '${row[2]}' },`)
file(
  'operations.ts',
  'The operations, each with the element of its request and that of its response,',
  `export const operations = {\n${rows.join('\n')}\n} as const\n`,
)
