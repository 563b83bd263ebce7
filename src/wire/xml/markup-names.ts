/** Names of elements and attributes, with their namespaces (Namespaces in XML 1.0). */
import { isUtf8 } from 'node:buffer'
import { xmlNamespace } from './namespaces.ts'
import { NotWellFormed } from './not-well-formed.ts'

const xmlnsNamespace = 'http://www.w3.org/2000/xmlns/'

const start = String.raw`A-Z_a-z\xc0-\xd6\xd8-\xf6\xf8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\u{10000}-\u{effff}`
const rest = String.raw`${start}\-.\d\xb7\u0300-\u036f\u203f-\u2040`
const plainName = new RegExp(`^[${start}][${rest}]*$`, 'u')
const qualifiedName = new RegExp(`^(?:([${start}][${rest}]*):)?([${start}][${rest}]*)$`, 'u')

/** Whether this is a name without a colon. */
export const isPlainName = (name: string): boolean => plainName.test(name)

export type Name = {
  /** As they stand in the document. */
  readonly octets: Uint8Array
  readonly qualified: string
  readonly prefix: string
  readonly local: string
  /** The namespace that its prefix had when declarations were these. */
  declarations: number
  namespace: string
}

/** Names kept, the latest of each place: a document says the same few. */
const PLACES = 1_024
const MOST_BYTES = 64
const kept: (Name | undefined)[] = new Array(PLACES).fill(undefined)

/** The name in these octets; `hash` is of them. Throws NotWellFormed. */
export function nameOf(octets: Buffer, from: number, to: number, hash: number): Name {
  const place = (hash ^ (hash >>> 10) ^ (hash >>> 20)) & (PLACES - 1)
  const found = kept[place]
  if (found !== undefined && isThere(found, octets, from, to)) return found
  const made = newName(octets, from, to)
  if (to - from <= MOST_BYTES) kept[place] = made
  return made
}

function isThere({ octets: own }: Name, octets: Buffer, from: number, to: number): boolean {
  if (own.length !== to - from) return false
  for (let at = 0; at < own.length; at++) if (own[at] !== octets[from + at]) return false
  return true
}

/** Whether the octets from there on begin with the name. */
export function beginsWith({ octets: own }: Name, octets: Buffer, from: number): boolean {
  for (let at = 0; at < own.length; at++) if (own[at] !== octets[from + at]) return false
  return true
}

function newName(octets: Buffer, from: number, to: number): Name {
  const own = Uint8Array.from(octets.subarray(from, to))
  if (!isUtf8(own)) throw new NotWellFormed('there are octets that are no character.')
  const qualified = octets.toString('utf8', from, to)
  const parts = qualifiedName.exec(qualified)
  if (parts === null) throw new NotWellFormed('disallowed character in a name, or none.')
  const [, prefix = '', local] = parts
  return { octets: own, qualified, prefix, local: local!, declarations: -1, namespace: '' }
}

/** Of all readers, so that what a name remembers is of one of them. */
let declarations = 0

/** An element around that declares prefixes: what each meant before, undefined for nothing. */
type Change = {
  depth: number
  before: [prefix: string, namespace: string | undefined][]
  declarations: number
}

/** What prefixes mean where the reader is. */
export class Namespaces {
  readonly #meanings = new Map([
    ['xml', xmlNamespace],
    ['xmlns', xmlnsNamespace],
    ['', ''],
  ])
  /** The innermost last. */
  readonly #changes: Change[] = []
  #declarations = ++declarations

  /** `xmlns:prefix="value"` of the element at this depth; no prefix: of names without one. */
  declare(depth: number, prefix: string, value: string): void {
    const namespace = value.trim()
    if (prefix !== '' && namespace === '')
      throw new NotWellFormed('invalid attempt to undefine prefix in XML 1.0')
    if (
      prefix === 'xmlns' ||
      namespace === xmlnsNamespace ||
      (prefix === 'xml') !== (namespace === xmlNamespace)
    )
      throw new NotWellFormed(`xml and xmlns mean what they always mean: ${JSON.stringify(prefix)}.`)
    let change = this.#changes.at(-1)
    if (change?.depth !== depth) {
      change = { depth, before: [], declarations: this.#declarations }
      this.#changes.push(change)
      this.#declarations = ++declarations
    }
    change.before.push([prefix, this.#meanings.get(prefix)])
    this.#meanings.set(prefix, namespace)
  }

  /** The element at this depth ends, and what it declared. */
  leave(depth: number): void {
    const last = this.#changes.at(-1)
    if (last?.depth !== depth) return
    this.#changes.pop()
    for (const [prefix, namespace] of last.before.reverse())
      if (namespace === undefined) this.#meanings.delete(prefix)
      else this.#meanings.set(prefix, namespace)
    this.#declarations = last.declarations
  }

  ofElement(name: Name): string {
    if (name.declarations === this.#declarations) return name.namespace
    if (name.prefix === 'xmlns') throw new NotWellFormed('tags may not have "xmlns" as prefix.')
    name.namespace = this.#meaning(name.prefix)
    name.declarations = this.#declarations
    return name.namespace
  }

  /** An attribute without a prefix is in no namespace. */
  ofAttribute({ prefix, qualified }: Name): string {
    if (prefix !== '') return this.#meaning(prefix)
    return qualified === 'xmlns' ? xmlnsNamespace : ''
  }

  #meaning(prefix: string): string {
    const namespace = this.#meanings.get(prefix)
    if (namespace !== undefined) return namespace
    throw new NotWellFormed(`unbound namespace prefix: ${JSON.stringify(prefix)}.`)
  }
}
