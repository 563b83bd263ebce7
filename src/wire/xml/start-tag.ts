import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { attributeOf } from './char-data.ts'
import { type Name, type Namespaces, nameOf } from './markup-names.ts'
import { NotWellFormed } from './not-well-formed.ts'

export type XmlAttribute = {
  readonly namespace: string
  readonly prefix: string
  readonly name: string
  readonly value: string
}

/** What a start tag says. */
type StartTag = { name: Name; attributes: readonly XmlAttribute[]; isEmpty: boolean }

export type TagLimits = {
  /** Attributes of one element. */
  attributes: number
  /** Characters of one attribute. */
  attributeChars: number
}

type Where = { depth: number; namespaces: Namespaces; limits: TagLimits; lenient: boolean }

const none: readonly XmlAttribute[] = []
/** Octets of a name: those of elements are held while they are open. */
const NAME_BYTES = 4 * 1024

const EQUALS = 0x3d
const SLASH = 0x2f
const QUOTE = 0x22
const APOSTROPHE = 0x27

/** Octets behind which a name does not go on. */
const endsName = new Uint8Array(256)
for (const octet of Buffer.from(' \t\n\r/=<>"\'')) endsName[octet] = 1

const isBlank = (octet: number | undefined): boolean =>
  octet === 0x20 || octet === 0x0a || octet === 0x0d || octet === 0x09

/**
 * Reads the tag whose octets stand between `<` and `>`, of an element at this depth. Its declarations count from here on. Throws
 * NotWellFormed, and SyntaxFault beyond a limit.
 */
export function readStartTag(octets: Buffer, from: number, to: number, where: Where): StartTag {
  const nameEnd = endOfName(octets, from, to)
  const name = nameOf(octets, from, nameEnd, hashOf(octets, from, nameEnd))
  let found: { name: Name; value: string }[] | undefined
  let at = nameEnd
  let isEmpty = false
  while (at < to) {
    const begin = skipBlanks(octets, at, to)
    if (begin === to) break
    if (octets[begin] === SLASH) {
      if (begin + 1 !== to) throw new NotWellFormed('forward-slash in opening tag not followed by >.')
      isEmpty = true
      break
    }
    if (begin === at) throw new NotWellFormed('no whitespace between attributes.')
    const end = endOfName(octets, begin, to)
    const attribute = nameOf(octets, begin, end, hashOf(octets, begin, end))
    const equals = skipBlanks(octets, end, to)
    if (octets[equals] !== EQUALS) throw new NotWellFormed('attribute without value.')
    const opening = skipBlanks(octets, equals + 1, to)
    const quote = octets[opening]
    if (quote !== QUOTE && quote !== APOSTROPHE) throw new NotWellFormed('unquoted attribute value.')
    let closing = opening + 1
    while (closing < to && octets[closing] !== quote) closing++
    if (closing === to) throw new NotWellFormed('unquoted attribute value.')
    const value = attributeOf(octets, opening + 1, closing, where.lenient)
    if (value.length > where.limits.attributeChars) throw new SyntaxFault('An attribute is too long')
    found ??= []
    if (found.length === where.limits.attributes) throw new SyntaxFault('There are too many attributes')
    found.push({ name: attribute, value })
    at = closing + 1
  }
  return { name, attributes: found === undefined ? none : resolved(found, where), isEmpty }
}

function resolved(
  found: readonly { name: Name; value: string }[],
  { depth, namespaces }: Where,
): XmlAttribute[] {
  for (const { name, value } of found) {
    if (name.prefix === 'xmlns') namespaces.declare(depth, name.local, value)
    else if (name.qualified === 'xmlns') namespaces.declare(depth, '', value)
  }
  const attributes: XmlAttribute[] = []
  for (const { name, value } of found) {
    const { prefix, local } = name
    const namespace = namespaces.ofAttribute(name)
    for (const other of attributes)
      if (other.name === local && other.namespace === namespace)
        throw new NotWellFormed(`duplicate attribute: ${name.qualified}.`)
    attributes.push({ namespace, prefix, name: local, value })
  }
  return attributes
}

function endOfName(octets: Buffer, from: number, to: number): number {
  let at = from
  while (at < to && endsName[octets[at]!] === 0) at++
  if (at - from > NAME_BYTES) throw new SyntaxFault('A name is too long')
  return at
}

function hashOf(octets: Buffer, from: number, to: number): number {
  let hash = to - from
  for (let at = from; at < to; at++) hash = (Math.imul(hash, 31) + octets[at]!) | 0
  return hash
}

export function skipBlanks(octets: Buffer, from: number, to: number): number {
  let at = from
  while (at < to && isBlank(octets[at])) at++
  return at
}
